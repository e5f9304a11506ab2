/** Forgets old raw bodies piece by piece, and remembers up to where nothing is left to forget. */
import type { Connection } from "./connection.ts";
import { emptyWal, overwriting } from "./erasing.ts";

const CHUNK = 500;
/** A line that waited in the spool stands among younger ones; it is looked for as far as this. */
const LATE_MS = 7 * 86_400_000;
/** Up to this number no delivery has a body. */
const KEY = "bodiesDroppedTo";

const NEXT = `SELECT count(*) AS rows, max(n) AS last, min(received_ms) AS oldest FROM
  (SELECT n, received_ms FROM delivery WHERE n > ? ORDER BY n LIMIT ${CHUNK})`;
const IN_CHUNK = "n > ? AND n <= ? AND body IS NOT NULL";
const DROP = `UPDATE delivery SET body = NULL WHERE ${IN_CHUNK} AND received_ms < ?`;
const LEFT = `SELECT 1 FROM delivery WHERE ${IN_CHUNK} LIMIT 1`;

/** Other work has its turn between the pieces. @returns how many bodies were dropped */
export async function dropBodies(db: Connection, beforeMs: number): Promise<number> {
  let after = Number(db.meta(KEY) ?? 0);
  let allGone = true;
  let count = 0;
  for (;;) {
    const chunk = db.get(NEXT, after);
    const last = chunk?.["last"];
    if (typeof last !== "number" || (chunk?.["oldest"] as number) >= beforeMs + LATE_MS) break;
    const dropped = dropBetween(db, { after, last, beforeMs, remember: allGone });
    count += dropped.count;
    allGone &&= !dropped.left;
    after = last;
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (count > 0) emptyWal(db);
  return count;
}

interface Span {
  after: number;
  last: number;
  beforeMs: number;
  /** Whether nothing before it has a body. */
  remember: boolean;
}

function dropBetween(
  db: Connection,
  { after, last, beforeMs, remember }: Span,
): { count: number; left: boolean } {
  return overwriting(db, () =>
    db.transaction(() => {
      const count = Number(db.prepare(DROP).run(after, last, beforeMs).changes);
      const left = db.get(LEFT, after, last) !== undefined;
      if (remember && !left) db.setMeta(KEY, String(last));
      return { count, left };
    }),
  );
}
