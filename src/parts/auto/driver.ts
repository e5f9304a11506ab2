/** Drives one run: what is decided becomes durable, then it is carried out, and its outcome becomes durable with what follows. */
import {
  decide,
  endedFact,
  envOf,
  isCleaning,
  isGate,
  keyOf,
  meaningOf,
  type Outcome,
} from "../../domain/pipeline/decide.ts";
import type { Value } from "../../domain/pipeline/expression.ts";
import type { PlannedStep } from "../../domain/pipeline/plan.ts";
import type { RunFact } from "../../domain/pipeline/run-events.ts";
import { isEnded, type RunState, reduce, stepOf } from "../../domain/pipeline/run-state.ts";
import { fill, isOfPipeline, mapTexts } from "../../domain/pipeline/template.ts";
import { sayDuration } from "../../kit/duration.ts";
import { type Executors, failed, type Recovered, type StepContext, type StepExecutor } from "./executor.ts";

export interface DriverOptions {
  state: RunState;
  executors: Executors;
  now: () => number;
  /** Resolves when they are durable. */
  append: (facts: readonly RunFact[], before: RunState) => Promise<void>;
  /** Groups in which another run is running. */
  held: () => ReadonlySet<string>;
  /** After each change. */
  onChange: (driver: RunDriver) => void;
  onError: (error: unknown) => void;
}

const RETRY_MS = 1000;
/** Asking what is true takes no longer, for a step without a time limit of its own. */
const RECOVER_MS = 60_000;
/** The longest that a timer of the system can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Waiting {
  fact: RunFact;
  resolve: () => void;
}

/** A step that is being carried out: it is asked to end, and after that it may be ended. */
class Control {
  readonly #asked = new AbortController();
  readonly #killed = new AbortController();
  readonly signal = this.#asked.signal;
  readonly kill = this.#killed.signal;

  abort(reason: "cancel" | "kill" | "timeout" | "stop"): void {
    this.#asked.abort(reason);
    if (reason === "kill") this.#killed.abort(reason);
  }
}

export class RunDriver {
  readonly #options: DriverOptions;
  readonly #running = new Map<string, Control>();
  #state: RunState;
  /** Decided, and on its way to the disk. */
  #ahead: RunState | null = null;
  #waiting: Waiting[] = [];
  #isPumping = false;
  /** Something came up while it was busy. */
  #isPoked = false;
  /** What runs may come to its end, nothing more is begun. */
  #isStopping = false;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DriverOptions) {
    this.#options = options;
    this.#state = options.state;
  }

  get state(): RunState {
    return this.#state;
  }

  /** Groups that its steps hold. */
  get groups(): string[] {
    const state = this.#ahead ?? this.#state;
    return state.plan.steps.flatMap(({ group, key }) =>
      group !== null && stepOf(state, key).status === "running" ? [group] : [],
    );
  }

  /** Keys of steps that are being carried out. */
  get busy(): string[] {
    return [...this.#running.keys()];
  }

  get isIdle(): boolean {
    return !this.#isPumping && this.#waiting.length === 0;
  }

  /** Resolves when it is durable; what does not fit the state is left out. */
  tell(fact: RunFact): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ fact, resolve });
      this.poke();
    });
  }

  /** Looks whether something is due. */
  poke(): void {
    this.#isPoked = true;
    if (this.#isPumping || this.#isStopped) return;
    this.#isPumping = true;
    this.#pump().catch((error: unknown) => {
      this.#options.onError(error);
      this.#wakeAt(this.#options.now() + RETRY_MS);
    });
  }

  async #pump(): Promise<void> {
    try {
      do {
        this.#isPoked = false;
        // A copy: more may come while this is on its way to the disk.
        const told = [...this.#waiting];
        const before = this.#state;
        const facts: RunFact[] = [];
        let state = before;
        for (const { fact } of told) {
          const next = reduce(state, fact);
          if (next !== state) facts.push(fact);
          state = next;
        }
        const decision = this.#isStopping
          ? { events: [], state, wakeAt: null }
          : decide(state, this.#options.now(), this.#options.held());
        const all = [...facts, ...decision.events];
        this.#ahead = decision.state;
        if (all.length > 0) await this.#options.append(all, before);
        this.#waiting = this.#waiting.slice(told.length);
        this.#state = decision.state;
        this.#wakeAt(decision.wakeAt);
        this.#carryOut(all, before);
        for (const { resolve } of told) resolve();
        if (all.length > 0) this.#options.onChange(this);
      } while ((this.#isPoked || this.#waiting.length > 0) && !this.#isStopped);
    } finally {
      this.#ahead = null;
      this.#isPumping = false;
    }
  }

  #wakeAt(atMs: number | null): void {
    clearTimeout(this.#timer);
    if (atMs === null || this.#isStopped) return;
    const delayMs = Math.min(Math.max(0, atMs - this.#options.now()), MAX_TIMER_MS);
    this.#timer = setTimeout(() => this.poke(), delayMs);
  }

  #carryOut(facts: readonly RunFact[], before: RunState): void {
    const { status } = this.#state.head;
    if (status !== before.head.status) for (const key of this.#running.keys()) this.#halt(key);
    for (const { type, data } of facts) {
      if (type !== "vice.step.intended.v1") continue;
      const step = this.#state.plan.steps.find(({ key }) => key === data.step);
      if (step !== undefined && !isGate(step)) this.#start(step);
    }
  }

  /** As the run is told. What clears up goes on when it is canceled: the way back is what a cancel waits for. */
  #halt(key: string): void {
    const { head, plan } = this.#state;
    const step = plan.steps.find((each) => each.key === key);
    if (head.status === "aborting") this.#running.get(key)?.abort("kill");
    if (head.status === "canceling" && (step === undefined || !isCleaning(step)))
      this.#running.get(key)?.abort("cancel");
  }

  #start(step: PlannedStep): void {
    const control = new Control();
    this.#running.set(step.key, control);
    this.#outcome(step, control).then(
      (outcome) => {
        this.#running.delete(step.key);
        // Stopped by us and not by the run: the next process asks what is true.
        if (control.signal.reason === "stop") return;
        void this.tell(endedFact(this.#state, step, outcome, this.#options.now()));
      },
      (error: unknown) => this.#options.onError(error),
    );
  }

  async #outcome(step: PlannedStep, control: Control): Promise<Outcome> {
    const { timeoutMs } = step;
    // Time in which nobody was there must not take the way back: what clears up gets all of its time from here on.
    const nowMs = this.#options.now();
    const begunMs = isCleaning(step) ? nowMs : Date.parse(stepOf(this.#state, step.key).intendedAt ?? "");
    const leftMs = timeoutMs === null ? null : begunMs + timeoutMs - nowMs;
    const timer =
      leftMs === null ? undefined : setTimeout(() => control.abort("timeout"), Math.max(0, leftMs));
    try {
      const { executor, context } = this.#work(step, control);
      const outcome = await executor.run(context);
      if (outcome.outcome === "succeeded" || !control.signal.aborted) return outcome;
      if (control.signal.reason !== "timeout") return { ...outcome, outcome: "canceled" };
      return { ...outcome, error: `it took longer than ${sayDuration(timeoutMs ?? 0)}` };
    } catch (error) {
      this.#options.onError(error);
      return failed(error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(timer);
    }
  }

  #work(
    step: PlannedStep,
    { signal, kill }: Pick<Control, "signal" | "kill">,
  ): { executor: StepExecutor; context: StepContext } {
    const executor = this.#options.executors[step.kind] as StepExecutor | undefined;
    if (executor === undefined) throw new Error(`this vice cannot carry out "${step.kind}" steps`);
    const { plan, head } = this.#state;
    const { attempt } = stepOf(this.#state, step.key);
    const meaning = (path: readonly string[]): Value => meaningOf(this.#state, step, path);
    const own = new Set("secrets" in Object(step.spec) ? Object(step.spec)["secrets"] : []);
    const filled = (text: string): string =>
      fill(text, (path) => {
        if (path[0] === "env" && own.has(path[1])) return null;
        // Checks fill in what only they know: captures, the version, where it runs.
        if (step.kind === "verify" && !isOfPipeline(path)) return null;
        return String(meaning(path) ?? "");
      });
    // The plan of another pipeline has names of its own.
    const spec = step.kind === "pipeline" ? step.spec : mapTexts(step.spec, filled);
    const env = mapTexts(envOf(plan, step), filled) as Record<string, string>;
    const key = keyOf(head.id, step.key, attempt);
    const made = { ...step, spec } as PlannedStep;
    return {
      executor,
      context: { runId: head.id, plan, step: made, attempt, key, cwd: plan.cwd, env, signal, kill, meaning },
    };
  }

  /** After a crash: asks of each step that was begun what is true, then goes on. */
  async recover(): Promise<void> {
    const { steps } = this.#state.plan;
    const open = steps.filter((step) => !isGate(step) && stepOf(this.#state, step.key).status === "running");
    const facts = await Promise.all(open.map((step) => this.#recoverStep(step)));
    for (const fact of facts) if (fact !== null) void this.tell(fact);
    this.poke();
  }

  async #recoverStep(step: PlannedStep): Promise<RunFact | null> {
    const signal = AbortSignal.timeout(step.timeoutMs ?? RECOVER_MS);
    const { executor, context } = this.#work(step, { signal, kill: signal });
    const found = await executor.recover(context).catch((error: unknown): Recovered => {
      this.#options.onError(error);
      return { what: "unknown", reason: error instanceof Error ? error.message : String(error) };
    });
    const nowMs = this.#options.now();
    if (found.what === "ended") return endedFact(this.#state, step, found.outcome, nowMs);
    const { status } = this.#state.head;
    const goesOn =
      status === "running" || status === "paused" || (status === "canceling" && isCleaning(step));
    if (found.what === "goes-on") {
      this.#start(step);
      this.#halt(step.key);
      return null;
    }
    if ((step.idempotent || found.what === "not-done") && goesOn) {
      const { attempt, key } = context;
      const data = { runId: context.runId, step: step.key, attempt, key, again: true };
      return { type: "vice.step.intended.v1", data, time: new Date(nowMs).toISOString(), actor: null };
    }
    const nothing =
      found.what === "not-done"
        ? ({ outcome: "canceled", error: "it was not done" } as const)
        : ({ outcome: "unknown", error: found.reason } as const);
    return endedFact(this.#state, step, { ...nothing, outputs: {} }, nowMs);
  }

  /** Begins nothing more; what runs gets so long to come to its end. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    const end = Date.now() + graceMs;
    const isBusy = (): boolean => this.#running.size > 0 || !this.isIdle;
    const isDone = (): boolean => !isBusy() || isEnded(this.#state.head);
    while (!isDone() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
    this.#isStopped = true;
    clearTimeout(this.#timer);
    for (const control of this.#running.values()) control.abort("stop");
    while (this.#isPumping) await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
