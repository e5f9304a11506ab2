/** The facet of the store that counts activities for monitoring: how many, how they ended, how long they took, what is open. */
import type { Kind } from "../domain/activity.ts";

/** Upper bounds of durations in seconds; above the last one there is one more bucket. */
export const FIGURE_BOUNDS = [
  ...[10, 30, 60, 120, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400],
  ...[259_200, 604_800, 1_209_600, 1_814_400, 2_592_000],
] as const;

/** Activities that count and are alike; only deployments are told apart by service and environment. */
export interface Figure {
  kind: Kind;
  source: string;
  service: string | null;
  /** In lower case; previews are all one. */
  environment: string | null;
  /** How they ended; `open` = not yet, or nobody said. */
  outcome: "succeeded" | "failed" | "canceled" | "open";
  count: number;
  /** Of how many the duration is known, and how long they took together. */
  timed: number;
  totalMs: number;
  /** How many of them fell into each bucket, not summed up; one more than there are bounds. */
  buckets: readonly number[];
}

/** What runs or waits now. */
export interface OpenFigure {
  kind: Kind;
  count: number;
  /** When the oldest began, milliseconds since 1970. */
  oldestMs: number;
}

export interface Figures {
  all(): Figure[];
  /** Without what is abandoned. */
  open(nowMs: number, abandonAfterMs: number): OpenFigure[];
}
