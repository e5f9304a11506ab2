/** What can be done about a run: pause, resume, cancel, abort; and take a deployment back. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import type { Run } from "../api/run-types.ts";
import { commandsQuery } from "../api/runs.ts";
import { RunModal } from "./run-modal.tsx";
import { titleOfRun } from "./run-title.ts";
import { isEnded } from "./stands.ts";

interface Deed {
  verb: string;
  command: string;
  says: string;
  done: string;
}

const PAUSE: Deed = {
  verb: "Pause",
  command: "auto.pause",
  says: "No further step begins; what runs comes to its end. It goes on when somebody resumes it.",
  done: "Paused",
};
const RESUME: Deed = {
  verb: "Resume",
  command: "auto.resume",
  says: "Steps whose turn it is begin at once.",
  done: "Resumed",
};
const CANCEL: Deed = {
  verb: "Cancel",
  command: "auto.cancel",
  says: "What runs is asked to stop, and no further step begins; steps that clean up or put back are still done. A canceled run cannot go on.",
  done: "Being canceled",
};
const ABORT: Deed = {
  verb: "Abort",
  command: "auto.abort",
  says: "What runs is ended at once, and nothing is cleaned up or put back: what was begun may be left half done. An aborted run cannot go on.",
  done: "Being aborted",
};

export function RunActions({ run }: { run: Run }): ReactElement | null {
  const [deed, setDeed] = useState<Deed | Rollback | null>(null);
  const rollback = useRollback(run);
  const deeds = rollback === null ? deedsFor(run) : [rollback];
  return (
    <>
      {deeds.map((each) => (
        <button key={each.verb} type="button" className="button" onClick={() => setDeed(each)}>
          {each.verb}
        </button>
      ))}
      {deed !== null && (
        <RunModal
          title={`${deed.verb}: ${titleOfRun(run)}`}
          says={deed.says}
          verb={deed.verb}
          command={deed.command}
          input={(reason) => inputFor(deed, run, reason)}
          done={deed.done}
          asks={!("keys" in deed) || deed.keys.has("reason") ? "reason" : null}
          close={() => setDeed(null)}
        />
      )}
    </>
  );
}

function deedsFor({ status }: Run): Deed[] {
  if (isEnded(status)) return [];
  if (status === "aborting") return [];
  if (status === "canceling") return [ABORT];
  return [status === "paused" ? RESUME : PAUSE, CANCEL, ABORT];
}

interface Rollback extends Deed {
  keys: ReadonlySet<string>;
}

/** Offered for a deployment that is over, by servers that can do it. */
function useRollback(run: Run): Rollback | null {
  const { deployment, status } = run;
  const isThere = deployment?.outcome === "succeeded" || deployment?.changed === true;
  const isPast = isEnded(status) && isThere && deployment?.operation !== "stop";
  const commands = useQuery({ ...commandsQuery, enabled: isPast }).data?.items ?? [];
  const found = commands.find(({ id }) => id === "deploy.rollback");
  if (found === undefined || deployment === null || !isPast) return null;
  const { service, environment, version } = deployment;
  return {
    verb: "Roll back",
    command: "deploy.rollback",
    says: `What ran healthily in ${environment} before ${version ?? "this version"} of ${service} runs there again, by a run of its own.`,
    done: `Rolling back ${service} in ${environment}`,
    keys: new Set(Object.keys(found.input.properties ?? {})),
  };
}

function inputFor(deed: Deed | Rollback, run: Run, reason: string): object {
  if (!("keys" in deed)) return { run: run.id, reason };
  const { project, service, environment } = run.deployment ?? {};
  const known = { project: project ?? service, service, env: environment, environment, reason, detach: true };
  return Object.fromEntries(Object.entries(known).filter(([key]) => deed.keys.has(key)));
}
