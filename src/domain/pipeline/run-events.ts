/** Events of runs and their steps; part of the table in ../event.ts. An intent stands before each effect, an outcome after it. */
import type { Plan } from "./plan.ts";

export interface RunEventData {
  /** The whole plan: a run is finished as it was planned, also by another version of vice. */
  "vice.run.planned.v1": {
    runId: string;
    plan: Plan;
    /** Run and step that started it. */
    parent: { runId: string; step: string } | null;
  };
  "vice.run.started.v1": { runId: string };
  "vice.run.paused.v1": { runId: string; reason: string };
  "vice.run.resumed.v1": { runId: string; reason: string };
  /** `cancel`: what runs is asked to stop, and what cleans up is done. `abort`: everything stops now. */
  "vice.run.cancel-asked.v1": { runId: string; how: "cancel" | "abort"; reason: string };
  "vice.run.ended.v1": { runId: string; status: RunEnd };
  /** The step is about to be done; `again` = nobody knows whether this attempt was, and it may be done twice. */
  "vice.step.intended.v1": { runId: string; step: string; attempt: number; key: string; again: boolean };
  "vice.step.ended.v1": StepEnded;
  "vice.step.approved.v1": { runId: string; step: string; note: string | null };
  /** A person says how a step ended of which nobody knew it. */
  "vice.step.settled.v1": { runId: string; step: string; as: "succeeded" | "failed"; reason: string };
  "vice.step.refused.v1": { runId: string; step: string; reason: string };
}

export type RunEnd = "succeeded" | "failed" | "canceled" | "aborted";
export type StepEnd = "succeeded" | "failed" | "skipped" | "canceled" | "unknown";

export interface StepEnded {
  runId: string;
  step: string;
  attempt: number;
  outcome: StepEnd;
  outputs: Readonly<Record<string, string>>;
  error: string | null;
  /** It failed and is tried again then (ISO 8601). */
  retryAt: string | null;
}

export type RunEventType = keyof RunEventData;

/** An event of a run, as the reducer takes it. */
export type RunFact = {
  [T in RunEventType]: { type: T; data: RunEventData[T]; time: string; actor: string | null };
}[RunEventType];
