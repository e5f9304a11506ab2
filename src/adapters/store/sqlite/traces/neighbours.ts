/** What one activity is linked with, by the anchors it carries and by what persons said. */
import type { Activity } from "../../../../domain/activity.ts";
import { anchorsOf } from "../../../../domain/trace/anchors.ts";
import { joined, type Link } from "../../../../domain/trace/join.ts";
import type { Linked } from "../../../../ports/traces.ts";
import { ACTIVITY_COLUMNS, idToBlob, type ReadContext, readActivity } from "../codec.ts";
import type { Connection } from "../connection.ts";
import { anchorKey } from "../follow/spans.ts";
import { cameByCommits, ledToByCommits } from "./by-commits.ts";
import { saidOf } from "./said-links.ts";

/** Activities that carry the same id: more than this says that the id is none. The newest are taken. */
export const MOST_WITH_ONE = 200;

const EFFECTS = "SELECT n FROM anchor WHERE k = ? AND place > ? ORDER BY n DESC LIMIT ?";
const CAUSES = "SELECT n FROM anchor WHERE k = ? AND place < ? AND gives = 1 ORDER BY n DESC LIMIT ?";
const BY_NUMBER = `SELECT ${ACTIVITY_COLUMNS} FROM activity WHERE n = ?`;
const BY_ID = `SELECT ${ACTIVITY_COLUMNS} FROM activity WHERE id = ?`;

export type Direction = "causes" | "effects";

/** Reads whole activities, each once. */
export class ActivityReader {
  readonly #db: Connection;
  readonly #context: ReadContext;
  readonly #byNumber = new Map<number, Activity>();

  constructor(db: Connection, context: ReadContext) {
    this.#db = db;
    this.#context = context;
  }

  byNumber(n: number): Activity | null {
    const known = this.#byNumber.get(n);
    if (known !== undefined) return known;
    const row = this.#db.get(BY_NUMBER, n);
    if (row === undefined) return null;
    const activity = readActivity(row, this.#context);
    this.#byNumber.set(n, activity);
    return activity;
  }

  /** Of an activity that was read here or not. */
  numberOf({ id }: Activity): number {
    return (
      (this.#db.get("SELECT n FROM activity WHERE id = ?", idToBlob(id))?.["n"] as number | undefined) ?? -1
    );
  }

  byId(id: string): { n: number; activity: Activity } | null {
    const row = this.#db.get(BY_ID, idToBlob(id));
    return row === undefined ? null : { n: row["n"] as number, activity: readActivity(row, this.#context) };
  }
}

/** Numbers and links of what carries the same anchors, on one side. Parents are not among them. */
export function linkedBy(
  db: Connection,
  read: ActivityReader,
  activity: Activity,
  side: Direction,
): { found: Array<{ n: number; linked: Linked }>; truncated: boolean } {
  const numbers = new Set<number>();
  let truncated = false;
  for (const { key, place, gives } of anchorsOf(activity)) {
    if (side === "effects" && !gives) continue;
    const rows = db.all(side === "effects" ? EFFECTS : CAUSES, anchorKey(key), place, MOST_WITH_ONE + 1);
    truncated ||= rows.length > MOST_WITH_ONE;
    for (const row of rows.slice(0, MOST_WITH_ONE)) numbers.add(row["n"] as number);
  }
  const found = throughCommits(db, read, activity, side);
  for (const n of numbers) {
    const other = read.byNumber(n);
    if (other === null || other.id === activity.id || other.id === activity.parentId) continue;
    const link = side === "effects" ? joined(activity, other) : joined(other, activity);
    if (link !== null) found.set(n, { n, linked: { activity: other, link } });
  }
  return { found: [...found.values()], truncated };
}

/** What hangs together by the commits between two deployments, and by what their messages name. */
function throughCommits(
  db: Connection,
  read: ActivityReader,
  activity: Activity,
  side: Direction,
): Map<number, { n: number; linked: Linked }> {
  const ties =
    side === "effects" ? ledToByCommits(db, activity) : cameByCommits(db, activity, read.numberOf(activity));
  const found = new Map<number, { n: number; linked: Linked }>();
  for (const { n, words } of ties) {
    const other = read.byNumber(n);
    if (other === null || other.id === activity.id || found.has(n)) continue;
    const [from, to] = side === "effects" ? [activity.id, other.id] : [other.id, activity.id];
    found.set(n, { n, linked: { activity: other, link: { from, to, reason: "commit", words } } });
  }
  return found;
}

/** Without what was cut, and with what was made by hand. */
export function withSaid(
  db: Connection,
  read: ActivityReader,
  id: string,
  side: Direction,
  found: ReadonlyArray<{ n: number; linked: Linked }>,
): Array<{ n: number; linked: Linked }> {
  const said = saidOf(db, id).filter(({ from, to }) => (side === "effects" ? from : to) === id);
  if (said.length === 0) return [...found];
  const other = (link: { from: string; to: string }): string => (side === "effects" ? link.to : link.from);
  const about = new Set(said.map(other));
  const made = said
    .filter(({ isCut }) => !isCut)
    .flatMap(({ from, to, reason }) => {
      const there = read.byId(side === "effects" ? to : from);
      const link: Link = { from, to, reason: "said", words: `said by hand: ${reason}` };
      return there === null ? [] : [{ n: there.n, linked: { activity: there.activity, link } }];
    });
  return [...found.filter(({ linked }) => !about.has(linked.activity.id)), ...made];
}
