/** Durations and outcomes of all runs under one name. Pure. */
import type { Histogram } from "./histogram.ts";

export interface Gathered {
  /** Of the dimension: `build/test`, a pipeline, a service, a tool. */
  value: string;
  succeeded: number;
  failed: number;
  canceled: number;
  /** Milliseconds of all runs whose duration is known. */
  totalMs: number;
  histogram: Histogram;
}
