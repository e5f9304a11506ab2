/** Runs of pipelines as the log tells them; a facet of the store. */
import type { RunHead, RunState, RunStatus, StepStatus } from "../domain/pipeline/run-state.ts";

/** One line of a list. */
export interface RunSummary extends RunHead {
  /** Of the pipeline. */
  name: string;
  steps: number;
  /** How many of the steps of which something is known are in which state. */
  counts: Partial<Record<StepStatus, number>>;
}

export interface RunFilter {
  status?: RunStatus | undefined;
  name?: string | undefined;
  /** Those that have not ended. */
  open?: boolean | undefined;
}

export interface Runs {
  get(id: string): RunState | null;
  /** Newest first. */
  list(filter: RunFilter, limit: number, cursor: string | null): { items: RunSummary[]; next: string | null };
  /** Ids of those that have not ended, oldest first. */
  open(): string[];
  /** A whole id, from it or from the unique start of one. @throws ViceError `not-found`, `input.invalid` */
  resolve(text: string): string;
}
