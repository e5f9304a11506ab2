/** The state of a run, folded from its events. What does not fit the state is ignored, so any interleaving is a state. Pure. */
import type { Plan } from "./plan.ts";
import type { RunEnd, RunFact, StepEnd } from "./run-events.ts";

export const RUN_STATUSES = [
  "planned",
  "running",
  "paused",
  "canceling",
  "aborting",
  "succeeded",
  "failed",
  "canceled",
  "aborted",
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const STEP_STATUSES = [
  "waiting",
  "ready",
  "running",
  "succeeded",
  "failed",
  "skipped",
  "canceled",
  "unknown",
] as const;
/** `ready`: failed and to be tried again. `unknown`: begun, and nobody can say how it ended. */
export type StepStatus = (typeof STEP_STATUSES)[number];

export interface RunHead {
  id: string;
  status: RunStatus;
  plannedAt: string;
  startedAt: string | null;
  endedAt: string | null;
  /** Who started it. */
  actor: string | null;
  parent: { runId: string; step: string } | null;
  /** The newest word of a person (or of a time limit) about it. */
  asked: {
    what: "pause" | "resume" | "cancel" | "abort";
    reason: string;
    by: string | null;
    at: string;
  } | null;
}

export interface StepState {
  status: StepStatus;
  attempt: number;
  intendedAt: string | null;
  endedAt: string | null;
  /** Not tried again before. */
  notBefore: string | null;
  outputs: Readonly<Record<string, string>>;
  error: string | null;
  approvals: ReadonlyArray<{ by: string | null; at: string; note: string | null }>;
  refused: { by: string | null; reason: string } | null;
}

export interface RunState {
  head: RunHead;
  plan: Plan;
  /** Steps of which something is known; the others wait. */
  steps: ReadonlyMap<string, StepState>;
}

export const WAITING: StepState = {
  ...{ status: "waiting", attempt: 0, intendedAt: null, endedAt: null, notBefore: null },
  ...{ outputs: {}, error: null, approvals: [], refused: null },
};

const ENDS: ReadonlySet<string> = new Set<RunEnd>(["succeeded", "failed", "canceled", "aborted"]);
export const isEnded = ({ status }: Pick<RunHead, "status">): boolean => ENDS.has(status);

const SETTLED: ReadonlySet<string> = new Set<StepEnd>([
  "succeeded",
  "failed",
  "skipped",
  "canceled",
  "unknown",
]);
export const isSettled = ({ status }: Pick<StepState, "status">): boolean => SETTLED.has(status);

export const stepOf = ({ steps }: Pick<RunState, "steps">, key: string): StepState =>
  steps.get(key) ?? WAITING;

type Planned = Extract<RunFact, { type: "vice.run.planned.v1" }>;

export function plannedHead({ data, time, actor }: Planned): RunHead {
  const { runId, parent } = data;
  const times = { plannedAt: time, startedAt: null, endedAt: null };
  return { id: runId, status: "planned", ...times, actor, parent, asked: null };
}

export function begin(fact: Planned): RunState {
  return { head: plannedHead(fact), plan: fact.data.plan, steps: new Map() };
}

export function reduce(state: RunState, fact: RunFact): RunState {
  if ("step" in fact.data) {
    const { step } = fact.data;
    const before = stepOf(state, step);
    const after = reduceStep(before, fact);
    return after === before ? state : { ...state, steps: new Map(state.steps).set(step, after) };
  }
  const head = reduceHead(state.head, fact);
  return head === state.head ? state : { ...state, head };
}

/** Head and steps are folded apart, so that a store can keep them apart. */
export function reduceHead(head: RunHead, fact: RunFact): RunHead {
  if (isEnded(head)) return head;
  const { time, actor } = fact;
  const asked = (what: "pause" | "resume" | "cancel" | "abort", reason: string) => ({
    asked: { what, reason, by: actor, at: time },
  });
  switch (fact.type) {
    case "vice.run.started.v1":
      return head.status === "planned" ? { ...head, status: "running", startedAt: time } : head;
    case "vice.run.paused.v1":
      if (head.status !== "running" && head.status !== "planned") return head;
      return {
        ...head,
        status: "paused",
        startedAt: head.startedAt ?? time,
        ...asked("pause", fact.data.reason),
      };
    case "vice.run.resumed.v1":
      return head.status === "paused"
        ? { ...head, status: "running", ...asked("resume", fact.data.reason) }
        : head;
    case "vice.run.cancel-asked.v1": {
      const { how, reason } = fact.data;
      if (head.status === "aborting" || (how === "cancel" && head.status === "canceling")) return head;
      return { ...head, status: how === "abort" ? "aborting" : "canceling", ...asked(how, reason) };
    }
    case "vice.run.ended.v1":
      return { ...head, status: fact.data.status, endedAt: time };
    default:
      return head;
  }
}

export function reduceStep(step: StepState, fact: RunFact): StepState {
  const { time, actor } = fact;
  if (fact.type === "vice.step.settled.v1" && step.status === "unknown") {
    const { as, reason } = fact.data;
    return { ...step, status: as, error: `${actor ?? "nobody"} says so: ${reason}` };
  }
  if (isSettled(step)) return step;
  switch (fact.type) {
    case "vice.step.intended.v1": {
      const { attempt, again } = fact.data;
      const fits = again
        ? step.status === "running" && attempt === step.attempt
        : attempt === step.attempt + 1;
      if (!fits || (!again && step.status === "running")) return step;
      return { ...step, status: "running", attempt, intendedAt: time, notBefore: null, error: null };
    }
    case "vice.step.ended.v1": {
      const { attempt, outcome, outputs, error, retryAt } = fact.data;
      if (attempt !== step.attempt) return step;
      if (step.status !== "running" && outcome !== "skipped" && outcome !== "canceled") return step;
      const again = outcome === "failed" && retryAt !== null;
      return {
        ...step,
        status: again ? "ready" : outcome,
        endedAt: time,
        notBefore: retryAt,
        outputs,
        error,
      };
    }
    case "vice.step.approved.v1": {
      if (step.status !== "running" || step.approvals.some(({ by }) => by === actor)) return step;
      return { ...step, approvals: [...step.approvals, { by: actor, at: time, note: fact.data.note }] };
    }
    case "vice.step.refused.v1":
      return step.status === "running" ? { ...step, refused: { by: actor, reason: fact.data.reason } } : step;
    default:
      return step;
  }
}
