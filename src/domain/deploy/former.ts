/** What a deployment goes back to: what ran when it got the lock, which may be another than when it was planned. Pure. */
import { type RunState, stepOf } from "../pipeline/run-state.ts";
import type { Operation, Release } from "./release.ts";
import type { StepVerb, TargetSpec } from "./steps.ts";

/** Output of the gate, when another release ran by then. */
export const FORMER = "former";

export function formerIn(state: RunState): Release | null {
  const said = stepOf(state, "gate").outputs[FORMER];
  return said === undefined ? (state.plan.deployment?.former ?? null) : (JSON.parse(said) as Release);
}

/** Whether a deployment that was planned over one release may go on over another. */
export function goesOnOver(operation: Operation, planned: Release | null, now: Release | null): boolean {
  if (planned?.id === now?.id) return true;
  // What was stopped meanwhile is not to be started again by a way back; all else is done to what was meant.
  return (operation === "deploy" || operation === "promote") && now !== null;
}

/** Planned for a place where nothing ran, the way back is to stop; when something came there first, it is to go back to that. */
export const verbOver = ({ verb, of }: TargetSpec, key: string, former: Release | null): StepVerb =>
  key === "rollback" && verb === "stop" && of === "release" && former !== null ? "rollback" : verb;
