/** Carries out schedules while a server runs. What is started for a moment has an id made of it, so it is started once. */
import { isEnded } from "../../../domain/pipeline/run-state.ts";
import { nextMoment } from "../../../kit/cron-moments.ts";
import { activityId } from "../../../kit/ids.ts";
import type { Services } from "../../../ports/services.ts";
import { planPipeline } from "../make-plan.ts";
import { dueNow } from "./due.ts";
import {
  forgetOthers,
  type KnownSchedule,
  keepState,
  knownSchedules,
  readState,
  type ScheduleState,
} from "./known-schedules.ts";

export interface SchedulerOptions {
  services: Pick<Services, "store" | "auto">;
  now: () => number;
  onError: (error: unknown) => void;
}

export interface Scheduler {
  /** Does what is due; a running server does by itself. */
  tick(): Promise<void>;
  stop(): Promise<void>;
}

/** Projects may be registered, and runs may end, at any time. */
const LOOK_MS = 10_000;

export const runIdOf = (schedule: string, momentMs: number): string =>
  activityId({
    ...{ identityKind: "run", source: "vice", instance: "schedule" },
    ...{ externalId: `${schedule}@${new Date(momentMs).toISOString()}`, attempt: 1 },
  });

export function startScheduler(options: SchedulerOptions): Scheduler {
  const { services, onError } = options;
  let running: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const tick = async (): Promise<void> => {
    const known = knownSchedules(services);
    forgetOthers(known, services);
    for (const schedule of known) {
      if (isStopped) return;
      await lookAt(schedule, options).catch(onError);
    }
  };
  const run = (): Promise<void> => {
    clearTimeout(timer);
    running ??= tick()
      .catch(onError)
      .finally(() => {
        running = null;
        if (!isStopped) timer = setTimeout(() => void run(), untilNext(options)).unref();
      });
    return running;
  };
  void run();
  return {
    tick: async () => {
      // What runs may have looked before what is asked about.
      await running;
      await run();
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

function untilNext({ services, now }: SchedulerOptions): number {
  const nowMs = now();
  const next = knownSchedules(services).map(
    ({ spec }) => nextMoment(spec, nowMs) ?? Number.POSITIVE_INFINITY,
  );
  return Math.max(0, Math.min(LOOK_MS, ...next.map((ms) => ms - nowMs)));
}

async function lookAt(schedule: KnownSchedule, options: SchedulerOptions): Promise<void> {
  const { services, now } = options;
  const { id, spec } = schedule;
  const nowMs = now();
  const { state, isKept } = readState(schedule, services, nowMs);
  if (!isKept) keepState(id, state, services, nowMs);
  let before = state;
  for (;;) {
    const goesOn = openRun(before, services) !== null;
    const due = dueNow(spec, before, nowMs, goesOn);
    if (due.state !== before) keepState(id, due.state, services, nowMs);
    if (due.cancel) await cancel(schedule, due.state, options);
    if (due.start === null) return;
    before = await start(schedule, due.state, due.start, options);
    keepState(id, before, services, nowMs);
  }
}

/** @returns its id, when the newest run has not ended */
export function openRun({ last }: ScheduleState, { store }: Pick<Services, "store">): string | null {
  const head = last === null ? undefined : store.runs.get(last.runId)?.head;
  return head === undefined || isEnded(head) ? null : head.id;
}

async function cancel(
  { id }: KnownSchedule,
  state: ScheduleState,
  { services }: SchedulerOptions,
): Promise<void> {
  const runId = openRun(state, services);
  const status = runId === null ? null : services.store.runs.get(runId)?.head.status;
  if (runId === null || status === "canceling" || status === "aborting") return;
  const data = { runId, how: "cancel", reason: "the schedule begins its next run" } as const;
  await services.auto.say({ type: "vice.run.cancel-asked.v1", data }, actorOf(id));
}

const actorOf = (id: string): string => `schedule:${id}`;

async function start(
  { id, of, spec }: KnownSchedule,
  state: ScheduleState,
  momentMs: number,
  { services, onError }: SchedulerOptions,
): Promise<ScheduleState> {
  const queue = state.queue.filter((ms) => ms !== momentMs);
  const runId = runIdOf(id, momentMs);
  const begun = { ...state, queue, last: { runId, momentMs } };
  // It was begun before vice ended, and that this was so could not be noted.
  if (services.store.runs.get(runId) !== null) return begun;
  const moment = new Date(momentMs).toISOString();
  const made = await planPipeline(of, spec.inputs).catch((error: unknown) => {
    onError(error);
    return error instanceof Error ? error.message : String(error);
  });
  // The same pipeline would be refused again: only the next moment may be better.
  if (typeof made === "string") return { ...state, queue, left: { momentMs, why: made } };
  const plan = { ...made, facts: { ...made.facts, [`schedule ${id}`]: moment } };
  await services.auto.start(plan, { actor: actorOf(id), id: runId });
  return begun;
}
