/** Who waits for what: why a step that has not ended does not go on by itself. Pure. */
import { isGate } from "./decide.ts";
import type { PlannedStep } from "./plan.ts";
import { isSettled, type RunState, type StepState, stepOf } from "./run-state.ts";

export const WAITS_FOR = ["steps", "person", "time", "group", "room", "resume", "rules", "run"] as const;

export interface Wait {
  for: (typeof WAITS_FOR)[number];
  /** Of `steps` and `room` the steps; of `group` who is in it: a step, or the id of another run; of `run` its id. */
  names: readonly string[];
  /** When it goes on, or ends, without anybody's doing. */
  until: string | null;
}

/** @param held by group, the other run that has a step in it */
export function waitOf(
  state: RunState,
  step: PlannedStep,
  held: ReadonlyMap<string, string> = new Map(),
): Wait | null {
  const now = stepOf(state, step.key);
  if (isSettled(now)) return null;
  if (now.status === "running") return waitOfRunning(step, now);
  const open = step.needs.filter((need) => !isSettled(stepOf(state, need)));
  if (open.length > 0) return { for: "steps", names: open, until: null };
  if (state.head.status === "paused") return { for: "resume", names: [], until: null };
  if (now.notBefore !== null) return { for: "time", names: [], until: now.notBefore };
  const inGroup = step.group === null ? null : (holderIn(state, step.group) ?? held.get(step.group) ?? null);
  if (inGroup !== null) return { for: "group", names: [inGroup], until: null };
  const busy = state.plan.steps.filter((each) => !isGate(each) && isRunning(state, each));
  if (busy.length < state.plan.parallel || isGate(step)) return null;
  return { for: "room", names: busy.map(({ key }) => key), until: null };
}

const isRunning = (state: RunState, { key }: PlannedStep): boolean => stepOf(state, key).status === "running";

const holderIn = (state: RunState, group: string): string | undefined =>
  state.plan.steps.find((each) => each.group === group && isRunning(state, each))?.key;

function waitOfRunning(step: PlannedStep, now: StepState): Wait | null {
  if (isGate(step)) return gateWait(step, now);
  if (step.kind !== "gate" || step.spec.waitMs === 0) return null;
  return { for: "rules", names: [], until: later(now.intendedAt, step.spec.waitMs) };
}

const later = (from: string | null, ms: number | null): string | null =>
  ms === null || from === null ? null : new Date(Date.parse(from) + ms).toISOString();

function gateWait({ kind, spec, timeoutMs }: PlannedStep, { intendedAt }: StepState): Wait {
  const limitMs = kind === "wait" ? spec : timeoutMs;
  const until = later(intendedAt, limitMs === null ? null : Number(limitMs));
  return { for: kind === "wait" ? "time" : "person", names: [], until };
}
