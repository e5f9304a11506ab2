/** A length of time in words: the one way in which terminal, page, reports and pictures say it. Pure. */
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365.25 * DAY;

/** From the smallest: what is below `below` is said in the big unit and the rest of it in the small one. */
const PAIRS = [
  { below: 10 * MINUTE, big: MINUTE, bigWord: "min", small: SECOND, smallWord: "s" },
  { below: HOUR, big: MINUTE, bigWord: "min", small: MINUTE, smallWord: "" },
  { below: DAY, big: HOUR, bigWord: "h", small: MINUTE, smallWord: "min" },
  { below: 10 * DAY, big: DAY, bigWord: "d", small: HOUR, smallWord: "h" },
  { below: 2 * YEAR, big: DAY, bigWord: "d", small: DAY, smallWord: "" },
  { below: Number.POSITIVE_INFINITY, big: YEAR, bigWord: "y", small: YEAR, smallWord: "" },
] as const;

/**
 * `450 ms`, `2.4 s`, `42 s`, `1 min 30 s`, `41 min`, `3 h 30 min`, `1 d 18 h`, `12 d`, `3 y`: two units where one alone
 * would be far off, and none that nobody says, as 7.2 h. Without a sign. @param ms milliseconds
 */
export function sayDuration(ms: number): string {
  const value = Math.abs(ms);
  if (value < SECOND - 0.5) return `${value > 0 ? Math.max(1, Math.round(value)) : 0} ms`;
  if (value < 9.95 * SECOND) return `${Number((value / SECOND).toFixed(1))} s`;
  if (value < MINUTE - SECOND / 2) return `${Math.round(value / SECOND)} s`;
  // What is rounded up to the next unit is said in that one: 59 min 40 s are 1 h.
  const pair = PAIRS.find(({ below, small }) => Math.round(value / small) * small < below) ?? PAIRS[5];
  return pairOf(value, pair);
}

function pairOf(value: number, { big, bigWord, small, smallWord }: (typeof PAIRS)[number]): string {
  if (big === small) return `${big === YEAR ? Math.floor(value / big) : Math.round(value / big)} ${bigWord}`;
  const total = Math.round(value / small);
  const each = big / small;
  const rest = total % each;
  return `${Math.floor(total / each)} ${bigWord}${rest === 0 ? "" : ` ${rest} ${smallWord}`}`;
}
