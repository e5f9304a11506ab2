/** What the process target says of an application: its plan, its status, its log. Changes nothing. */
import { existsSync } from "node:fs";
import { sayAgo } from "../../../kit/ago.ts";
import type { TargetPlan, TargetStatus } from "../../../ports/target.ts";
import { isAlive } from "./alive.ts";
import { App, type Call, type ProcessTargetDeps, urlOf } from "./app.ts";
import { askHealth } from "./ask-health.ts";
import { tail } from "./log-file.ts";
import { type AppRelease, readState } from "./state.ts";

const ASK_MS = 3000;

export async function planFor(deps: ProcessTargetDeps, call: Call): Promise<TargetPlan> {
  const app = new App(deps, call);
  const { spec, release, former } = call;
  const name = release.version ?? "the new release";
  const startWords = spec.start.join(" ");
  const isFixed = app.fixedPort !== null;
  const building = spec.build === undefined ? "" : `, then ${spec.build.join(" ")}`;
  const beside =
    isFixed && app.current !== null ? "waits for the switch, because the port is in use" : startWords;
  const gap = `stops what runs, starts ${name} on port ${app.fixedPort}, and waits until it is well; nothing answers meanwhile`;
  return {
    does: {
      prepare: `${release.artifact?.name ?? "the artifact"} into ${app.place.releases}${building}`,
      start: isFixed ? beside : `${startWords}, on a free port beside what runs`,
      health: `GET ${spec.health.path} until it is well, for at most ${spec.health.timeout}`,
      switch: isFixed && app.current !== null ? gap : `${app.place.current} leads to ${name}`,
      stop: `ends it: SIGTERM, then SIGKILL after ${spec.grace}`,
      ...(former === null
        ? {}
        : {
            rollback: `starts ${former.version ?? former.id} as it was, and ${app.place.current} leads to it`,
          }),
      cleanup: `keeps ${spec.keep} releases that were healthy, ends and removes the others`,
    },
    problems: release.artifact === null ? ["vice.yaml names no artifact, so there is nothing to start"] : [],
  };
}

export async function statusOf(deps: ProcessTargetDeps, call: Call): Promise<TargetStatus> {
  const app = new App(deps, call);
  const { current, place } = app;
  const { releases, watched } = readState(place);
  const now = current === null ? undefined : releases[current];
  const listed = Object.values(releases)
    .sort((a, b) => b.preparedAt.localeCompare(a.preparedAt))
    .map((each) => ({ id: each.id, version: each.version, state: stateOf(each, current) }));
  if (now === undefined) return { running: null, releases: listed, detail: "nothing was deployed here yet" };
  const name = now.version ?? now.id;
  const { process: known } = now;
  if (known === null || !isAlive(known)) {
    const next = watched
      ? "it is started again while `vice serve` runs"
      : `start it: vice deploy start ${call.place.service} ${call.place.environment}`;
    const how = known === null ? "was stopped" : "has ended by itself";
    return { running: null, releases: listed, detail: `${name} ${how}; ${next}` };
  }
  const problem = await askHealth(
    known.port,
    call.spec.health,
    AbortSignal.any([call.signal, AbortSignal.timeout(ASK_MS)]),
  );
  const since = sayAgo(known.startedAt, Date.now());
  return {
    running: {
      ...{ releaseId: now.id, version: now.version, commitSha: now.commitSha, since: now.currentAt },
      ...{ healthy: problem === null, url: urlOf(known.port) },
    },
    releases: listed,
    detail: `${name} runs as process ${known.pid}, started ${since}${problem === null ? "" : `, and is not well: ${problem}`}`,
  };
}

function stateOf(
  { id, process, healthyAt }: AppRelease,
  current: string | null,
): "running" | "kept" | "broken" {
  if (id === current && isAlive(process)) return "running";
  return healthyAt === null ? "broken" : "kept";
}

/** Of the current release; before there is one, of the one that was asked for. */
export async function logsOf(deps: ProcessTargetDeps, call: Call, lines: number): Promise<string> {
  const app = new App(deps, call);
  const ids = [app.current, call.release.id].filter((id) => id !== null);
  const file = ids.map((id) => app.place.log(id)).find((each) => existsSync(each));
  return file === undefined ? "" : app.mask.text(tail(file, lines));
}
