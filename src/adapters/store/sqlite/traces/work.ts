/** Pieces of work as a facet of the store. */
import type { Activity } from "../../../../domain/activity.ts";
import { factsOf } from "../../../../domain/differences/facts-of.ts";
import type { Fact } from "../../../../domain/differences/rank.ts";
import { ViceError } from "../../../../kit/errors.ts";
import type { ExplainedWork, FoundWork, Work, WorkFilter } from "../../../../ports/work.ts";
import { ACTIVITY_COLUMNS, type ReadContext, readActivity } from "../codec.ts";
import type { Connection } from "../connection.ts";
import { type Held, inSlices, piecesOf } from "./pieces.ts";
import { chunkOf, fits, type Position } from "./search.ts";
import type { TiedNode } from "./tied-nodes.ts";

/** Activities that are looked at for one page: where few of them fit, it ends early and hands on a cursor. */
const MOST_LOOKED_AT = 20_000;
const SMALLEST_CHUNK = 500;
const LARGEST_CHUNK = 1000;

const ONE = `SELECT ${ACTIVITY_COLUMNS} FROM activity WHERE n = ?`;

interface Parts {
  db: Connection;
  context: (nowMs: number) => ReadContext;
  catchUp: () => void;
}

export function workOf({ db, context, catchUp }: Parts): Work {
  return {
    find: (filter, limit, cursor, nowMs) => {
      catchUp();
      return findWork(db, context(nowMs), filter, limit, cursor === null ? null : readCursor(cursor));
    },
    explained: async (filter, most, nowMs) => {
      catchUp();
      const seen = context(nowMs);
      const { fitting, next } = await seedsOf(db, seen, seedFilter(filter), most);
      const held = (await piecesOf(db, seen, fitting)).filter((each) => isMeant(each, filter));
      return { items: await inSlices(explain(db, seen, held)), sampled: next !== null };
    },
  };
}

/** What ended as asked and what took as long as asked may be two activities of a piece: by the first one it is found. */
const seedFilter = ({ slowerThanMs, ...filter }: WorkFilter): WorkFilter =>
  filter.status === undefined ? { ...filter, slowerThanMs } : filter;

/** What is asked of the piece, beside the activity that it was found by. */
const isMeant = ({ piece: { durationMs }, members }: Held, filter: WorkFilter): boolean =>
  (filter.longerThanMs === undefined || (durationMs !== null && durationMs >= filter.longerThanMs)) &&
  (filter.slowerThanMs === undefined || members.some((node) => fits(node, { ...filter, ...ANY_MOMENT })));

const ANY_MOMENT = { status: undefined, sinceMs: undefined, untilMs: undefined };

/** Where a page ended: an activity, and which of its pieces had been told. */
interface Cursor {
  ms: number;
  /** 32 hex. */
  id: string;
  /** Pieces of this activity up to the one with this head were told; '' = none, `~` = all. */
  head: string;
}

const ALL_TOLD = "~";

function readCursor(cursor: string): Cursor {
  const [ms, id = "", head = ALL_TOLD] = Buffer.from(cursor, "base64url").toString().split(".");
  if (!Number.isSafeInteger(Number(ms)) || !/^[0-9a-f]{32}$/.test(id))
    throw new ViceError("input.invalid", { what: "cursor", problem: "it is not one that vice gave" });
  return { ms: Number(ms), id, head };
}

const writeCursor = ({ ms, id, head }: Cursor): string =>
  Buffer.from(`${ms}.${id}.${head}`).toString("base64url");

/** Newest activity first; pieces that share it in the order of their heads. */
const compare = (a: Cursor, b: Cursor): number =>
  b.ms - a.ms || (a.id < b.id ? 1 : a.id > b.id ? -1 : a.head < b.head ? -1 : a.head > b.head ? 1 : 0);

async function findWork(
  db: Connection,
  context: ReadContext,
  filter: WorkFilter,
  limit: number,
  after: Cursor | null,
): ReturnType<Work["find"]> {
  const found: FoundWork[] = [];
  let told = after;
  // One above the last, so that the activity itself is looked at once more when not all of its pieces were told.
  let before: Position | null = after === null ? null : [after.ms, Buffer.from(`${after.id}ff`, "hex")];
  let size = Math.min(Math.max(limit * 8, SMALLEST_CHUNK), LARGEST_CHUNK);
  for (let left = MOST_LOOKED_AT; left > 0; left -= size, size = LARGEST_CHUNK) {
    const { fitting, next } = chunkOf(db, context, seedFilter(filter), before, size);
    const here = (await piecesOf(db, context, fitting)).flatMap((held) => placeOf(held, filter) ?? []);
    const last = told;
    const fresh = here
      .filter(({ at }) => last === null || compare(last, at) < 0)
      .sort((a, b) => compare(a.at, b.at));
    for (const { held, newest, at } of fresh) {
      if (found.length >= limit && told !== null) return { items: found, next: writeCursor(told) };
      const row = db.get(ONE, newest.n);
      // Others work between the slices: it may be gone by now.
      if (row !== undefined) found.push({ ...held.piece, activity: readActivity(row, context) });
      told = at;
    }
    if (next === null) return { items: found, next: null };
    before = next;
    told = { ms: next[0], id: Buffer.from(next[1]).toString("hex"), head: ALL_TOLD };
    if (found.length >= limit) break;
  }
  return { items: found, next: told === null ? null : writeCursor(told) };
}

/** The newest activity of it that fits, which says when it was. */
function placeOf(held: Held, filter: WorkFilter): { held: Held; newest: TiedNode; at: Cursor } | null {
  if (!isMeant(held, filter)) return null;
  const wanted = seedFilter(filter);
  let newest: TiedNode | null = null;
  for (const node of held.members) {
    if (!fits(node, wanted)) continue;
    if (newest === null || node.occurredMs > newest.occurredMs) newest = node;
    else if (node.occurredMs === newest.occurredMs && node.id > newest.id) newest = node;
  }
  if (newest === null) return null;
  return { held, newest, at: { ms: newest.occurredMs, id: newest.id, head: held.piece.head.id } };
}

async function seedsOf(
  db: Connection,
  context: ReadContext,
  filter: WorkFilter,
  most: number,
): Promise<{ fitting: number[]; next: Position | null }> {
  return inSlices(
    (function* (): Generator<undefined, { fitting: number[]; next: Position | null }> {
      const fitting: number[] = [];
      let before: Position | null = null;
      for (let left = most; left > 0; left -= LARGEST_CHUNK) {
        const chunk = chunkOf(db, context, filter, before, Math.min(LARGEST_CHUNK, left));
        fitting.push(...chunk.fitting);
        before = chunk.next;
        if (before === null) break;
        yield;
      }
      return { fitting, next: before };
    })(),
  );
}

const DOCS = `SELECT ${ACTIVITY_COLUMNS} FROM activity WHERE n IN (SELECT value FROM json_each(?))`;
const DOCS_AT_ONCE = 200;

/** What each activity has is read once and kept once, however many pieces it belongs to. */
function* explain(
  db: Connection,
  context: ReadContext,
  held: readonly Held[],
): Generator<undefined, ExplainedWork[]> {
  const numbers = [...new Set(held.flatMap(({ members }) => members.map(({ n }) => n)))];
  const known = new Map<string, Fact>();
  const facts = new Map<number, readonly Fact[]>();
  const own = new Map<number, Activity["durationMs"]>();
  for (let from = 0; from < numbers.length; from += DOCS_AT_ONCE) {
    for (const row of db.all(DOCS, JSON.stringify(numbers.slice(from, from + DOCS_AT_ONCE)))) {
      const activity = readActivity(row, context);
      own.set(row["n"] as number, activity.durationMs);
      facts.set(
        row["n"] as number,
        factsOf(activity).map((fact) => {
          const word = `${fact[0]}\u0000${fact[1]}`;
          const same = known.get(word);
          if (same === undefined) known.set(word, fact);
          return same ?? fact;
        }),
      );
    }
    yield;
  }
  const items: ExplainedWork[] = [];
  for (const [at, { piece, members }] of held.entries()) {
    const all = new Set(members.flatMap(({ n }) => facts.get(n) ?? []));
    const [only] = members;
    // A tool may say how long something took without saying when it began.
    const durationMs =
      members.length === 1 && only !== undefined ? (own.get(only.n) ?? null) : piece.durationMs;
    const last = lastOf(members);
    items.push({ ...piece, durationMs, atMs: last.occurredMs, facts: [...all], cluster: last.n });
    if (at % 100 === 99) yield;
  }
  return items;
}

/** What it ended with, which ten pieces may have in common. */
const lastOf = (members: readonly TiedNode[]): TiedNode =>
  members.reduce((last, node) =>
    node.occurredMs > last.occurredMs || (node.occurredMs === last.occurredMs && node.n > last.n)
      ? node
      : last,
  );
