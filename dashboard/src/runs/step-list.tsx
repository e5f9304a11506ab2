/** The steps of a run as a list: how each stands, how long, and what it waits for. */
import type { ReactElement } from "react";
import { Link } from "wouter";
import type { Run, RunStep, StepStatus } from "../api/run-types.ts";
import { useNow } from "../time/use-now.ts";
import { sayWait } from "./say-wait.ts";
import { StandIcon } from "./stand-mark.tsx";
import { standOfStep } from "./stands.ts";
import { Took } from "./took.tsx";

interface Props {
  run: Run;
  chosen: string | null;
  toStep: (key: string) => string;
}

export function StepList({ run, chosen, toStep }: Props): ReactElement {
  const countOf = (status: StepStatus): number => run.steps.filter((step) => step.status === status).length;
  const skipped = countOf("skipped");
  return (
    <section aria-labelledby="steps" className="step-list">
      <h2 id="steps">
        Steps{" "}
        <span className="count">
          {countOf("succeeded")} of {run.steps.length} done
          {skipped > 0 && `, ${skipped} skipped`}
        </span>
      </h2>
      <ol>
        {run.steps.map((step) => (
          <StepRow key={step.key} step={step} to={toStep(step.key)} isChosen={step.key === chosen} />
        ))}
      </ol>
    </section>
  );
}

function StepRow({ step, to, isChosen }: { step: RunStep; to: string; isChosen: boolean }): ReactElement {
  const now = useNow();
  const stand = standOfStep(step);
  const { key, kind, attempt, attempts, startedAt, finishedAt, status, error } = step;
  const isAfter = step.waits?.for === "steps";
  const more = error ?? (isAfter ? null : sayWait(step, now));
  return (
    <li data-row={key}>
      <Link to={to} replace className="step-row" aria-current={isChosen ? "true" : undefined}>
        <StandIcon stand={stand} />
        <span className="step-name">
          {key} <span className="step-kind">{kind}</span>
        </span>
        <span className="step-took">
          {startedAt !== null && status !== "skipped" && status !== "canceled" ? (
            <Took from={startedAt} to={finishedAt} />
          ) : (
            <span className="unknown">{isAfter ? `after ${step.waits?.names.at(-1)}` : stand.word}</span>
          )}
        </span>
        <span className="hidden">{stand.word}</span>
        {(more !== null || attempt > 1) && (
          <span className={`step-more${error !== null && status !== "ready" ? " step-wrong" : ""}`}>
            {attempt > 1 && `try ${attempt} of ${attempts}${more === null ? "" : ": "}`}
            {more}
          </span>
        )}
      </Link>
    </li>
  );
}
