/** Time zones: which names there are, and how far their clocks are ahead of UTC. Pure. */

/** `Europe/Berlin`, `UTC`: a name of the IANA database. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false; // a RangeError: nobody knows it
  }
}

/** Making one takes far longer than using it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    ...{ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" },
    second: "2-digit",
  });
  formats.set(timeZone, made);
  return made;
}

/** Clocks change at the beginning of a quarter of an hour, so what holds at its beginning holds in all of it. */
const QUARTER_MS = 900_000;
/** By zone and quarter: asking the calendar costs more than all else that is done with a moment. */
const offsets = new Map<string, Map<number, number>>();
const MOST_KEPT = 200_000;

/** How far the clocks of a place are ahead of UTC at a moment, in milliseconds. */
export function aheadMs(ms: number, timeZone: string): number {
  if (timeZone === "UTC") return 0;
  const quarter = Math.floor(ms / QUARTER_MS);
  let known = offsets.get(timeZone);
  if (known === undefined || known.size > MOST_KEPT) {
    known = new Map();
    offsets.set(timeZone, known);
  }
  const kept = known.get(quarter) ?? askAheadMs(quarter * QUARTER_MS, timeZone);
  known.set(quarter, kept);
  return kept;
}

function askAheadMs(ms: number, timeZone: string): number {
  const parts = formatOf(timeZone).formatToParts(ms);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const local = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return local - Math.floor(ms / 1000) * 1000;
}
