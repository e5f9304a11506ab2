/**
 * Follower: durations and outcomes of steps in daily and weekly histograms, for all and for each service, and outcomes by
 * commit. Every number is a sum over activities, so an activity that changes is taken away as it was and added as it is.
 */
import { createHash } from "node:crypto";
import {
  addEncoded,
  addTo,
  bucketOf,
  count,
  encode,
  type Histogram,
} from "../../../../domain/durations/histogram.ts";
import { type Dimension, type Step, stepKey, stepOf, VALUE_OF } from "../../../../domain/durations/step.ts";
import { dayOf } from "../../../../domain/metrics/buckets.ts";
import type { Connection } from "../connection.ts";
import type { Followed, Follower, Stood } from "./follower.ts";
import { zoneOf } from "./zone.ts";

const TABLES = `
-- grain: 1 = day, 7 = week from Monday, 28 = four of them; at: number of its first day since 1970. scope: a service, '' = all.
-- histogram: of durations of what succeeded or failed, see src/domain/durations/histogram.ts
CREATE TABLE IF NOT EXISTS step_duration (
  grain INTEGER NOT NULL, dimension TEXT NOT NULL, scope TEXT NOT NULL, at INTEGER NOT NULL, value TEXT NOT NULL,
  succeeded INTEGER NOT NULL, failed INTEGER NOT NULL, canceled INTEGER NOT NULL, total_ms INTEGER NOT NULL,
  histogram BLOB NOT NULL, PRIMARY KEY (grain, dimension, scope, at, value)) WITHOUT ROWID;

-- key: 48 bits of SHA-256(service, step, commit)
CREATE TABLE IF NOT EXISTS step_commit (
  key INTEGER PRIMARY KEY, succeeded INTEGER NOT NULL, failed INTEGER NOT NULL) WITHOUT ROWID;
`;

/** Days in a row of the table: a day, a week, four weeks. */
export const GRAINS = [1, 7, 28] as const;
/** 1970-01-05 was a Monday. */
const MONDAY = 4;

/** First day of the day, week or four weeks that a day lies in. */
export const startOf = (day: number, grain: number): number =>
  grain === 1 ? day : Math.floor((day - MONDAY) / grain) * grain + MONDAY;

/** Dimensions that are kept for all, and for each service of its own. */
const KEPT: ReadonlyArray<readonly [Dimension, isOwn: boolean]> = [
  ["step", false],
  ["pipeline", false],
  ["service", false],
  ["tool", false],
  ["step", true],
  ["pipeline", true],
  ["tool", true],
];

interface Delta {
  succeeded: number;
  failed: number;
  canceled: number;
  totalMs: number;
  histogram: Histogram;
}

type Place = readonly [grain: number, dimension: Dimension, scope: string, at: number, value: string];

/** What a batch changes, each place once. */
class Deltas {
  readonly #zone: string;
  readonly places = new Map<string, { place: Place; delta: Delta }>();
  readonly commits = new Map<number, { succeeded: number; failed: number }>();

  /** @param zone in whose days */
  constructor(zone: string) {
    this.#zone = zone;
  }

  add(stood: Stood | null, by: 1 | -1): void {
    if (stood === null || !stood.counted) return;
    const step = stepOf(stood.activity);
    if (step === null) return;
    const day = dayOf(stood.occurredMs, this.#zone);
    for (const [dimension, isOwn] of KEPT) {
      const value = VALUE_OF[dimension](step);
      const scope = isOwn ? step.service : "";
      if (value === null || scope === null) continue;
      for (const grain of GRAINS) this.#at([grain, dimension, scope, startOf(day, grain), value], step, by);
    }
    this.#commit(step, by);
  }

  #at(place: Place, { outcome, ms }: Step, by: 1 | -1): void {
    const key = place.join("\u0000");
    const found = this.places.get(key) ?? { place, delta: nothing() };
    this.places.set(key, found);
    found.delta[outcome] += by;
    if (ms === null) return;
    found.delta.totalMs += by * Math.round(ms);
    count(found.delta.histogram, bucketOf(ms), by);
  }

  #commit(step: Step, by: 1 | -1): void {
    if (step.commitSha === null || step.outcome === "canceled") return;
    const key = commitKey(step, step.commitSha);
    const found = this.commits.get(key) ?? { succeeded: 0, failed: 0 };
    found[step.outcome] += by;
    this.commits.set(key, found);
  }
}

const nothing = (): Delta => ({ succeeded: 0, failed: 0, canceled: 0, totalMs: 0, histogram: new Map() });

export function commitKey(step: Pick<Step, "kind" | "name" | "service">, commitSha: string): number {
  const text = [step.service ?? "", stepKey(step), commitSha].join("\u0000");
  return createHash("sha256").update(text).digest().readUIntBE(0, 6);
}

const WHERE = "grain = ? AND dimension = ? AND scope = ? AND at = ? AND value = ?";
const READ = `SELECT succeeded, failed, canceled, total_ms, histogram FROM step_duration WHERE ${WHERE}`;
const PUT = "INSERT OR REPLACE INTO step_duration VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

function write(db: Connection, place: Place, delta: Delta): void {
  const row = db.get(READ, ...place);
  const sum = nothing();
  if (row !== undefined) addEncoded(sum.histogram, row["histogram"] as Uint8Array);
  addTo(sum.histogram, delta.histogram);
  const succeeded = Number(row?.["succeeded"] ?? 0) + delta.succeeded;
  const failed = Number(row?.["failed"] ?? 0) + delta.failed;
  const canceled = Number(row?.["canceled"] ?? 0) + delta.canceled;
  const totalMs = Number(row?.["total_ms"] ?? 0) + delta.totalMs;
  if (succeeded + failed + canceled === 0) db.run(`DELETE FROM step_duration WHERE ${WHERE}`, ...place);
  else db.run(PUT, ...place, succeeded, failed, canceled, totalMs, encode(sum.histogram));
}

function writeCommit(db: Connection, key: number, by: { succeeded: number; failed: number }): void {
  const row = db.get("SELECT succeeded, failed FROM step_commit WHERE key = ?", key);
  const succeeded = Number(row?.["succeeded"] ?? 0) + by.succeeded;
  const failed = Number(row?.["failed"] ?? 0) + by.failed;
  if (succeeded + failed === 0) db.run("DELETE FROM step_commit WHERE key = ?", key);
  else db.run("INSERT OR REPLACE INTO step_commit VALUES (?, ?, ?)", key, succeeded, failed);
}

export const stepDurations: Follower = {
  name: "step-durations",
  version: 2,
  tables: TABLES,
  tableNames: ["step_duration", "step_commit"],
  isByDay: true,
  take(db: Connection, batch: readonly Followed[]) {
    const deltas = new Deltas(zoneOf(db));
    for (const { was, is } of batch) {
      deltas.add(was, -1);
      deltas.add(is, 1);
    }
    for (const { place, delta } of deltas.places.values()) if (isSome(delta)) write(db, place, delta);
    for (const [key, by] of deltas.commits)
      if (by.succeeded !== 0 || by.failed !== 0) writeCommit(db, key, by);
    return [];
  },
};

const isSome = ({ succeeded, failed, canceled, totalMs, histogram }: Delta): boolean =>
  succeeded !== 0 || failed !== 0 || canceled !== 0 || totalMs !== 0 || histogram.size > 0;
