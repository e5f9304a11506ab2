/** Experiments: a hypothesis, the metric that shows it, and the time in which it is looked at. */

export interface ExperimentStarted {
  name: string;
  /** What is believed: "Paying by card makes people finish". */
  hypothesis: string;
  /** A pushed series (`orders{shop="eu"}`) or a PromQL query (`prom:...`). */
  metric: string;
  direction: "up" | "down";
  /** Smallest change that counts, as a share: 0.05 = 5 %. */
  by: number;
  service: string | null;
  /** When it began (ISO 8601). */
  from: string;
}

export interface ExperimentStopped {
  name: string;
  /** When it ended (ISO 8601). */
  to: string;
  reason: string | null;
}
