/** What one step does and did: its times, error, outputs, words of people, and its log. */
import type { ReactElement, ReactNode } from "react";
import { Link } from "wouter";
import { safeUrl } from "../activity/safe-url.ts";
import type { Run, RunStep } from "../api/run-types.ts";
import { Copyable } from "../parts/copyable.tsx";
import { useActorName } from "../rules/use-actor-name.ts";
import { Moment } from "../time/moment.tsx";
import { useNow } from "../time/use-now.ts";
import { isRun, sayWait } from "./say-wait.ts";
import { StandMark } from "./stand-mark.tsx";
import { isSettled, standOfStep } from "./stands.ts";
import { StepLog } from "./step-log.tsx";
import { Took } from "./took.tsx";

/** Kinds that have nothing to write. */
const SILENT: ReadonlySet<string> = new Set(["wait", "approve", "manual", "http", "pipeline", "free"]);

/** Kinds whose line is one of a machine. */
const COMMANDS: ReadonlySet<string> = new Set(["run", "http", "migrate", "pipeline"]);

interface Props {
  run: Run;
  step: RunStep;
  hold: () => void;
}

export function StepDetail({ run, step, hold }: Props): ReactElement {
  const { key, kind, does, error, attempt, outputs, status } = step;
  const hasLog = !SILENT.has(kind) && attempt > 0;
  return (
    <section aria-labelledby="step" className="step-detail">
      <div className="section-head">
        <h2 id="step">
          {key} <span className="step-kind">{kind}</span>
        </h2>
        <StandMark stand={standOfStep(step)} />
      </div>
      {does !== kind && <p className="step-does">{COMMANDS.has(kind) ? <code>{does}</code> : does}</p>}
      {error !== null && <p className="notice notice-bad">{error}</p>}
      <StepFacts step={step} />
      {hasLog && <StepLog run={run.id} step={key} isOver={isSettled(status)} hold={hold} />}
      {Object.keys(outputs).length > 0 && <Outputs outputs={outputs} />}
    </section>
  );
}

interface Fact {
  name: string;
  value: ReactNode;
  key?: string;
}

function StepFacts({ step }: { step: RunStep }): ReactElement {
  const now = useNow();
  const nameOf = useActorName();
  const { startedAt, finishedAt, attempt, attempts, needs, group, approvals, waits } = step;
  const holder = waits?.for === "group" ? waits.names[0] : undefined;
  const facts: Fact[] = [
    { name: "Now", value: sayWait(step, now) },
    {
      name: "Held by",
      value: isRun(holder) ? <Link to={`/runs/${holder}`}>the run that is in the group</Link> : null,
    },
    {
      name: "Is",
      value: step.run === null ? null : <Link to={`/runs/${step.run}`}>a run of its own</Link>,
    },
    { name: "Began", value: startedAt === null ? null : <Moment at={startedAt} focusable /> },
    {
      name: finishedAt === null ? "So far" : "Took",
      value: startedAt === null ? null : <Took from={startedAt} to={finishedAt} />,
    },
    { name: "Try", value: attempts > 1 && attempt > 0 ? `${attempt} of ${attempts}` : null },
    { name: "After", value: needs.length === 0 ? null : needs.join(", ") },
    { name: "Group", value: group },
    ...approvals.map((each) => ({
      name: "Agreed",
      key: `${each.by} ${each.at}`,
      value: (
        <>
          {nameOf(each)} <Moment at={each.at} focusable />
          {each.note !== null && <span className="sub">{each.note}</span>}
        </>
      ),
    })),
    {
      name: "Refused",
      value: step.refused === null ? null : `${nameOf(step.refused)}: ${step.refused.reason}`,
    },
  ];
  return (
    <dl className="facts">
      {facts.map(({ name, value, key = name }) =>
        value === null ? null : (
          <div key={key}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

function Outputs({ outputs }: { outputs: Record<string, string> }): ReactElement {
  return (
    <>
      <h3 className="step-title">Outputs</h3>
      <dl className="facts">
        {Object.entries(outputs).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Output name={name} value={value} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Output({ name, value }: { name: string; value: string }): ReactElement {
  const url = /^https?:/.test(value) ? safeUrl(value) : null;
  if (url === null) return <Copyable text={value} label={name} />;
  return (
    <a href={url} target="_blank" rel="noreferrer">
      {value}
    </a>
  );
}
