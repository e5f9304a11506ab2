/** What a deployment goes back to: what ran when it got the lock, which may be another than when it was planned. Pure. */
import { type RunState, stepOf } from "../pipeline/run-state.ts";
import type { Operation, Release } from "./release.ts";

/** Output of the gate, when another release ran by then. */
export const FORMER = "former";

export function formerIn(state: RunState): Release | null {
  const said = stepOf(state, "gate").outputs[FORMER];
  return said === undefined ? (state.plan.deployment?.former ?? null) : (JSON.parse(said) as Release);
}

/** Whether a deployment that was planned over one release may go on over another. */
export function goesOnOver(operation: Operation, planned: Release | null, now: Release | null): boolean {
  if (planned?.id === now?.id) return true;
  // Steps are planned for a place where something runs or nothing does; whatever else is done, is done to what was meant.
  return (operation === "deploy" || operation === "promote") && planned !== null && now !== null;
}
