/** One run as it goes on: its graph, its steps with their logs, who waits for what, and what can be done about it. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect, useRef } from "react";
import { Link } from "wouter";
import { useMay } from "../access/use-may.ts";
import type { Run } from "../api/run-types.ts";
import { runQuery } from "../api/runs.ts";
import { Missing } from "../parts/missing.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { useUrlState } from "../parts/url-state.ts";
import { NARROW, useMedia } from "../parts/use-media.ts";
import { Waiting } from "../parts/waiting.tsx";
import { useActorName } from "../rules/use-actor-name.ts";
import { Moment } from "../time/moment.tsx";
import { Gates, isAsking } from "./gates.tsx";
import { isHeld, RuleGates } from "./rule-gates.tsx";
import { RunActions } from "./run-actions.tsx";
import { RunFacts } from "./run-facts.tsx";
import { RunGraph } from "./run-graph.tsx";
import { titleOfRun } from "./run-title.ts";
import { StandMark } from "./stand-mark.tsx";
import { isEnded, standOfRun } from "./stands.ts";
import { StepDetail } from "./step-detail.tsx";
import { StepList } from "./step-list.tsx";
import { Took } from "./took.tsx";
import { worthALook } from "./worth-a-look.ts";

export function RunPage({ id }: { id: string }): ReactElement {
  const run = useQuery(runQuery(id));
  if (run.data !== undefined) return <Detail run={run.data} />;
  if (run.isError) {
    return (
      <Missing
        what="run"
        id={id}
        error={run.error}
        retry={() => run.refetch()}
        lead="This server carried out nothing with this id."
      >
        <Link to="/runs">See all runs</Link>
      </Missing>
    );
  }
  return (
    <div className="page">
      <Waiting what="the run" />
    </div>
  );
}

function Detail({ run }: { run: Run }): ReactElement {
  const may = useMay("deploy");
  const url = useUrlState();
  const isNarrow = useMedia(NARROW);
  const said = url.get("step");
  const step = run.steps.find(({ key }) => key === said) ?? worthALook(run.steps);
  const toStep = (key: string): string => `/runs/${run.id}?step=${encodeURIComponent(key)}`;
  const chosen = step?.key ?? null;
  useShown(isNarrow ? said : "");
  return (
    <div className="page run-page">
      <PageHead title={titleOfRun(run)} lead={<Lead run={run} />}>
        {may && <RunActions run={run} />}
      </PageHead>
      <Notices run={run} />
      <Gates run={run} may={may} />
      <RuleGates run={run} />
      {!isNarrow && <RunGraph run={run} chosen={chosen} toStep={toStep} />}
      <div className="run-columns">
        <StepList run={run} chosen={chosen} toStep={toStep} />
        {step !== undefined && (
          <StepDetail key={step.key} run={run} step={step} hold={() => url.set({ step: step.key })} />
        )}
      </div>
      <RunFacts run={run} />
    </div>
  );
}

/** On a narrow screen the step that was chosen stands below the list: it is brought into view. */
function useShown(said: string): void {
  const first = useRef(said);
  useEffect(() => {
    if (said !== "" && said !== first.current) document.getElementById("step")?.scrollIntoView();
    first.current = "";
  }, [said]);
}

function Lead({ run }: { run: Run }): ReactElement {
  const nameOf = useActorName();
  const { actor, actorName, startedAt, plannedAt, finishedAt, status } = run;
  const asks = !isEnded(status) && run.steps.some(isAsking);
  const waits = !isEnded(status) && run.steps.some(isHeld);
  return (
    <span className="run-lead">
      <StandMark stand={standOfRun(run, asks, waits)} />
      <span>
        started by {nameOf({ by: actor, byName: actorName })} <Moment at={startedAt ?? plannedAt} focusable />
      </span>
      <span>
        {finishedAt === null ? "for " : "took "}
        <Took from={startedAt ?? plannedAt} to={finishedAt} />
      </span>
    </span>
  );
}

/** What was said about the whole run. */
function Notices({ run }: { run: Run }): ReactElement | null {
  const { parent, reason, askedBy, status, deployment } = run;
  const who = askedBy === null ? "" : ` by ${askedBy === "local" ? "somebody at the server" : askedBy}`;
  const isAsked = reason !== null && status !== "succeeded" && status !== "failed" && status !== "running";
  const lost = run.steps.filter((step) => step.status === "unknown");
  return (
    <>
      {parent !== null && (
        <p className="notice">
          It is the step <code>{parent.step}</code> of{" "}
          <Link to={`/runs/${parent.runId}?step=${encodeURIComponent(parent.step)}`}>another run</Link>.
        </p>
      )}
      {isAsked && (
        <p className="notice">
          {SAID[status] ?? status}
          {who}: {reason}
        </p>
      )}
      {deployment?.outcome === "rollback-failed" && (
        <p className="notice notice-bad">
          Going back failed: what runs in {deployment.environment} now must be looked at by somebody.{" "}
          {deployment.reason}
        </p>
      )}
      {deployment?.outcome === "rolled-back" && (
        <p className="notice notice-bad">
          {deployment.reason}. {deployment.former ?? "What ran before"} runs in {deployment.environment}.
        </p>
      )}
      {deployment?.outcome === "refused" && (
        <p className="notice">{deployment.reason ?? "The rules refused it."} Nothing was changed.</p>
      )}
      {lost.length > 0 && (
        <p className="notice notice-bad">
          Nobody knows whether {lost.map(({ key }) => key).join(", ")} was done: look before you run it again.
        </p>
      )}
    </>
  );
}

const SAID: Readonly<Record<string, string>> = {
  paused: "Paused",
  canceling: "Being canceled",
  aborting: "Being aborted",
  canceled: "Canceled",
  aborted: "Aborted",
};
