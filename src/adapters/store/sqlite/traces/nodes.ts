/** Activities as a trace needs them: read by number, trace or parent, without their documents. */
import { isAbandoned, type Kind, type Status } from "../../../../domain/activity.ts";
import type { Unplaced } from "../../../../domain/trace/arrange.ts";
import type { TimedMs } from "../../../../domain/trace/extent.ts";
import type { Span, SpanLink } from "../../../../domain/trace/span.ts";
import { idToBlob, type ReadContext } from "../codec.ts";
import type { Connection } from "../connection.ts";

type Shown = Pick<Span, "kind" | "name" | "service" | "team" | "environment" | "status" | "source" | "url">;

/**
 * A span on its way into a trace. Ids are 32 hex as SQLite writes them, in capitals, and times are milliseconds: of ten
 * thousand spans to make the texts that people read takes longer than all else, so they are made when they are written.
 */
export interface TraceNode extends Shown, Unplaced, TimedMs {
  n: number;
  occurredMs: number;
  /** What it is drawn under: known when all are gathered. */
  parentId: string | null;
  links: readonly SpanLink[];
  /** Something says that it is a part of this, and stands in another trace than was asked for. */
  hasStrays: boolean;
}

export const hexOf = (id: string): string => id.replaceAll("-", "").toUpperCase();

/** In the order in which `toNode` takes them. ?1 = the trace that was asked for. */
const COLUMNS = `a.n, hex(a.id), a.kind, a.source, a.service, a.team, a.status, a.start_ms, a.finish_ms, a.occurred_ms,
  a.environment, hex(s.parent), s.name, s.url,
  EXISTS (SELECT 1 FROM span c WHERE c.parent = a.id AND c.trace <> ?1)`;

const BY_TRACE = `SELECT ${COLUMNS} FROM span s JOIN activity a ON a.n = s.n WHERE s.trace = ?1 LIMIT ?2`;
const STRAYS = `SELECT ${COLUMNS} FROM json_each(?2) j JOIN span s ON s.parent = unhex(j.value)
  JOIN activity a ON a.n = s.n WHERE s.trace <> ?1 LIMIT ?3`;
const BY_NUMBER = `SELECT ${COLUMNS} FROM json_each(?2) j JOIN activity a ON a.n = j.value JOIN span s ON s.n = a.n`;
const BY_ID = `SELECT ${COLUMNS} FROM json_each(?2) j JOIN activity a ON a.id = unhex(j.value) JOIN span s ON s.n = a.n`;

const SPANS = "otlp";
const NAMING = "SELECT DISTINCT k.n FROM json_each(?) j CROSS JOIN anchor k ON k.n = j.value";

type Values = readonly [
  n: number,
  id: string,
  kind: Kind,
  source: string,
  service: string,
  team: string | null,
  status: Status | null,
  startMs: number | null,
  finishMs: number | null,
  occurredMs: number,
  environment: string,
  parent: string,
  name: string,
  url: string | null,
  hasStrays: 0 | 1,
];

/** Most activities of a trace say the same as the one before: what is kept once need not be moved about. */
const same = <T extends string | null>(is: T, was: T | undefined): T => (is === was ? was : is);

function toNode(row: Values, before: TraceNode | undefined, context: ReadContext): TraceNode {
  const kind = same(row[2], before?.kind);
  const status = same(row[6], before?.status);
  const startMs = row[7];
  const occurredMs = row[9];
  return {
    n: row[0],
    id: row[1],
    ownParent: same(row[11] || null, before?.ownParent),
    parentId: null,
    kind,
    name: row[12],
    service: same(row[4] || null, before?.service),
    team: same(row[5], before?.team),
    environment: same(row[10] || null, before?.environment),
    status: isAbandoned({ kind, status }, startMs ?? occurredMs, context) ? "abandoned" : status,
    startMs,
    finishMs: row[8],
    occurredMs,
    source: same(row[3], before?.source),
    url: row[13],
    links: NONE,
    hasStrays: row[14] === 1,
  };
}

const NONE: readonly SpanLink[] = [];

/** Reads nodes for one trace; every answer is in no order. */
export class NodeReader {
  readonly #db: Connection;
  readonly #context: ReadContext;
  readonly #trace: Uint8Array;

  constructor(db: Connection, context: ReadContext, traceId: string) {
    this.#db = db;
    this.#context = context;
    this.#trace = Buffer.from(traceId, "hex");
  }

  ofTrace(most: number): TraceNode[] {
    return this.#read(BY_TRACE, most);
  }

  /** What says of itself that it is a part of one of these, and does not stand in the trace. */
  strays(ids: readonly string[], most: number): TraceNode[] {
    return ids.length === 0 ? [] : this.#read(STRAYS, JSON.stringify(ids), most);
  }

  byNumber(numbers: readonly number[]): TraceNode[] {
    return numbers.length === 0 ? [] : this.#read(BY_NUMBER, JSON.stringify(numbers));
  }

  byId(ids: readonly string[]): TraceNode[] {
    return ids.length === 0 ? [] : this.#read(BY_ID, JSON.stringify(ids));
  }

  /** Numbers of those inside of runs that name what led to them all the same: only spans do, by their links. */
  naming(inside: readonly TraceNode[]): ReadonlySet<number> {
    const numbers = inside.filter(({ source }) => source === SPANS).map(({ n }) => n);
    if (numbers.length === 0) return new Set();
    return new Set(this.#db.each(NAMING, ([n]) => n as number, JSON.stringify(numbers)));
  }

  #read(sql: string, ...params: Array<string | number>): TraceNode[] {
    let before: TraceNode | undefined;
    const take = (row: unknown): TraceNode => {
      before = toNode(row as Values, before, this.#context);
      return before;
    };
    return this.#db.each(sql, take, this.#trace, ...params);
  }
}

/** The trace that an activity belongs to; `null` = no such activity. */
export function traceOf(db: Connection, id: string): string | null {
  const row = db.get("SELECT s.trace FROM activity a JOIN span s ON s.n = a.n WHERE a.id = ?", idToBlob(id));
  return row === undefined ? null : Buffer.from(row["trace"] as Uint8Array).toString("hex");
}

export const hasTrace = (db: Connection, traceId: string): boolean =>
  db.get("SELECT 1 FROM span WHERE trace = ? LIMIT 1", Buffer.from(traceId, "hex")) !== undefined;
