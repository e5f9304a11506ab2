/** Keeps what runs where in memory, service by service, and reads again only those in which something changed. */
import { releaseOf } from "../../../domain/deployment-kind.ts";
import { compare, promotionRank, type Rank, unknownLast } from "../../../domain/promotion.ts";
import type { StatusItem } from "../../../ports/read-models.ts";
import { ACTIVITY_COLUMNS, parseStored, type ReadContext, type Stored, shown } from "./codec.ts";
import type { Connection, Row } from "./connection.ts";
import type { ChangedPlaces } from "./places.ts";
import { type Behind, behindOf, type Step } from "./status-behind.ts";

const A_COLUMNS = ACTIVITY_COLUMNS.split(", ")
  .map((column) => `a.${column}`)
  .join(", ");
const PLACES = `SELECT p.service, p.environment, p.tenant, p.running, ${A_COLUMNS} FROM place p JOIN activity a ON a.n = p.last`;
/** Mostly the last attempt runs; only the others need a second document. */
const ELSE_RUNNING = `SELECT ${A_COLUMNS} FROM place p JOIN activity a ON a.n = p.running WHERE p.running <> p.last`;

interface Cell extends Step {
  running: Stored | null;
  last: Stored;
  behind: Behind | null;
}

export class StatusNow {
  readonly #db: Connection;
  readonly #changed: ChangedPlaces;
  readonly #services = new Map<string, Cell[]>();
  /** Whether all services are kept, or only those that somebody asked for. */
  #whole = false;
  /** The services in order; `null` = one came or went. */
  #names: string[] | null = null;
  #order: readonly string[] | null = null;
  #rank: Rank = () => 0;
  #dataVersion: unknown = null;

  /** @param changed what this connection writes is noted there; other processes are found out by SQLite's `data_version` */
  constructor(db: Connection, changed: ChangedPlaces) {
    this.#db = db;
    this.#changed = changed;
  }

  /** Ordered by service, promotion, environment, tenant. */
  items(
    service: string | undefined,
    environmentOrder: readonly string[],
    context: ReadContext,
  ): StatusItem[] {
    this.#refresh(environmentOrder);
    this.#fill(service);
    const cells = service === undefined ? this.#ordered() : (this.#services.get(service) ?? []);
    return cells.map((cell) => itemOf(cell, context));
  }

  #refresh(environmentOrder: readonly string[]): void {
    const version = this.#db.get("PRAGMA data_version")?.["data_version"];
    if (this.#changed.all || version !== this.#dataVersion || environmentOrder !== this.#order) {
      this.#order = environmentOrder;
      this.#rank = promotionRank(environmentOrder);
      this.#services.clear();
      this.#names = null;
      this.#whole = false;
    } else for (const service of this.#changed.services) this.#read(service);
    this.#dataVersion = version;
    this.#changed.all = false;
    this.#changed.services.clear();
  }

  /** A command asks for one service and ends: it does not read those of the others. */
  #fill(service: string | undefined): void {
    if (this.#whole || (service !== undefined && this.#services.has(service))) return;
    this.#read(service ?? null);
    this.#whole = service === undefined;
  }

  /** @param service `null` = all of them */
  #read(service: string | null): void {
    const [where, and, of] =
      service === null ? ["", "", []] : ["WHERE p.service = ?", "AND p.service = ?", [service]];
    const others = new Map(
      this.#db.all(`${ELSE_RUNNING} ${and}`, ...of).map((row) => [row["n"], parseStored(row)]),
    );
    const byService = new Map<string, Cell[]>();
    for (const row of this.#db.all(`${PLACES} ${where}`, ...of)) {
      const cell = cellOf(row, others, this.#rank);
      const cells = byService.get(cell.service);
      if (cells === undefined) byService.set(cell.service, [cell]);
      else cells.push(cell);
    }
    if (service !== null && !byService.has(service)) this.#forget(service);
    for (const [name, cells] of byService) this.#keep(name, cells);
  }

  #keep(service: string, cells: Cell[]): void {
    const behind = behindOf(this.#db, cells);
    cells.forEach((cell, at) => {
      cell.behind = behind[at] ?? null;
    });
    cells.sort((a, b) => a.rank - b.rank || compare(a.key, b.key) || compare(a.tenant, b.tenant));
    if (!this.#services.has(service)) this.#names = null;
    this.#services.set(service, cells);
  }

  #forget(service: string): void {
    this.#services.delete(service);
    this.#names = null;
  }

  #ordered(): Cell[] {
    this.#names ??= [...this.#services.keys()].sort(unknownLast);
    return this.#names.flatMap((name) => this.#services.get(name) ?? []);
  }
}

function cellOf(row: Row, others: ReadonlyMap<unknown, Stored>, rank: Rank): Cell {
  const last = parseStored(row);
  const running = row["running"] === row["n"] ? last : (others.get(row["running"]) ?? null);
  const { environment, tier } = (running ?? last).activity;
  const service = row["service"] as string;
  return {
    service,
    key: row["environment"] as string,
    environment,
    tenant: row["tenant"] as string,
    rank: rank(environment, tier),
    stands: service !== "" && running !== null && tier !== "ephemeral",
    release: running === null ? null : releaseOf(running.activity),
    running,
    last,
    behind: null,
  };
}

function itemOf({ service, tenant, running, last, behind }: Cell, context: ReadContext): StatusItem {
  const lastAttempt = shown(last, context);
  const runs = running === null ? null : running === last ? lastAttempt : shown(running, context);
  const { team, environment, tier } = runs ?? lastAttempt;
  return {
    service: service === "" ? null : service,
    team,
    environment,
    tier,
    tenant: tenant === "" ? null : tenant,
    running: runs,
    lastAttempt,
    behind: behind === null ? null : behindAt(behind, context.nowMs),
  };
}

const behindAt = ({ environment, deployments, sinceMs }: Behind, nowMs: number): StatusItem["behind"] => ({
  environment,
  deployments,
  ms: Math.max(0, nowMs - sinceMs),
});
