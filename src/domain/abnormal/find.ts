/** Decides what is not as usual. Pure: what is known is passed in, and so is the moment. */
import { quantile } from "../quantile.ts";
import { sayDuration } from "../say-duration.ts";
import type { AbnormalFound } from "./abnormal.ts";

/** Runs that a usual duration is taken from; of fewer the 99th percentile says nothing. */
export const ENOUGH_RUNS = 20;
/** What hangs for less is not worth a word. */
const LEAST_STUCK_MS = 60_000;

export interface Running {
  id: string;
  name: string;
  service: string | null;
  /** ISO 8601. */
  startedAt: string;
}

/** How long it usually takes: milliseconds, and from how many runs. */
export interface Usual {
  p99Ms: number | null;
  runs: number;
}

/** A running activity past the 99th percentile of its step. */
export function findStuck(running: Running, { p99Ms, runs }: Usual, nowMs: number): AbnormalFound | null {
  const value = nowMs - Date.parse(running.startedAt);
  if (p99Ms === null || runs < ENOUGH_RUNS || value <= Math.max(p99Ms, LEAST_STUCK_MS)) return null;
  const { id, name, service, startedAt } = running;
  const since = new Date(Date.parse(startedAt) + Math.round(p99Ms)).toISOString();
  const said = `${name}${service === null ? "" : ` of ${service}`} runs for ${sayDuration(value)}; 99 of 100 take at most ${sayDuration(p99Ms)}`;
  return { key: `stuck:${id}`, kind: "stuck", activity: id, service, since, value, usual: p99Ms, said };
}

/** How long the queue of a tool was, looked at in equal steps, oldest first. */
export interface QueueSample {
  atMs: number;
  waiting: number;
}

/** So many looks are needed, and kept. */
export const QUEUE_LOOKS = 10;
const LEAST_QUEUE = 5;

/**
 * A queue grows when it has not become shorter in the newer half of the looks, and is at least twice as long as it was
 * usually in the older half.
 */
export function findQueue(tool: string, samples: readonly QueueSample[]): AbnormalFound | null {
  const looks = samples.slice(-QUEUE_LOOKS);
  const last = looks.at(-1);
  if (looks.length < QUEUE_LOOKS || last === undefined || last.waiting < LEAST_QUEUE) return null;
  const half = Math.floor(QUEUE_LOOKS / 2);
  const usual = quantile(
    looks.slice(0, half).map(({ waiting }) => waiting),
    0.5,
  );
  const newer = looks.slice(half);
  const shrank = newer.some(({ waiting }, at) => at > 0 && waiting < (newer[at - 1]?.waiting ?? 0));
  if (shrank || usual === null || last.waiting < Math.max(LEAST_QUEUE, 2 * usual)) return null;
  const since = new Date(newer[0]?.atMs ?? last.atMs).toISOString();
  const said = `${last.waiting} wait in ${tool}, and it grows; a moment ago it was ${Math.round(usual)}`;
  return {
    ...{ key: `queue:${tool}`, kind: "queue" as const, activity: null, service: null, since },
    ...{ value: last.waiting, usual, said },
  };
}

/** A queue that was found is over when it is at most half as long as it was then, or empty. */
export const isQueueOver = (waiting: number, found: AbnormalFound): boolean =>
  waiting < LEAST_QUEUE || waiting <= found.value / 2;

/** Deployments that a habit is read from. */
const ENOUGH_DEPLOYMENTS = 8;
const LEAST_IDLE_MS = 86_400_000;

/**
 * A service that was deployed again and again and now is not: idle for more than one and a half times its longest pause.
 * @param deployedAt of succeeded deployments to production, ISO 8601, in any order
 */
export function findUndeployed(
  service: string,
  deployedAt: readonly string[],
  nowMs: number,
): AbnormalFound | null {
  const times = deployedAt.map((at) => Date.parse(at)).sort((a, b) => a - b);
  const last = times.at(-1);
  if (last === undefined || times.length < ENOUGH_DEPLOYMENTS) return null;
  const pauses = times.slice(1).map((at, n) => at - (times[n] ?? at));
  const longest = Math.max(...pauses);
  const value = nowMs - last;
  if (value <= Math.max(LEAST_IDLE_MS, 1.5 * longest)) return null;
  return {
    ...{ key: `undeployed:${service}`, kind: "undeployed" as const, activity: null, service },
    since: new Date(last + longest).toISOString(),
    ...{ value, usual: quantile(pauses, 0.5) ?? longest },
    said: `${service} was not deployed to production for ${sayDuration(value)}; its longest pause was ${sayDuration(longest)}`,
  };
}
