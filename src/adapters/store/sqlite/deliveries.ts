/** Raw deliveries as they were received, and the counts of what came. */

import { ViceError } from "../../../kit/errors.ts";
import type { Deliveries, DeliveryFilter, SourceStat } from "../../../ports/deliveries.ts";
import type { Connection } from "./connection.ts";
import { readDelivery, toDelivery } from "./detail-read.ts";
import { dropBodies } from "./drop-bodies.ts";
import { SourceCounts } from "./source-counts.ts";

const WITHOUT_BODY =
  "n, id, source, instance, header_id, received_ms, verified, outcome, reason, flagged, content_type, headers, sha256, bytes, NULL AS body";
const FLUSH_AFTER_MS = 1000;

function where(filter: DeliveryFilter): { sql: string; params: string[] } {
  const parts: string[] = [];
  const params: string[] = [];
  for (const column of ["source", "instance", "outcome"] as const) {
    const value = filter[column];
    if (value === undefined) continue;
    parts.push(`${column} = ?`);
    params.push(value);
  }
  if (filter.outcome !== undefined && filter.outcome !== "accepted") parts.push("outcome <> 'accepted'");
  return { sql: parts.map((part) => ` AND ${part}`).join(""), params };
}

export function deliveriesOf(db: Connection): Deliveries & { flush(): void } {
  const counts = new SourceCounts();
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (counts.size > 0) db.transaction(() => counts.write(db));
  };
  return {
    flush,
    get: (id) => readDelivery(db, id),
    list: (filter, limit, cursor) => {
      const { sql, params } = where(filter);
      const below = cursor === null ? Number.MAX_SAFE_INTEGER : Number(cursor);
      if (!Number.isSafeInteger(below))
        throw new ViceError("input.invalid", { message: "The cursor is not one that this server gave." });
      const rows = db.all(
        `SELECT ${WITHOUT_BODY} FROM delivery WHERE n < ?${sql} ORDER BY n DESC LIMIT ?`,
        below,
        ...params,
        limit + 1,
      );
      const items = rows.slice(0, limit).map((row) => {
        const { body: _body, ...rest } = toDelivery(row);
        return rest;
      });
      return { items, next: rows.length > limit ? String(rows[limit - 1]?.["n"]) : null };
    },
    walk: (filter, after, limit) => {
      const { sql, params } = where(filter);
      const columns = `${WITHOUT_BODY.replace("NULL AS body", "body")}, generation, first_seq, last_seq`;
      const rows = db.all(
        `SELECT ${columns} FROM delivery WHERE n > ?${sql} ORDER BY n LIMIT ?`,
        after,
        ...params,
        limit,
      );
      return rows.map((row) => {
        const [fromSeq, toSeq] = [row["first_seq"] as number | null, row["last_seq"] as number | null];
        const events = fromSeq === null || toSeq === null ? null : { fromSeq, toSeq };
        return { ...toDelivery(row), n: row["n"] as number, generation: row["generation"] as number, events };
      });
    },
    stats: () => {
      flush();
      return db.all("SELECT * FROM source_stat ORDER BY source, instance").map(toStat);
    },
    rejected: (source, instance, reason, atMs) => {
      counts.add(
        { source, instance, verified: false, receivedAt: new Date(atMs).toISOString() },
        "rejected",
        reason,
      );
      timer ??= setTimeout(() => {
        timer = null;
        try {
          flush();
        } catch {
          timer = null; // a full disk loses only these counts; the next refusal tries again
        }
      }, FLUSH_AFTER_MS).unref();
    },
    dropBodies: (beforeMs) => dropBodies(db, beforeMs),
  };
}

function toStat(row: Record<string, unknown>): SourceStat {
  const iso = (value: unknown): string | null =>
    typeof value === "number" ? new Date(value).toISOString() : null;
  const rejectedAt = iso(row["rejected_ms"]);
  return {
    source: row["source"] as string,
    instance: row["instance"] as string,
    accepted: row["accepted"] as number,
    duplicate: row["duplicate"] as number,
    ignored: row["ignored"] as number,
    unmapped: row["unmapped"] as number,
    rejected: row["rejected"] as number,
    unverified: row["unverified"] as number,
    lastDeliveryAt: iso(row["last_ms"]),
    lastOutcome: row["last_outcome"] as string | null,
    lastRejection: rejectedAt === null ? null : { at: rejectedAt, reason: row["rejected_reason"] as string },
  };
}
