/** Port: the engine that carries out runs of pipelines; one in each process that writes to the store. */
import type { Plan } from "../domain/pipeline/plan.ts";
import type { RunEventData } from "../domain/pipeline/run-events.ts";
import type { RunState } from "../domain/pipeline/run-state.ts";

/** What a person may say about a run. */
export type SayType =
  | "vice.run.paused.v1"
  | "vice.run.resumed.v1"
  | "vice.run.cancel-asked.v1"
  | "vice.step.approved.v1"
  | "vice.step.refused.v1"
  | "vice.step.settled.v1";
export type Said = { [T in SayType]: { type: T; data: RunEventData[T] } }[SayType];

export interface Starting {
  actor: string | null;
  /** What people call them; without it the id. */
  by?: string | undefined;
  /** A new one when none is given. */
  id?: string;
  parent?: { runId: string; step: string };
}

export interface RunEngine {
  /** Resolves with its id when the plan is durable. */
  start(plan: Plan, starting: Starting): Promise<string>;
  /** Resolves when it is durable; a run that nobody carries out is taken up. @throws ViceError `not-found` */
  say(said: Said, actor: string | null): Promise<void>;
  /** Until the run has ended, or goes on only when a person says something. @throws ViceError `not-found` */
  follow(id: string, onChange: (state: RunState) => void, signal: AbortSignal): Promise<RunState>;
  /** Goes on with a run (or all open ones) that an earlier process left. */
  takeUp(id?: string): Promise<void>;
  /** Begins nothing more and lets what runs come to an end, for a while; what is open stays open. */
  stop(): Promise<void>;
}
