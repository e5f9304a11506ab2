/** The outbox: rows beside the log that survive a kill, each written in its own durable transaction. */
import type { ChannelState, Outbox, OutboxRow, OutboxState } from "../../../ports/outbox.ts";
import type { Connection, Row } from "./connection.ts";

const STATE_SCOPE = "outbox";
const COLUMNS = "n, id, channel, payload, since_ms, due_ms, attempts, error, state, at_ms";

const toRow = (row: Row): OutboxRow => ({
  n: row["n"] as number,
  id: row["id"] as string,
  channel: row["channel"] as string,
  payload: row["payload"] === null ? null : (JSON.parse(row["payload"] as string) as unknown),
  sinceMs: row["since_ms"] as number,
  dueMs: row["due_ms"] as number,
  attempts: row["attempts"] as number,
  lastError: row["error"] as string | null,
  state: row["state"] as OutboxState,
  atMs: row["at_ms"] as number,
});

export function outboxOf(db: Connection): Outbox {
  let there = false;
  /** A reader may open a store that no version with an outbox has written to yet. */
  const isThere = (): boolean =>
    (there ||= db.get("SELECT 1 FROM sqlite_master WHERE name = 'outbox'") !== undefined);
  const all = (sql: string, ...params: Array<string | number>): Row[] =>
    isThere() ? db.all(sql, ...params) : [];
  const head = (channel: string): OutboxRow | null => {
    const sql = `SELECT ${COLUMNS} FROM outbox WHERE channel = ? AND state = 'waiting' ORDER BY n LIMIT 1`;
    return all(sql, channel).map(toRow)[0] ?? null;
  };
  return {
    head,
    put: (rows, nowMs, checkpoint) =>
      db.transaction(() => {
        const put = db.prepare(
          "INSERT OR IGNORE INTO outbox (id, channel, payload, since_ms, due_ms, state, at_ms) VALUES (?, ?, ?, ?, ?, 'waiting', ?)",
        );
        const fresh = rows.filter(
          ({ id, channel, payload }) =>
            Number(put.run(id, channel, JSON.stringify(payload), nowMs, nowMs, nowMs).changes) > 0,
        );
        if (checkpoint !== undefined) {
          const { follower, seq } = checkpoint;
          db.run(
            "INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?)",
            STATE_SCOPE,
            follower,
            String(seq),
            nowMs,
          );
        }
        return fresh;
      }),
    checkpoint: (follower) => {
      const row = db.get("SELECT value FROM state WHERE scope = ? AND key = ?", STATE_SCOPE, follower);
      return row === undefined ? null : Number(row["value"]);
    },
    knows: (ids) =>
      all("SELECT 1 FROM outbox WHERE id IN (SELECT value FROM json_each(?)) LIMIT 1", JSON.stringify(ids))
        .length > 0,
    due: (nowMs) =>
      // of the columns beside min(n) SQLite takes those of the row that has it
      all("SELECT channel, min(n), due_ms FROM outbox WHERE state = 'waiting' GROUP BY channel")
        .filter((row) => (row["due_ms"] as number) <= nowMs)
        .map((row) => row["channel"] as string),
    settle: ({ n }, { state, dueMs, error }, nowMs) =>
      db.run(
        `UPDATE outbox SET state = ?, due_ms = ?, error = ?, attempts = attempts + 1, at_ms = ?,
         payload = CASE ? WHEN 'delivered' THEN NULL ELSE payload END WHERE n = ?`,
        ...[state, dueMs, error, nowMs, state, n],
      ),
    list: ({ channel, states, ids }, limit) => {
      const parts = ["state IN (SELECT value FROM json_each(?))"];
      const values: Array<string | number> = [JSON.stringify(states)];
      if (channel !== undefined) parts.push("channel = ?") && values.push(channel);
      if (ids !== undefined)
        parts.push("id IN (SELECT value FROM json_each(?))") && values.push(JSON.stringify(ids));
      const sql = `SELECT ${COLUMNS} FROM outbox WHERE ${parts.join(" AND ")} ORDER BY n LIMIT ?`;
      return all(sql, ...values, limit).map(toRow);
    },
    retry: (channel, nowMs) => {
      const sql = `UPDATE outbox SET state = 'waiting', since_ms = ?, due_ms = ?, attempts = 0
        WHERE state IN ('waiting', 'given-up') AND (? = '' OR channel = ?)`;
      return Number(db.prepare(sql).run(nowMs, nowMs, channel ?? "", channel ?? "").changes);
    },
    drop: (channel) => {
      const sql = "DELETE FROM outbox WHERE state = 'given-up' AND (? = '' OR channel = ?)";
      return Number(db.prepare(sql).run(channel ?? "", channel ?? "").changes);
    },
    channels: () => {
      const sql = `SELECT channel, sum(state = 'waiting') AS waiting, sum(state = 'given-up') AS given_up,
        max(CASE state WHEN 'delivered' THEN at_ms END) AS delivered_ms FROM outbox GROUP BY channel ORDER BY channel`;
      return all(sql).map((row): ChannelState => {
        const channel = row["channel"] as string;
        const first = head(channel);
        return {
          channel,
          waiting: row["waiting"] as number,
          givenUp: row["given_up"] as number,
          lastDeliveredMs: row["delivered_ms"] as number | null,
          failing:
            first === null || first.lastError === null
              ? null
              : {
                  ...{ sinceMs: first.sinceMs, attempts: first.attempts, dueMs: first.dueMs },
                  problem: first.lastError,
                },
        };
      });
    },
    forget: (deliveredBeforeMs, givenUpBeforeMs) =>
      db.run(
        "DELETE FROM outbox WHERE (state = 'delivered' AND at_ms < ?) OR (state = 'given-up' AND at_ms < ?)",
        deliveredBeforeMs,
        givenUpBeforeMs,
      ),
  };
}
