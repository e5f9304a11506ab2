/** Port: how long steps take and how they end, gathered by day; a facet of the store. */
import type { Gathered } from "../domain/durations/gathered.ts";
import type { Dimension, Step } from "../domain/durations/step.ts";

export interface DurationSpan {
  /** First day, included, and the day after the last: days of the workspace's time zone, since 1970-01-01. */
  fromDay: number;
  toDay: number;
  /** Only of this service. */
  service?: string | undefined;
}

export interface Durations {
  /** One group for each value of the dimension, in no order. */
  gathered(dimension: Dimension, span: DurationSpan): Gathered[];
  /** How often a step succeeded and failed on one commit, ever. */
  onCommit(
    step: Pick<Step, "kind" | "name" | "service">,
    commitSha: string,
  ): { succeeded: number; failed: number };
}
