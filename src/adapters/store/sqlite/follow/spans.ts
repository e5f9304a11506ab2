/** The follower behind traces: what each activity is called and belongs to, and the anchors that tie it to others. */
import { hash } from "node:crypto";
import { type Anchor, anchorsOf, REASONS } from "../../../../domain/trace/anchors.ts";
import { nameOf } from "../../../../domain/trace/name-of.ts";
import { idToBlob } from "../codec.ts";
import type { Connection } from "../connection.ts";
import type { Followed, Follower, Stood } from "./follower.ts";

/**
 * Raised whenever `anchorsOf` or `nameOf` give something else.
 * span: one row for each activity. anchor: `k` = `anchorKey`, an index only: what is found by it is compared as a whole;
 * `gives` and `place` as in the domain, `reason` its number in REASONS.
 */
export const spans: Follower = {
  name: "spans",
  version: 4,
  tables: `
CREATE TABLE IF NOT EXISTS span (n INTEGER PRIMARY KEY, trace BLOB NOT NULL, parent BLOB, name TEXT NOT NULL, url TEXT);
CREATE INDEX IF NOT EXISTS span_trace ON span (trace);
CREATE INDEX IF NOT EXISTS span_parent ON span (parent) WHERE parent IS NOT NULL;
CREATE TABLE IF NOT EXISTS anchor (
  k INTEGER NOT NULL, n INTEGER NOT NULL, reason INTEGER NOT NULL, place REAL NOT NULL, gives INTEGER NOT NULL,
  PRIMARY KEY (k, n)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS anchor_n ON anchor (n);`,
  tableNames: ["span", "anchor"],
  take: (db, batch) => {
    for (const change of batch) takeOne(db, change);
    return [];
  },
};

function takeOne(db: Connection, { n, was, is }: Followed): void {
  const former = keysOf(was);
  const now = keysOf(is);
  for (const k of former.keys()) if (!now.has(k)) db.run("DELETE FROM anchor WHERE k = ? AND n = ?", k, n);
  for (const [k, { reason, place, gives }] of now) {
    const own = former.get(k);
    if (own?.place === place && own.gives === gives) continue;
    db.run(
      "INSERT OR REPLACE INTO anchor VALUES (?, ?, ?, ?, ?)",
      k,
      n,
      REASONS.indexOf(reason),
      place,
      gives ? 1 : 0,
    );
  }
  if (is === null) {
    db.run("DELETE FROM span WHERE n = ?", n);
    return;
  }
  const { traceId, parentId, url } = is.activity;
  const parent = parentId === null ? null : idToBlob(parentId);
  db.run(
    "INSERT OR REPLACE INTO span VALUES (?, ?, ?, ?, ?)",
    ...[n, Buffer.from(traceId, "hex"), parent, nameOf(is.activity), url],
  );
}

const keysOf = (stood: Stood | null): Map<number, Anchor> =>
  new Map(stood === null ? [] : anchorsOf(stood.activity).map((anchor) => [anchorKey(anchor.key), anchor]));

/**
 * 52 bits: as many as an integer of JavaScript holds exactly. Two keys that share them are told apart on reading. Those of
 * a commit are the first of its sha, so that it is found by the start of it too; those of others come from SHA-256.
 */
export const anchorKey = (key: string): number =>
  Number.parseInt((COMMIT.exec(key)?.[1] ?? hash("sha256", key, "hex")).slice(0, KEY_DIGITS), 16);

/** @param start hex digits; what lies between the two may begin so */
export const commitKeys = (start: string): { low: number; high: number } => {
  const digits = start.slice(0, KEY_DIGITS);
  return {
    low: Number.parseInt(digits.padEnd(KEY_DIGITS, "0"), 16),
    high: Number.parseInt(digits.padEnd(KEY_DIGITS, "f"), 16),
  };
};

const KEY_DIGITS = 13;
const COMMIT = /^commit ([0-9a-f]{40,64})$/;
