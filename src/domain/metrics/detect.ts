/** How long it took until a deployment that hurt was noticed: the time to detect. Pure. */
import { quantile } from "../quantile.ts";
import { DAY_MS } from "./buckets.ts";

/** An incident that is linked to a deployment. Milliseconds since 1970. */
export interface Detected {
  /** When the deployment ended. */
  atMs: number;
  beganMs: number;
  /** When somebody was told; `null` = its tool tells only when it began. */
  toldMs: number | null;
}

export interface TimeToDetect {
  /** From the end of the deployment to the beginning of the incident; `null` = none is linked to one. */
  medianSeconds: number | null;
  /** To its being told, of those that say when. */
  toldMedianSeconds: number | null;
  count: number;
  told: number;
  reason: string | null;
}

/** What began longer than this before its deployment ended was not noticed by it, whoever linked the two. */
export const LONGEST_BEFORE_MS = 7 * DAY_MS;
export const isDetection = ({ atMs, beganMs }: Omit<Detected, "toldMs">): boolean =>
  beganMs >= atMs - LONGEST_BEFORE_MS;

/** What began while it was still being deployed was noticed at once: 0. */
export const secondsToDetect = ({ atMs, beganMs }: Omit<Detected, "toldMs">): number =>
  Math.max(0, beganMs - atMs) / 1000;

/** `null` = its tool does not say. */
export const secondsToTell = ({ atMs, toldMs }: Pick<Detected, "atMs" | "toldMs">): number | null =>
  toldMs === null ? null : Math.max(0, toldMs - atMs) / 1000;

export function timeToDetect(all: readonly Detected[]): TimeToDetect {
  const detected = all.filter(isDetection);
  const told = detected.flatMap((each) => secondsToTell(each) ?? []);
  return {
    medianSeconds: quantile(detected.map(secondsToDetect), 0.5),
    toldMedianSeconds: quantile(told, 0.5),
    count: detected.length,
    told: told.length,
    reason: detected.length === 0 ? "no incident is linked to a deployment of this period" : null,
  };
}
