/** What is to happen next in a run: from its state and the clock to the events that are due. Pure, and never asks twice. */
import { callsOf, type Facts, holds, parseExpression, type Value } from "./expression.ts";
import type { Plan, PlannedStep } from "./plan.ts";
import type { RunEnd, RunFact, StepEnd } from "./run-events.ts";
import { isEnded, isSettled, type RunState, reduce, type StepState, stepOf } from "./run-state.ts";
import { fill } from "./template.ts";

/** Clearing up after a cancel may take this long, then it is an abort. */
export const CANCEL_MS = 10 * 60_000;
/** What does not stop in this time when aborted counts as unknown. */
export const ABORT_MS = 15_000;
const LONGEST_BACKOFF_MS = 3_600_000;

export interface Decision {
  /** To be appended in this order; what is intended is to be started after that. */
  events: RunFact[];
  /** The state with these events. */
  state: RunState;
  /** When to ask again although nothing happened, milliseconds since 1970. */
  wakeAt: number | null;
}

/** Steps that people or the clock end; nothing is carried out. */
export const isGate = ({ kind }: Pick<PlannedStep, "kind">): boolean =>
  kind === "approve" || kind === "manual" || kind === "wait";

/** @param held groups in which a step of another run is running */
export function decide(state: RunState, nowMs: number, held: ReadonlySet<string> = new Set()): Decision {
  const deciding = new Deciding(state, nowMs, held);
  if (!isEnded(state.head)) deciding.all();
  const { events, wakeAt } = deciding;
  return { events, wakeAt, state: deciding.state };
}

/** One pass over the steps in the order of the plan: what a need becomes in this pass counts at once. */
class Deciding {
  readonly events: RunFact[] = [];
  wakeAt: number | null = null;
  state: RunState;
  readonly #nowMs: number;
  readonly #time: string;
  readonly #busy: Set<string>;
  readonly #amiss = new Set<string>();
  #running = 0;

  constructor(state: RunState, nowMs: number, held: ReadonlySet<string>) {
    this.state = state;
    this.#nowMs = nowMs;
    this.#time = new Date(nowMs).toISOString();
    this.#busy = new Set(held);
    for (const step of state.plan.steps) {
      if (stepOf(state, step.key).status !== "running") continue;
      if (!isGate(step)) this.#running += 1;
      if (step.group !== null) this.#busy.add(step.group);
    }
  }

  all(): void {
    const { id, status } = this.state.head;
    if (status === "planned") this.#say({ type: "vice.run.started.v1", data: { runId: id } });
    this.#limits();
    let isOpen = false;
    for (const step of this.state.plan.steps) {
      this.#step(step);
      const after = stepOf(this.state, step.key);
      if (!isSettled(after)) isOpen = true;
      if (wentWrong(after) || step.needs.some((need) => this.#amiss.has(need))) this.#amiss.add(step.key);
    }
    if (!isOpen) this.#say({ type: "vice.run.ended.v1", data: { runId: id, status: this.#end() } });
  }

  /** A run that takes too long is canceled, and a cancel that takes too long is an abort: every run ends. */
  #limits(): void {
    const { head, plan } = this.state;
    const { status, asked, startedAt } = head;
    if (status === "canceling" && asked !== null && this.#isDue(Date.parse(asked.at) + CANCEL_MS))
      this.#ask("abort", "canceling took too long");
    const isLimited = (status === "running" || status === "paused") && plan.timeoutMs !== null;
    if (isLimited && startedAt !== null && this.#isDue(Date.parse(startedAt) + (plan.timeoutMs ?? 0)))
      this.#ask("cancel", "the run took longer than its time limit");
  }

  #ask(how: "cancel" | "abort", reason: string): void {
    this.#say({ type: "vice.run.cancel-asked.v1", data: { runId: this.state.head.id, how, reason } });
  }

  #step(step: PlannedStep): void {
    const now = stepOf(this.state, step.key);
    if (isSettled(now)) return;
    if (now.status === "running") this.#runningStep(step, now);
    else this.#waitingStep(step, now);
  }

  #runningStep(step: PlannedStep, now: StepState): void {
    const { status, asked } = this.state.head;
    if (!isGate(step)) {
      if (status === "aborting" && asked !== null && this.#isDue(Date.parse(asked.at) + ABORT_MS))
        this.#endStep(step, now, "unknown", "it did not stop in time");
    } else if (status === "canceling" || status === "aborting") this.#endStep(step, now, "canceled", null);
    else this.#gate(step, now);
  }

  #gate(step: PlannedStep, now: StepState): void {
    const begunMs = Date.parse(now.intendedAt ?? this.#time);
    if (step.kind === "wait") {
      if (this.#isDue(begunMs + step.spec)) this.#endStep(step, now, "succeeded", null);
      return;
    }
    const wanted = step.kind === "approve" ? step.spec.count : 1;
    if (now.refused !== null) this.#endStep(step, now, "failed", `refused: ${now.refused.reason}`);
    else if (now.approvals.length >= wanted) this.#endStep(step, now, "succeeded", null);
    else if (step.timeoutMs !== null && this.#isDue(begunMs + step.timeoutMs))
      this.#endStep(step, now, "failed", "nobody agreed in time");
  }

  #waitingStep(step: PlannedStep, now: StepState): void {
    const { status } = this.state.head;
    const needed = step.needs.every((need) => isSettled(stepOf(this.state, need)));
    const isRetry = now.status === "ready";
    const isLeft = status === "canceling" && (isRetry || isGate(step) || !isCleaning(step));
    if (status === "aborting" || (needed && isLeft)) this.#endStep(step, now, "canceled", null);
    else if (!needed) return;
    else if (!isRetry && !this.#holds(step)) this.#endStep(step, now, "skipped", null);
    else if (
      status !== "paused" &&
      this.#isDue(Date.parse(now.notBefore ?? this.#time)) &&
      this.#hasRoom(step)
    )
      this.#intend(step, now);
  }

  #hasRoom(step: PlannedStep): boolean {
    if (step.group !== null && this.#busy.has(step.group)) return false;
    return isGate(step) || this.#running < this.state.plan.parallel;
  }

  #intend(planned: PlannedStep, { attempt: before }: StepState): void {
    const { key: step, group } = planned;
    const runId = this.state.head.id;
    const attempt = before + 1;
    if (group !== null) this.#busy.add(group);
    if (!isGate(planned)) this.#running += 1;
    const key = keyOf(runId, step, attempt);
    this.#say({ type: "vice.step.intended.v1", data: { runId, step, attempt, key, again: false } });
    // A gate may end by the clock: this notes when to wake up.
    if (isGate(planned)) this.#runningStep(planned, stepOf(this.state, step));
  }

  #endStep({ key: step }: PlannedStep, { attempt }: StepState, outcome: StepEnd, error: string | null): void {
    const runId = this.state.head.id;
    const bare = { outputs: {}, retryAt: null };
    this.#say({ type: "vice.step.ended.v1", data: { runId, step, attempt, outcome, error, ...bare } });
  }

  #holds(step: PlannedStep): boolean {
    const amiss = step.needs.some((need) => this.#amiss.has(need));
    const call: Facts["call"] = (name) => name === "always" || (name === "failure") === amiss;
    if (step.if === null) return call("success");
    return holds(parseExpression(step.if), { call, name: (path) => meaningOf(this.state, step, path) });
  }

  #end(): RunEnd {
    const { status } = this.state.head;
    if (status === "aborting") return "aborted";
    if (status === "canceling") return "canceled";
    const wrong = this.state.plan.steps.some(({ key }) => wentWrong(stepOf(this.state, key)));
    return wrong ? "failed" : "succeeded";
  }

  /** Whether a moment has come; else it is one to wake up at. */
  #isDue(atMs: number): boolean {
    if (this.#nowMs >= atMs) return true;
    if (this.wakeAt === null || atMs < this.wakeAt) this.wakeAt = atMs;
    return false;
  }

  #say(told: Told): void {
    const fact = { ...told, time: this.#time, actor: null } as RunFact;
    this.events.push(fact);
    this.state = reduce(this.state, fact);
  }
}

type Told = RunFact extends infer Fact ? (Fact extends RunFact ? Pick<Fact, "type" | "data"> : never) : never;

const wentWrong = ({ status }: StepState): boolean =>
  status === "failed" || status === "unknown" || status === "canceled";

/** Done also when the run is canceled. */
export const isCleaning = (step: PlannedStep): boolean =>
  step.if !== null && callsOf(parseExpression(step.if)).includes("always");

export const keyOf = (runId: string, step: string, attempt: number): string => `${runId}/${step}/${attempt}`;

/** What a name in a condition or a text means when the step begins; `null` = nothing. */
export function meaningOf(state: RunState, step: PlannedStep, path: readonly string[]): Value {
  const [root, name = "", key = ""] = path;
  if (root === "outputs") return stepOf(state, name).outputs[key] ?? null;
  if (root === "steps") {
    const { status, attempt } = stepOf(state, name);
    return key === "attempts" ? attempt : status;
  }
  if (root === "inputs") return state.plan.inputs[name] ?? null;
  if (root === "matrix") return step.matrix[name] ?? null;
  return envOf(state.plan, step)[name] ?? null;
}

/** What an outer pipeline may use of this one; what has no value is left out. */
export function outputsOf(state: RunState): Record<string, string> {
  const { outputs = {}, env, deployment } = state.plan;
  const told = deployment === undefined ? {} : deployedOf(state, deployment.release.version);
  const given = Object.fromEntries(
    Object.entries(outputs).flatMap(([name, text]) => {
      let isWhole = true;
      const filled = fill(text, ([root, word = "", key = ""]) => {
        const step = stepOf(state, word);
        const ofStep = key === "attempts" ? String(step.attempt) : step.status;
        const value = root === "steps" ? ofStep : root === "outputs" ? step.outputs[key] : env[word];
        if (value === undefined) isWhole = false;
        return value ?? null;
      });
      return isWhole ? [[name, filled]] : [];
    }),
  );
  return { ...told, ...given };
}

/** Of a deployment: what was deployed, and where it answers as the target said last. */
function deployedOf(state: RunState, version: string | null): Record<string, string> {
  const urls = state.plan.steps.map(({ key }) => stepOf(state, key).outputs["url"] ?? "");
  const url = urls.findLast((each) => each !== "");
  return { ...(version !== null && { version }), ...(url !== undefined && { url }) };
}

export const envOf = ({ env }: Plan, step: PlannedStep): Readonly<Record<string, string>> =>
  step.kind === "run" || step.kind === "migrate" ? { ...env, ...step.spec.env } : env;

export interface Outcome {
  outcome: "succeeded" | "failed" | "canceled" | "unknown";
  outputs: Readonly<Record<string, string>>;
  error: string | null;
}

/** What became of a step whose intent is in the log and whose outcome is not. */
export type Recovered =
  | { what: "ended"; outcome: Outcome }
  /** It can be gone on with, without doing anything twice. */
  | { what: "goes-on" }
  /** It was not done, so it can be done again, whatever it is. */
  | { what: "not-done" }
  | { what: "unknown"; reason: string };

/** The event of an outcome: outputs that were promised must be there, and a failure may be tried again. */
export function endedFact(state: RunState, step: PlannedStep, given: Outcome, nowMs: number): RunFact {
  const { attempt } = stepOf(state, step.key);
  const missing = step.outputs.filter((name) => !(name in given.outputs));
  const broken = given.outcome === "succeeded" && missing.length > 0;
  const error = broken ? `it gave no output ${missing.join(", ")}` : given.error;
  const outcome = broken ? "failed" : given.outcome;
  const goesOn = state.head.status === "running" || state.head.status === "paused";
  const mayRetry = outcome === "failed" && attempt <= step.retry.times && goesOn;
  const pauseMs = Math.min(step.retry.backoffMs * 2 ** (attempt - 1), LONGEST_BACKOFF_MS);
  const retryAt = mayRetry ? new Date(nowMs + pauseMs).toISOString() : null;
  const time = new Date(nowMs).toISOString();
  const data = {
    runId: state.head.id,
    step: step.key,
    attempt,
    outcome,
    outputs: given.outputs,
    error,
    retryAt,
  };
  return { type: "vice.step.ended.v1", data, time, actor: null };
}
