/** Activities as a trace needs them: read by number, trace or parent, without their documents. */
import { isAbandoned, type Kind, type Status } from "../../../../domain/activity.ts";
import type { Span } from "../../../../domain/trace/span.ts";
import { isoOf } from "../../../../kit/iso.ts";
import { idToBlob, type ReadContext } from "../codec.ts";
import type { Connection, Row } from "../connection.ts";

/** A span before it is known what it leads to. */
export interface TraceNode extends Omit<Span, "links" | "parentId"> {
  n: number;
  /** What its own system says it is a part of. */
  ownParent: string | null;
}

// Ids as text: ten thousand small byte arrays cost more than all else together.
const COLUMNS = `a.n, lower(hex(a.id)) AS id, a.kind, a.source, a.service, a.team, a.status, a.start_ms, a.finish_ms, a.occurred_ms,
  CASE WHEN a.environment = '' THEN NULL ELSE a.environment END AS environment, lower(hex(s.parent)) AS parent, s.name, s.url`;
const FROM = "FROM span s JOIN activity a ON a.n = s.n";

const BY_TRACE = `SELECT ${COLUMNS} ${FROM} WHERE s.trace = ? LIMIT ?`;
const BY_PARENT = `SELECT ${COLUMNS} FROM json_each(?) j JOIN span s ON s.parent = unhex(j.value)
  JOIN activity a ON a.n = s.n WHERE s.trace <> ? LIMIT ?`;
const BY_NUMBER = `SELECT ${COLUMNS} FROM json_each(?) j JOIN activity a ON a.n = j.value JOIN span s ON s.n = a.n`;
const BY_ID = `SELECT ${COLUMNS} FROM json_each(?) j JOIN activity a ON a.id = unhex(j.value) JOIN span s ON s.n = a.n`;

const iso = (ms: unknown): string | null => (ms === null ? null : isoOf(ms as number));

function toNode(row: Row, context: ReadContext): TraceNode {
  const status = row["status"] as Status | null;
  const began = (row["start_ms"] ?? row["occurred_ms"]) as number;
  const kind = row["kind"] as Kind;
  const startedAt = iso(row["start_ms"]);
  const finishedAt = row["finish_ms"] === row["start_ms"] ? startedAt : iso(row["finish_ms"]);
  return {
    n: row["n"] as number,
    id: dashed(row["id"] as string),
    ownParent: row["parent"] === "" ? null : dashed(row["parent"] as string),
    kind,
    name: row["name"] as string,
    service: (row["service"] as string) || null,
    team: row["team"] as string | null,
    environment: row["environment"] as string | null,
    status: isAbandoned({ kind, status }, began, context) ? "abandoned" : status,
    startedAt,
    finishedAt,
    occurredAt: (row["occurred_ms"] === row["finish_ms"] ? finishedAt : iso(row["occurred_ms"])) ?? "",
    source: row["source"] as string,
    url: row["url"] as string | null,
  };
}

const dashed = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;

const hex = (id: string): string => id.replaceAll("-", "");

/** Reads nodes; every answer is in no order. */
export class NodeReader {
  readonly #db: Connection;
  readonly #context: ReadContext;

  constructor(db: Connection, context: ReadContext) {
    this.#db = db;
    this.#context = context;
  }

  ofTrace(traceId: string, most: number): TraceNode[] {
    return this.#nodes(BY_TRACE, Buffer.from(traceId, "hex"), most);
  }

  /** What says of itself that it is a part of one of these, and does not stand in that trace. */
  childrenOf(ids: readonly string[], otherThan: string, most: number): TraceNode[] {
    const trace = Buffer.from(otherThan, "hex");
    return ids.length === 0 ? [] : this.#nodes(BY_PARENT, JSON.stringify(ids.map(hex)), trace, most);
  }

  byNumber(numbers: readonly number[]): TraceNode[] {
    return numbers.length === 0 ? [] : this.#nodes(BY_NUMBER, JSON.stringify(numbers));
  }

  byId(ids: readonly string[]): TraceNode[] {
    return ids.length === 0 ? [] : this.#nodes(BY_ID, JSON.stringify(ids.map(hex)));
  }

  /** The trace that an activity belongs to; `null` = no such activity. */
  traceOf(id: string): string | null {
    const row = this.#db.get(
      "SELECT s.trace FROM activity a JOIN span s ON s.n = a.n WHERE a.id = ?",
      idToBlob(id),
    );
    return row === undefined ? null : Buffer.from(row["trace"] as Uint8Array).toString("hex");
  }

  hasTrace(traceId: string): boolean {
    return (
      this.#db.get("SELECT 1 FROM span WHERE trace = ? LIMIT 1", Buffer.from(traceId, "hex")) !== undefined
    );
  }

  #nodes(sql: string, ...params: Parameters<Connection["all"]> extends [string, ...infer P] ? P : never) {
    return this.#db.all(sql, ...params).map((row) => toNode(row, this.#context));
  }
}
