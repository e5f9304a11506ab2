/** When what could not be handed over is tried again, and when it is given up. Pure. */

/** A receiver that is away for longer is told of nothing that old. */
export const GIVE_UP_MS = 24 * 3_600_000;
const FIRST_MS = 5_000;
const LONGEST_MS = 30 * 60_000;

export interface Failure {
  /** Whether the same may succeed later; else it is given up at once, so that it holds up nothing behind it. */
  retry: boolean;
  /** How long the other side asks to be left alone. */
  afterMs: number | null;
}

/**
 * @param attempts how often it was tried, this time included
 * @param sinceMs when it was put in, or when somebody asked to begin anew
 * @param chance 0..1, so that not all come back at once
 * @returns when it is due; `null` = given up
 */
export function nextTry(
  { attempts, sinceMs }: { attempts: number; sinceMs: number },
  { retry, afterMs }: Failure,
  nowMs: number,
  chance: number,
): number | null {
  const lastMs = sinceMs + GIVE_UP_MS;
  if (!retry || nowMs >= lastMs) return null;
  const step = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 20));
  const pauseMs = Math.max(Math.round(step * (0.5 + chance / 2)), afterMs ?? 0);
  return Math.min(nowMs + pauseMs, lastMs);
}
