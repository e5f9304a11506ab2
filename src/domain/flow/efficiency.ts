/** How much of the time of tickets was work: one number where all of it is known, else the two that it lies between. Pure. */

/** Where the time of a ticket, or of several, went; milliseconds. */
export interface Spent {
  workMs: number;
  queueMs: number;
  /** Nobody told where it stood. */
  unknownMs: number;
}

export interface Efficiency {
  /** Work / (work + waiting), 0..1; `null` = too much of the time is not known. */
  efficiency: number | null;
  /** What it is at least and at most: all time that is not known was waiting, or work; `null` without any time. */
  efficiencyRange: { least: number; most: number } | null;
  /** Why `efficiency` is null. */
  efficiencyReason: string | null;
}

/** With less than this share not known, the number is off by no more than that. */
const NEGLIGIBLE = 0.01;

export function efficiencyOf({ workMs, queueMs, unknownMs }: Spent, nothing: string): Efficiency {
  const known = workMs + queueMs;
  const all = known + unknownMs;
  if (known === 0) return { efficiency: null, efficiencyRange: null, efficiencyReason: nothing };
  const efficiencyRange = { least: workMs / all, most: (workMs + unknownMs) / all };
  if (unknownMs <= all * NEGLIGIBLE)
    return { efficiency: workMs / known, efficiencyRange, efficiencyReason: null };
  const share = Math.max(1, Math.round((unknownMs / all) * 100));
  return {
    efficiency: null,
    efficiencyRange,
    efficiencyReason: `of ${share} % of the time nobody told in which column it was spent`,
  };
}

/** `between 40 % and 100 %`; one number where both say the same. */
export function sayRange({ least, most }: { least: number; most: number }): string {
  const [from, to] = [Math.floor(least * 100), Math.ceil(most * 100)];
  return from === to ? `${from} %` : `between ${from} % and ${to} %`;
}
