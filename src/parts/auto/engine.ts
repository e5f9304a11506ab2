/** The engine: drives every open run of this process, and takes up those that an earlier one left. */
import type { NewEvent } from "../../domain/event.ts";
import { type Observed, observedOf } from "../../domain/pipeline/observed.ts";
import type { RunFact } from "../../domain/pipeline/run-events.ts";
import { begin, isEnded, type RunState, reduce, stepOf } from "../../domain/pipeline/run-state.ts";
import { ViceError } from "../../kit/errors.ts";
import { activityId, uuidv7 } from "../../kit/ids.ts";
import type { RunEngine } from "../../ports/auto.ts";
import type { Runs } from "../../ports/runs.ts";
import type { LogWriter } from "../../ports/services.ts";
import { RunDriver } from "./driver.ts";
import type { Executors } from "./executor.ts";
import { childRunId } from "./steps/pipeline-step.ts";

export interface EngineOptions {
  runs: Runs;
  log: Pick<LogWriter, "append">;
  now: () => number;
  onError: (error: unknown) => void;
  /** What runs when the process is asked to end gets so long. */
  stopMs?: number;
  /** Kinds of steps, for an engine that runs pipelines within pipelines. */
  executors: (engine: RunEngine, ended: (id: string) => Promise<string>) => Executors;
}

const STOP_MS = 5000;

export function createEngine(options: EngineOptions): RunEngine {
  const { runs, log, now, onError } = options;
  const drivers = new Map<string, RunDriver>();
  const listeners = new Set<(driver: RunDriver) => void>();

  /** What happened to a run, and the activities that it is, become durable together. */
  const append = async (facts: readonly RunFact[], before: RunState, by?: string): Promise<void> => {
    let state = before;
    const events = facts.flatMap((fact) => {
      state = reduce(state, fact);
      const actor = fact.actor === null ? null : { name: by ?? fact.actor, login: null };
      return [eventOf(fact), ...observedOf(state, fact, actor).map(observedEvent)];
    });
    await log.append({ delivery: null, events });
  };
  const heldBeside = (id: string): ReadonlySet<string> =>
    new Set([...drivers].flatMap(([each, driver]) => (each === id ? [] : driver.groups)));
  const onChange = (driver: RunDriver): void => {
    const { head, plan } = driver.state;
    if (isEnded(head)) drivers.delete(head.id);
    // A group may have become free.
    if (plan.steps.some(({ group }) => group !== null))
      for (const other of drivers.values()) if (other !== driver) other.poke();
    for (const listener of listeners) listener(driver);
  };
  const drive = (state: RunState): RunDriver => {
    const { id } = state.head;
    const held = (): ReadonlySet<string> => heldBeside(id);
    const driver = new RunDriver({ state, executors, now, append, held, onChange, onError });
    drivers.set(id, driver);
    return driver;
  };
  const stateOf = (id: string): RunState => {
    const state = drivers.get(id)?.state ?? runs.get(id);
    if (state === null)
      throw new ViceError("not-found", { what: "run", name: id, hint: "List them: vice auto runs" });
    return state;
  };
  /** Whether only a person can make it go on. */
  const isParked = (driver: RunDriver): boolean => {
    const { state } = driver;
    if (!driver.isIdle || isEnded(state.head)) return false;
    const open = state.plan.steps.filter(({ key }) =>
      ["running", "ready"].includes(stepOf(state, key).status),
    );
    const waits = open.every(({ kind, key }) => {
      const { status, attempt } = stepOf(state, key);
      if (status === "ready" || kind === "wait") return state.head.status === "paused" && status === "ready";
      if (kind !== "pipeline") return kind === "approve" || kind === "manual";
      const child = drivers.get(childRunId(`${state.head.id}/${key}/${attempt}`));
      return child !== undefined && isParked(child);
    });
    return waits && (open.length > 0 || state.head.status === "paused");
  };
  const until = (id: string, isOver: (state: RunState) => boolean, onEach: (state: RunState) => void) => {
    let forget = (): void => {};
    const over = new Promise<RunState>((resolve) => {
      const look = (): void => {
        const state = stateOf(id);
        onEach(state);
        if (isOver(state)) resolve(state);
      };
      const listener = (): void => void setImmediate(look);
      listeners.add(listener);
      forget = () => listeners.delete(listener);
      look();
    });
    return { over: over.finally(() => forget()), forget: () => forget() };
  };

  const engine: RunEngine = {
    start: async (plan, { actor, by, id = uuidv7(now()), parent = null }) => {
      const time = new Date(now()).toISOString();
      const data = { runId: id, plan, parent };
      const planned = { type: "vice.run.planned.v1", data, time, actor } as const;
      const state = begin(planned);
      await append([planned], state, by);
      drive(state).poke();
      return id;
    },
    say: async (said, actor) => {
      const { runId } = said.data;
      const state = stateOf(runId);
      const fact = { ...said, time: new Date(now()).toISOString(), actor };
      const driver = drivers.get(runId);
      if (driver !== undefined) return driver.tell(fact);
      // First what was said, then what was left: what is canceled is not done again.
      await append([fact], state);
      await engine.takeUp(runId);
    },
    follow: async (id, onEach, signal) => {
      const isOver = (state: RunState): boolean => {
        const driver = drivers.get(id);
        return isEnded(state.head) || driver === undefined || isParked(driver) || signal.aborted;
      };
      const { over } = until(id, isOver, onEach);
      return over;
    },
    takeUp: async (id) => {
      const open = (id === undefined ? runs.open() : [id]).filter((each) => !drivers.has(each));
      const states = open.map(stateOf).filter(({ head }) => !isEnded(head));
      const taken = states.map((state) => drive(state));
      await Promise.all(taken.map((driver) => driver.recover().catch(onError)));
    },
    stop: async () => {
      await Promise.all([...drivers.values()].map((driver) => driver.stop(options.stopMs ?? STOP_MS)));
      drivers.clear();
    },
  };
  const ended = async (id: string): Promise<string> => {
    const { head } = await until(
      id,
      (state) => isEnded(state.head),
      () => {},
    ).over;
    return head.status;
  };
  const executors = options.executors(engine, ended);
  return engine;
}

function observedEvent({ object, id, step, at, facts }: Observed): NewEvent<"vice.activity.observed.v1"> {
  const data = { object, step, at, reopens: false, facts, verified: true, generation: 0 };
  return {
    ...{ type: "vice.activity.observed.v1", source: "/auto", time: at, data },
    subject: id === "run" ? object.externalId : activityId(object),
    ...{ actor: null, traceparent: null, delivery: null },
  };
}

const eventOf = ({ type, data, time, actor }: RunFact): NewEvent => ({
  ...{ type, data, time, actor },
  ...{ source: "/auto", subject: data.runId, traceparent: null, delivery: null },
});
