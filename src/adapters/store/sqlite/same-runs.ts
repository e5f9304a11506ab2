/**
 * One run of a pipeline told twice: by the hooks of its tool, and as spans of a CI plugin. Both name the page of the run, and
 * that one page is all that both surely name; the one of the tool counts, the span is its second report.
 */
import { CLOCKS_MS } from "../../../domain/trace/join.ts";
import type { ActivityRow } from "./activity-row.ts";
import type { Former } from "./activity-write.ts";
import { blobToId, idToBlob } from "./codec.ts";
import type { Connection, Row } from "./connection.ts";
import { RUNS } from "./same-run-index.ts";

/** Reports of one page. The attempts of a run have one page: which of them is meant is seen by its time. */
const MOST = 50;
const ON_PAGE = `SELECT n, id, source, start_ms, finish_ms, occurred_ms, doc ->> '$.durationMs' AS duration_ms,
    kind, doc ->> '$.parentId' AS parent, excluded, counted, primary_id FROM activity
  WHERE doc ->> '$.url' = ? AND ${RUNS} ORDER BY n LIMIT ${MOST}`;
const ALONE = "UPDATE activity SET counted = (excluded IS NULL), primary_id = NULL WHERE n = ?";
const SPANS = "otlp";

export class SameRuns {
  readonly #db: Connection;
  readonly #pages = new Set<string>();
  /** Second reports that have another page now, or are no run any more. */
  readonly #left = new Set<number>();
  /** Whether there is a run that was told as a span: without one nothing is told twice. `null` = not looked yet. */
  #any: boolean | null = null;

  constructor(db: Connection) {
    this.#db = db;
  }

  clear(): void {
    this.#pages.clear();
    this.#left.clear();
    this.#any = null;
  }

  /** Notes that row `n` was written, or removed (`null`): what it says now and what it said before may be of two runs. */
  touched(n: number, former: Former | null, row: ActivityRow | null): void {
    const [own, before] = [row?.runPage ?? null, former?.runPage ?? null];
    if (row?.source === SPANS && own !== null) this.#any = true;
    if (row !== null && former?.dep === 0 && former.primaryId !== null && own !== before) this.#left.add(n);
    for (const page of new Set([own, before]))
      if (page !== null && (this.#any ?? this.#look())) this.#pages.add(page);
  }

  /** Call inside the transaction. */
  settle(): void {
    for (const n of this.#left) this.#db.run(ALONE, n);
    this.#left.clear();
    for (const page of this.#pages) this.#mark(this.#db.all(ON_PAGE, page));
    this.#pages.clear();
  }

  #look(): boolean {
    this.#any =
      this.#db.get("SELECT 1 FROM activity WHERE dep = 0 AND source = ? LIMIT 1", SPANS) !== undefined;
    return this.#any;
  }

  #mark(reports: readonly Row[]): void {
    const tools = reports.filter((row) => row["source"] !== SPANS && row["excluded"] === null);
    for (const span of reports.filter(({ source }) => source === SPANS)) {
      const primary = isRunAsSpan(span) ? (nearest(span, tools)?.["id"] ?? null) : null;
      const counted = primary === null && span["excluded"] === null ? 1 : 0;
      if (counted === span["counted"] && idOf(primary) === idOf(span["primary_id"])) continue;
      const id = idOf(primary);
      this.#db.run(
        "UPDATE activity SET counted = ?, primary_id = ? WHERE n = ?",
        ...[counted, id === null ? null : idToBlob(id), span["n"] as number],
      );
    }
  }
}

/** A step of the run may carry the page of the run; it is not the run. */
const isRunAsSpan = ({ kind, parent }: Row): boolean => kind === "pipeline" || parent === null;

const idOf = (blob: unknown): string | null => (blob === null || blob === undefined ? null : blobToId(blob));

/** Of those that went on at the same time the one that began nearest to it. */
function nearest(span: Row, tools: readonly Row[]): Row | undefined {
  const own = timesOf(span);
  const apart = (tool: Row): number => Math.abs(timesOf(tool).fromMs - own.fromMs);
  return tools
    .filter((tool) => {
      const { fromMs, toMs } = timesOf(tool);
      return fromMs <= own.toMs + CLOCKS_MS && own.fromMs <= toMs + CLOCKS_MS;
    })
    .sort((a, b) => apart(a) - apart(b) || (a["n"] as number) - (b["n"] as number))[0];
}

/** One that goes on may last; of one that was told when it ended the start is counted back. */
function timesOf(row: Row): { fromMs: number; toMs: number } {
  const toMs = (row["finish_ms"] ?? Number.POSITIVE_INFINITY) as number;
  const occurredMs = row["occurred_ms"] as number;
  const fromMs = (row["start_ms"] ?? occurredMs - Number(row["duration_ms"] ?? 0)) as number;
  return { fromMs, toMs };
}
