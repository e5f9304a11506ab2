/** Follower: counts and durations of activities for monitoring. Every number is a sum over activities. */
import { foldName } from "../../../../domain/fold-name.ts";
import { FIGURE_BOUNDS } from "../../../../ports/figures.ts";
import type { Connection } from "../connection.ts";
import type { Follower, Stood } from "./follower.ts";

const TABLES = `
-- service and environment are '' when not known, and for what is no deployment; buckets: JSON, see FIGURE_BOUNDS
CREATE TABLE IF NOT EXISTS figure (
  kind TEXT NOT NULL, source TEXT NOT NULL, service TEXT NOT NULL, environment TEXT NOT NULL, outcome TEXT NOT NULL,
  count INTEGER NOT NULL, timed INTEGER NOT NULL, total_ms INTEGER NOT NULL, buckets TEXT NOT NULL,
  PRIMARY KEY (kind, source, service, environment, outcome)) WITHOUT ROWID;
`;

interface Sum {
  key: readonly string[];
  count: number;
  timed: number;
  totalMs: number;
  buckets: number[];
}

const KEY = "kind = ? AND source = ? AND service = ? AND environment = ? AND outcome = ?";

export const figures: Follower = {
  name: "figures",
  version: 1,
  tables: TABLES,
  tableNames: ["figure"],
  take(db, batch) {
    const sums = new Map<string, Sum>();
    for (const { was, is } of batch) {
      add(sums, was, -1);
      add(sums, is, 1);
    }
    for (const sum of sums.values()) write(db, sum);
    return [];
  },
};

const ENDED = new Set(["succeeded", "failed", "canceled"]);

function add(sums: Map<string, Sum>, stood: Stood | null, by: 1 | -1): void {
  if (stood === null || !stood.counted) return;
  const { kind, source, service, environment, tier, status, durationMs } = stood.activity;
  const place =
    kind === "deployment"
      ? [service ?? "", tier === "ephemeral" ? tier : foldName(environment ?? "")]
      : ["", ""];
  const key = [kind, source, ...place, status !== null && ENDED.has(status) ? status : "open"];
  const name = key.join("\0");
  let sum = sums.get(name);
  if (sum === undefined) {
    sum = { key, count: 0, timed: 0, totalMs: 0, buckets: FIGURE_BOUNDS.map(() => 0).concat(0) };
    sums.set(name, sum);
  }
  sum.count += by;
  if (durationMs === null) return;
  const found = FIGURE_BOUNDS.findIndex((bound) => durationMs <= bound * 1000);
  const at = found < 0 ? FIGURE_BOUNDS.length : found;
  sum.timed += by;
  sum.totalMs += by * Math.round(durationMs);
  sum.buckets[at] = (sum.buckets[at] ?? 0) + by;
}

function write(db: Connection, { key, count, timed, totalMs, buckets }: Sum): void {
  const row = db.get(`SELECT count, timed, total_ms, buckets FROM figure WHERE ${KEY}`, ...key);
  const former = row === undefined ? [] : (JSON.parse(row["buckets"] as string) as number[]);
  const all = Number(row?.["count"] ?? 0) + count;
  if (all === 0) {
    db.run(`DELETE FROM figure WHERE ${KEY}`, ...key);
    return;
  }
  db.run(
    "INSERT OR REPLACE INTO figure VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ...key,
    all,
    Number(row?.["timed"] ?? 0) + timed,
    Number(row?.["total_ms"] ?? 0) + totalMs,
    JSON.stringify(buckets.map((each, at) => each + (former[at] ?? 0))),
  );
}
