/** Sums of days: gathers what facts add and take away, and writes each day once for each batch. */
import { dayOf } from "../../../../../domain/metrics/buckets.ts";
import { addTo, bucketOf, type Histogram } from "../../../../../domain/metrics/histogram.ts";
import { BITS } from "../../../../../domain/metrics/outcome.ts";
import { addBits, COUNTS, type Counts, noSums, SAMPLES } from "../../../../../domain/metrics/sums.ts";
import type { Connection, Row } from "../../connection.ts";
import type { Fact, Scope } from "./fact.ts";
import { FIRST_IN_ALL, FIRST_IN_TEAM } from "./tables.ts";
import { Watch } from "./watch.ts";

/** Stands for all environments of a tier. */
export const WHOLE_TIER = "*";
export const EVERYTHING = "a";
export const ofService = (service: string): string => `s${service}`;
export const ofTeam = (team: string): string => `t${team}`;

interface Day {
  key: readonly [scope: string, environment: string, tier: string, day: number];
  counts: Counts;
  histograms: Record<(typeof SAMPLES)[number], Histogram>;
}

const PAIR = 6;

export function packHistogram(histogram: Histogram): Uint8Array | null {
  const pairs = [...histogram].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
  if (pairs.length === 0) return null;
  const view = new DataView(new ArrayBuffer(pairs.length * PAIR));
  for (const [at, [bucket, count]] of pairs.entries()) {
    view.setUint16(at * PAIR, bucket, true);
    view.setUint32(at * PAIR + 2, count, true);
  }
  return new Uint8Array(view.buffer);
}

/** Adds what is stored to a histogram. */
export function unpackInto(histogram: Histogram, blob: unknown): void {
  if (blob === null || blob === undefined) return;
  const bytes = blob as Uint8Array;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.byteLength; at += PAIR)
    addTo(histogram, view.getUint16(at, true), view.getUint32(at + 2, true));
}

const KEY = "scope = ? AND environment = ? AND tier = ? AND day = ?";
const PUT = `INSERT OR REPLACE INTO dora_day VALUES (${Array(4 + COUNTS.length + SAMPLES.length)
  .fill("?")
  .join(", ")})`;

export class Rollup {
  readonly #days = new Map<string, Day>();
  readonly watch = new Watch();
  readonly #zone: string;

  /** @param zone in whose days */
  constructor(zone = "UTC") {
    this.#zone = zone;
  }

  add(fact: Fact, scope: Scope, sign: 1 | -1): void {
    this.watch.fact(fact.bits, scope, sign);
    const day = dayOf(fact.atMs, this.#zone);
    const isDeployed = (fact.bits & BITS.deployed) !== 0;
    const scopes: Array<readonly [scope: string, isDelivery: boolean]> = [
      [EVERYTHING, (fact.bits & FIRST_IN_ALL) !== 0],
      [ofService(scope.service), isDeployed],
      [ofTeam(scope.team), (fact.bits & FIRST_IN_TEAM) !== 0],
    ];
    for (const [name, isDelivery] of scopes)
      for (const environment of [WHOLE_TIER, scope.environment])
        this.#addTo([name, environment, scope.tier, day], fact, sign, isDelivery);
  }

  #addTo(key: Day["key"], fact: Fact, sign: 1 | -1, isDelivery: boolean): void {
    const { counts, histograms } = this.#day(key);
    addBits(counts, fact.bits, sign);
    if (isDelivery) counts.deliveries += sign;
    for (const ms of fact.leads) addTo(histograms.leads, bucketOf(ms), sign);
    if (fact.recoveryMs !== null) addTo(histograms.recoveries, bucketOf(fact.recoveryMs), sign);
    if (fact.gapMs !== null) addTo(histograms.gaps, bucketOf(fact.gapMs), sign);
  }

  #day(key: Day["key"]): Day {
    const name = key.join("\n");
    const known = this.#days.get(name);
    if (known !== undefined) return known;
    const made: Day = {
      key,
      counts: noSums().counts,
      histograms: { leads: new Map(), recoveries: new Map(), gaps: new Map() },
    };
    this.#days.set(name, made);
    return made;
  }

  /** Adds all of it to what is stored; a day on which nothing is left has no row. */
  write(db: Connection): void {
    this.watch.write(db);
    for (const day of this.#days.values()) {
      const stored = db.get(`SELECT * FROM dora_day WHERE ${KEY}`, ...day.key);
      if (stored !== undefined) mergeInto(day, stored);
      if (COUNTS.every((name) => day.counts[name] === 0))
        db.run(`DELETE FROM dora_day WHERE ${KEY}`, ...day.key);
      else
        db.run(
          PUT,
          ...day.key,
          ...COUNTS.map((name) => day.counts[name]),
          ...SAMPLES.map((name) => packHistogram(day.histograms[name])),
        );
    }
    this.#days.clear();
  }
}

function mergeInto({ counts, histograms }: Day, stored: Row): void {
  for (const name of COUNTS) counts[name] += stored[name] as number;
  for (const name of SAMPLES) unpackInto(histograms[name], stored[name]);
}
