/**
 * What led to each of many activities, as `neighbours.ts` finds it one by one, by a few statements for all of them: most of
 * them have nothing in common with anything, and that is what costs nothing here.
 */
import type { Activity } from "../../../../domain/activity.ts";
import { type Anchor, anchorsOf } from "../../../../domain/trace/anchors.ts";
import { joinedBy } from "../../../../domain/trace/join.ts";
import type { Linked } from "../../../../ports/traces.ts";
import { ACTIVITY_COLUMNS, type ReadContext, readActivity } from "../codec.ts";
import type { Connection } from "../connection.ts";
import { anchorKey } from "../follow/spans.ts";
import type { Tie } from "./by-commits.ts";
import { cameByCommitsAll } from "./commits-of-batch.ts";
import { ActivityReader, MOST_WITH_ONE, withSaid } from "./neighbours.ts";

/** An activity with its number in the store. */
export interface Numbered {
  n: number;
  activity: Activity;
}

/** For each id that activities of the batch carry: those activities, and the newest of what stands before them with it. */
const SHARED = `SELECT k, own, causes FROM (
    SELECT e.k AS k, group_concat(e.n) AS own,
      (SELECT group_concat(n) FROM (SELECT g.n AS n FROM anchor g WHERE g.k = e.k AND g.place < e.place AND g.gives = 1
        ORDER BY g.n DESC LIMIT ${MOST_WITH_ONE})) AS causes
    FROM json_each(?) j CROSS JOIN anchor e ON e.n = j.value GROUP BY e.k, e.place)
  WHERE causes IS NOT NULL`;
const BY_NUMBERS = `SELECT ${ACTIVITY_COLUMNS} FROM (SELECT value AS asked FROM json_each(?)) CROSS JOIN activity ON n = asked`;
const SAID = `SELECT DISTINCT a.n FROM json_each(?) j CROSS JOIN activity a ON a.n = j.value
  CROSS JOIN said_link s ON s.effect = a.id`;

/** @returns without parents, by number; who has none may be missing */
export function causesOfBatch(
  db: Connection,
  batch: readonly Numbered[],
  context: ReadContext,
): Map<number, Linked[]> {
  if (batch.length === 0) return new Map();
  const numbers = JSON.stringify(batch.map(({ n }) => n));
  const shared = sharedWith(db, numbers);
  const ties = cameByCommitsAll(db, batch);
  const said = new Set(db.all(SAID, numbers).map(({ n }) => n));
  const read = readerOf(db, batch, shared, ties, context);
  const found = new Map<number, Linked[]>();
  for (const here of batch) {
    const [own, came] = [shared.get(here.n), ties.get(here.n)];
    if (own === undefined && came === undefined && !said.has(here.n)) continue;
    const linked = linkedTo(here, own ?? new Map(), came ?? [], read);
    const reader = new ActivityReader(db, context);
    const all = said.has(here.n) ? withSaid(db, reader, here.activity.id, "causes", linked) : linked;
    found.set(
      here.n,
      all.map((each) => each.linked),
    );
  }
  return found;
}

/** By the number of an activity and the key of what it carries: numbers of what gives that, newest first. */
type Shared = Map<number, Map<number, number[]>>;

function sharedWith(db: Connection, numbers: string): Shared {
  const found: Shared = new Map();
  for (const { k, own, causes } of db.all(SHARED, numbers)) {
    const newest = numbersIn(causes).sort((a, b) => b - a);
    for (const n of numbersIn(own)) {
      const keys = found.get(n) ?? new Map<number, number[]>();
      found.set(n, keys.set(k as number, newest));
    }
  }
  return found;
}

const numbersIn = (list: unknown): number[] => (list as string).split(",").map(Number);

/** Activities with their anchors, each made once. */
interface Reader {
  byNumber: (n: number) => Activity | null;
  anchors: (n: number) => readonly Anchor[];
}

function readerOf(
  db: Connection,
  batch: readonly Numbered[],
  shared: Shared,
  ties: ReadonlyMap<number, Tie[]>,
  context: ReadContext,
): Reader {
  const known = new Map(batch.map(({ n, activity }) => [n, activity]));
  const wanted = new Set<number>();
  for (const keys of shared.values()) for (const list of keys.values()) for (const n of list) wanted.add(n);
  for (const list of ties.values()) for (const { n } of list) wanted.add(n);
  const others = [...wanted].filter((n) => !known.has(n));
  const rows = others.length === 0 ? [] : db.all(BY_NUMBERS, JSON.stringify(others));
  for (const row of rows) known.set(row["n"] as number, readActivity(row, context));
  const anchors = new Map<number, readonly Anchor[]>();
  return {
    byNumber: (n) => known.get(n) ?? null,
    anchors: (n) => {
      const activity = known.get(n);
      const made = anchors.get(n) ?? (activity === undefined ? [] : anchorsOf(activity));
      anchors.set(n, made);
      return made;
    },
  };
}

/** In the same order as one by one: what came by commits, then by each of its anchors. */
function linkedTo(
  { n, activity }: Numbered,
  own: ReadonlyMap<number, readonly number[]>,
  ties: readonly Tie[],
  read: Reader,
): Array<{ n: number; linked: Linked }> {
  const found = new Map<number, { n: number; linked: Linked }>();
  for (const { n: cause, words } of ties) {
    const other = read.byNumber(cause);
    if (other === null || other.id === activity.id || found.has(cause)) continue;
    const link = { from: other.id, to: activity.id, reason: "commit", words } as const;
    found.set(cause, { n: cause, linked: { activity: other, link } });
  }
  if (own.size === 0) return [...found.values()];
  const numbers = new Set(read.anchors(n).flatMap(({ key }) => own.get(anchorKey(key)) ?? []));
  for (const cause of numbers) {
    const other = read.byNumber(cause);
    if (other === null || other.id === activity.id || other.id === activity.parentId) continue;
    const link = joinedBy(other, read.anchors(cause), activity, read.anchors(n));
    if (link !== null) found.set(cause, { n: cause, linked: { activity: other, link } });
  }
  return [...found.values()];
}
