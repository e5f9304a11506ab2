/** What a schedule has to do now: which moments count, and what is done while the run before goes on. */
import type { ScheduleSpec } from "../../../domain/pipeline/schedule-form.ts";
import { momentsBetween } from "../../../kit/cron-moments.ts";
import type { ScheduleState } from "./known-schedules.ts";

/** A server that looks at the clock every few seconds was not there when it is later than this. */
export const LATE_MS = 60_000;
/** More runs than this are not made up for, or waited with. */
export const MOST_WAITING = 100;

export interface Due {
  state: ScheduleState;
  /** Begin the run of this moment, which is the first in the queue. */
  start: number | null;
  /** Ask the run before to end. */
  cancel: boolean;
}

/** @param goesOn whether the newest run has not ended */
export function dueNow(spec: ScheduleSpec, before: ScheduleState, nowMs: number, goesOn: boolean): Due {
  if (before.paused !== null) return { state: before, start: null, cancel: false };
  const moments = momentsBetween(spec, before.seenMs, nowMs, MOST_WAITING);
  const taken = taking(spec, before, moments, nowMs);
  const state = goesOn ? meanwhile(spec, taken, nowMs) : taken;
  const [first] = state.queue;
  if (first === undefined) return { state, start: null, cancel: false };
  return goesOn
    ? { state, start: null, cancel: spec.overlap === "cancel" }
    : { state, start: first, cancel: false };
}

function taking(
  { missed }: ScheduleSpec,
  state: ScheduleState,
  moments: readonly number[],
  nowMs: number,
): ScheduleState {
  if (moments.length === 0) return state;
  const late = moments.filter((ms) => ms <= nowMs - LATE_MS);
  const madeUp: readonly number[] = { skip: [], once: late.slice(-1), all: late }[missed];
  const inTime = moments.filter((ms) => ms > nowMs - LATE_MS);
  const all = [...state.queue, ...madeUp, ...inTime];
  const queue = all.slice(-MOST_WAITING);
  const dropped = [...late.filter((ms) => !madeUp.includes(ms)), ...all.slice(0, -MOST_WAITING)].at(-1);
  const left = dropped === undefined ? state.left : { momentMs: dropped, why: "no server ran then" };
  return { ...state, seenMs: Math.max(nowMs, state.seenMs), queue, left };
}

/** The run before goes on: what came too late waits anyway, what is in time does as the schedule says. */
function meanwhile({ overlap, missed }: ScheduleSpec, state: ScheduleState, nowMs: number): ScheduleState {
  if (overlap === "queue" || state.queue.length === 0) return state;
  const isMadeUp = (ms: number): boolean => missed === "all" && ms <= nowMs - LATE_MS;
  const kept = overlap === "cancel" ? state.queue.slice(-1) : state.queue.filter(isMadeUp);
  const dropped = state.queue.filter((ms) => !kept.includes(ms)).at(-1);
  if (dropped === undefined) return state;
  const why = overlap === "cancel" ? "a newer one came" : "the run before went on";
  return { ...state, queue: kept, left: { momentMs: dropped, why } };
}
