/** When tickets were made: told by their tracker, else when they were seen first. Asked only of those that are shown. */
import type { Kind } from "../../../../domain/activity.ts";
import type { Connection } from "../connection.ts";

const MADE = `SELECT t.n AS n, min(min(e.body ->> '$.data.at', coalesce(e.body ->> '$.data.facts.createdAt', '9'))) AS made
  FROM json_each(?) j JOIN transition t ON t.n = j.value JOIN event e ON e.seq = t.seq GROUP BY t.n`;

/** Notes it in those that are tickets. */
export function noteMade(
  db: Connection,
  nodes: Iterable<{ n: number; kind: Kind; madeMs?: number | null }>,
): void {
  const tickets = new Map(
    [...nodes].filter(({ kind }) => kind === "ticket").map((node) => [node.n, node] as const),
  );
  if (tickets.size === 0) return;
  for (const row of db.all(MADE, JSON.stringify([...tickets.keys()]))) {
    const ticket = tickets.get(row["n"] as number);
    const madeMs = Date.parse(row["made"] as string);
    if (ticket !== undefined && !Number.isNaN(madeMs)) ticket.madeMs = madeMs;
  }
}
