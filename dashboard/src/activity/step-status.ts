/** The status that a step of an activity stands for, as in the domain's table of steps. */
import type { Status } from "../api/types.ts";

const STATUS: Record<string, Status> = {
  requested: "pending",
  queued: "pending",
  waiting: "pending",
  running: "running",
  succeeded: "succeeded",
  failed: "failed",
  canceled: "canceled",
};

/** `null` for steps that only add facts. */
export const statusOfStep = (step: string): Status | null => STATUS[step] ?? null;
