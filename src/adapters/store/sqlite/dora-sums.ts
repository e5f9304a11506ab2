/** Sums of delivery metrics by period: from the stored days, and from the facts where they are few or a day is cut. */
import { dayOf, type Period, startOfDay } from "../../../domain/metrics/buckets.ts";
import { addUnwatched, noSums, type Sums } from "../../../domain/metrics/sums.ts";
import type { DoraScope } from "../../../ports/dora.ts";
import type { Connection } from "./connection.ts";
import {
  addDay,
  addFact,
  addUnwatchedDay,
  countsIn,
  dayRows,
  daysIn,
  factsIn,
  unwatchedDays,
} from "./dora-days.ts";
import { isOfOneTeam, unwatchedIn } from "./dora-watched.ts";

const ALL = -1;

interface Asked {
  db: Connection;
  scope: DoraScope;
  periods: readonly Period[];
  sums: readonly Sums[];
  /** Services that nobody watches. */
  unwatched: ReadonlySet<string>;
}

/**
 * @param few up to so many ended deployments are looked at one by one: then everything is exact
 * @param zone in whose days the stored sums are
 */
export function sumsIn(
  db: Connection,
  scope: DoraScope,
  periods: readonly Period[],
  few: number,
  zone: string,
): Sums[] {
  const whole = {
    fromMs: Math.min(...periods.map((each) => each.fromMs)),
    toMs: Math.max(...periods.map((each) => each.toMs)),
  };
  const counts = countsIn(db, scope, daysIn(whole, zone));
  const sums = periods.map(noSums);
  const asked: Asked = { db, scope, periods, sums, unwatched: unwatchedIn(db, scope) };
  if (counts === null || counts.succeeded + counts.failedAttempt + counts.canceled <= few)
    addFacts(asked, whole);
  else addDays(asked, whole, zone);
  return sums;
}

function addDays(asked: Asked, whole: Period, zone: string): void {
  const { db, scope, sums } = asked;
  const { periodOf, dayPeriod } = daysOfZone(db, asked.periods, zone);
  const { fromDay, toDay } = daysIn(whole, zone);
  const cut = new Set<number>();
  for (const row of dayRows(db, scope, fromDay, toDay, "*") ?? []) {
    const at = periodOf(row["day"] as number);
    const into = sums[at];
    if (into === undefined) cut.add(row["day"] as number);
    else addDay(into, row);
  }
  for (const day of cut) addFacts(asked, dayPeriod(day));
  addUnwatchedOf(asked, whole, { zone, periodOf });
}

/** What services that nobody watches deployed on days that were not cut. */
function addUnwatchedOf(
  { db, scope, sums, unwatched }: Asked,
  whole: Period,
  { zone, periodOf }: Pick<ZoneDays, "zone" | "periodOf">,
): void {
  const isSummed = (service: string): boolean => scope.team === undefined || isOfOneTeam(db, service);
  const [summed, others] = [
    [...unwatched].filter(isSummed),
    [...unwatched].filter((each) => !isSummed(each)),
  ];
  for (const row of unwatchedDays(db, scope, summed, daysIn(whole, zone))) {
    const into = sums[periodOf(row["day"] as number)];
    if (into !== undefined) addUnwatchedDay(into, row);
  }
  for (const service of others)
    for (const fact of factsIn(db, { ...scope, service }, whole, ALL)) {
      const into = sums[periodOf(dayOf(fact.atMs, zone))];
      if (into !== undefined) addUnwatched(into, fact.bits);
    }
}

interface ZoneDays {
  zone: string;
  /** Place of the period that holds all of a day, -1 = none does. */
  periodOf: (day: number) => number;
  dayPeriod: (day: number) => Period;
}

function daysOfZone(db: Connection, periods: readonly Period[], zone: string): ZoneDays {
  const newestMs = newestIn(db);
  const known = new Map<number, number>();
  const dayPeriod = (day: number): Period => ({
    fromMs: startOfDay(day, zone),
    toMs: startOfDay(day + 1, zone),
  });
  const look = (day: number): number => {
    const { fromMs, toMs } = dayPeriod(day);
    const at = periodAt(periods, fromMs);
    const period = periods[at];
    // Behind the newest deployment nothing is cut off.
    return period !== undefined && (period.toMs >= toMs || period.toMs > newestMs) ? at : -1;
  };
  const periodOf = (day: number): number => {
    const at = known.get(day) ?? look(day);
    known.set(day, at);
    return at;
  };
  return { zone, periodOf, dayPeriod };
}

const newestIn = (db: Connection): number =>
  Number(db.get("SELECT max(occurred_ms) AS ms FROM activity WHERE dep = 1")?.["ms"] ?? 0);

/** Adds each fact of a stretch of time to the period that it lies in. */
function addFacts({ db, scope, periods, sums, unwatched }: Asked, stretch: Period): void {
  for (const fact of factsIn(db, scope, stretch, ALL)) {
    const into = sums[periodAt(periods, fact.atMs)];
    if (into !== undefined) addFact(into, scope, fact, unwatched);
  }
}

/** Place of the period that holds a moment, -1 = none; they are sorted and do not overlap. */
function periodAt(periods: readonly Period[], ms: number): number {
  let [low, high] = [0, periods.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const period = periods[middle];
    if (period === undefined || ms < period.fromMs) high = middle - 1;
    else if (ms >= period.toMs) low = middle + 1;
    else return middle;
  }
  return -1;
}
