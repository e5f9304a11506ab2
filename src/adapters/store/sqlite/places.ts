/** Keeps places right after deployments were written: second reports, kinds, what runs, what was tried last. */
import { nestsItself } from "../../../domain/reporters.ts";
import type { ProjectionSettings } from "../../../ports/read-models.ts";
import type { ActivityRow } from "./activity-row.ts";
import type { Former } from "./activity-write.ts";
import { blobToId } from "./codec.ts";
import type { Connection } from "./connection.ts";
import { matesOf, regroup } from "./group-reports.ts";
import { beganMs, kindOf, type Place, refreshKind, refreshLaterKinds, refreshPlace } from "./neighbours.ts";
import { Reporters } from "./place-reporters.ts";
import { SameRuns } from "./same-runs.ts";

/** Services in whose places something changed; `all` when that is not known. */
export interface ChangedPlaces {
  all: boolean;
  services: Set<string>;
}

/** What was written in one place since the last `settle`. */
interface Touched {
  place: Place;
  fromMs: number;
  untilMs: number;
  releases: Set<string>;
  numbers: Set<number>;
  /** Reports whose group may be another one now, also when they are gone from here. */
  grouped: Set<number>;
  several: boolean;
  /** Whether something changed that others are compared with: a success came, went or moved. */
  ran: boolean;
  /** The only row and its state, when one row was written and nothing left the place. */
  only: { n: number; row: ActivityRow } | null;
}

const TOP = `INSERT INTO place (service, environment, tenant, tier, running, last) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET last = excluded.last, tier = excluded.tier`;
const TOP_RUNNING = `${TOP}, running = excluded.running`;
const LATER =
  "SELECT 1 FROM activity WHERE dep = 1 AND service = ? AND environment = ? AND occurred_ms >= ? AND n <> ? LIMIT 1";

export class Places {
  readonly #db: Connection;
  readonly #settings: Pick<ProjectionSettings, "sourceOrder">;
  readonly #reporters: Reporters;
  readonly #sameRuns: SameRuns;
  readonly #touched = new Map<string, Touched>();
  /** For whoever keeps what runs where in memory; he empties it. */
  readonly changed: ChangedPlaces = { all: true, services: new Set() };

  /** @param settings asked each time: a configuration that is read again changes them in place */
  constructor(db: Connection, settings: Pick<ProjectionSettings, "sourceOrder">) {
    this.#db = db;
    this.#settings = settings;
    this.#reporters = new Reporters(db);
    this.#sameRuns = new SameRuns(db);
  }

  clear(): void {
    this.#reporters.clear();
    this.#sameRuns.clear();
    this.#touched.clear();
    this.changed.all = true;
  }

  /** The row with the kind that the place gives it; `n` is its number when it is stored already. */
  withKind(row: ActivityRow, n: number | null): ActivityRow {
    if (row.dep === 0) return row;
    const reported = row.deploymentKind;
    const kind = kindOf(this.#db, row, {
      reported,
      release: row.release,
      atMs: beganMs(row.startMs, row.occurredMs),
      n: n ?? -1,
    });
    return kind === reported ? row : { ...row, deploymentKind: kind };
  }

  /** Notes that row `n` was written; `row` is `null` when it was removed. */
  touched(n: number, former: Former | null, row: ActivityRow | null): void {
    this.#sameRuns.touched(n, former, row);
    const stays = former !== null && row !== null && samePlace(former, row);
    if (former?.dep === 1 && !(stays && row.dep === 1)) this.#leave(n, former);
    if (row === null || row.dep === 0) return;
    const touched = this.#of(row);
    const first = touched.numbers.size === 0 && !touched.ran;
    this.#widen(touched, n, row.occurredMs, row.release);
    const wasHere = stays && former.dep === 1 ? former : null;
    if (wasHere !== null) this.#widen(touched, n, wasHere.occurredMs, wasHere.release);
    touched.several ||= this.#several(row, row.source, row.instance) || (wasHere?.primaryId ?? null) !== null;
    touched.ran ||= row.status === "succeeded" || wasHere?.status === "succeeded";
    const simple =
      row.excluded === null && wasHere?.status !== "succeeded" && (wasHere?.excluded ?? null) === null;
    touched.only = first && simple ? { n, row } : null;
  }

  /** Brings all touched places up to date. Call inside the transaction. */
  settle(): void {
    this.#sameRuns.settle();
    this.#regroup();
    for (const touched of this.#touched.values()) {
      this.changed.services.add(touched.place.service);
      if (touched.only === null || touched.several || !this.#settleTop(touched, touched.only))
        this.#settleAll(touched);
    }
    this.#touched.clear();
  }

  /** Groups first, everywhere: a report that moved may leave another one behind that counts now. */
  #regroup(): void {
    const places = [...this.#touched.values()].filter(({ several }) => several);
    if (places.length === 0) return;
    const numbers = new Set(places.flatMap(({ grouped, numbers: written }) => [...grouped, ...written]));
    for (const { n, place, occurredMs, release } of regroup(this.#db, numbers, this.#settings.sourceOrder)) {
      if (place === null) continue;
      const touched = this.#of(place);
      this.#widen(touched, n, occurredMs, release);
      touched.ran = true;
      touched.only = null;
    }
  }

  #several(place: Place, source: string, instance: string): boolean {
    return this.#reporters.several(place, source, instance) || nestsItself(source);
  }

  #leave(n: number, former: Former): void {
    const touched = this.#of(former);
    this.#widen(touched, n, former.occurredMs, former.release);
    touched.ran = true;
    touched.only = null;
    if (former.primaryId === null && !this.#several(former, former.source, former.instance)) return;
    touched.several = true;
    const primaryId = former.primaryId === null ? null : blobToId(former.primaryId);
    for (const mate of matesOf(this.#db, former.id, primaryId)) touched.grouped.add(mate);
  }

  #of(place: Place): Touched {
    const { service, environment, tenant } = place;
    const key = `${service}\n${environment}\n${tenant}`;
    let touched = this.#touched.get(key);
    if (touched === undefined) {
      const ends = { fromMs: Number.POSITIVE_INFINITY, untilMs: Number.NEGATIVE_INFINITY };
      const sets = { releases: new Set<string>(), numbers: new Set<number>(), grouped: new Set<number>() };
      const flags = { several: false, ran: false, only: null };
      touched = { place: { service, environment, tenant }, ...ends, ...sets, ...flags };
      this.#touched.set(key, touched);
    }
    return touched;
  }

  #widen(touched: Touched, n: number, occurredMs: number, release: string | null): void {
    touched.numbers.add(n);
    touched.fromMs = Math.min(touched.fromMs, occurredMs);
    touched.untilMs = Math.max(touched.untilMs, occurredMs);
    if (release !== null) touched.releases.add(release);
  }

  /** The usual case: one newest row. @returns false when something later is stored already */
  #settleTop({ place, fromMs }: Touched, { n, row }: { n: number; row: ActivityRow }): boolean {
    const { service, environment, tenant } = place;
    if (this.#db.get(LATER, service, environment, fromMs, n) !== undefined) return false;
    const runs = row.status === "succeeded" && row.deploymentKind !== "config";
    const running = runs && row.deploymentKind !== "teardown" ? n : null;
    this.#db.run(runs ? TOP_RUNNING : TOP, service, environment, tenant, row.tier, running, n);
    return true;
  }

  #settleAll({ place, fromMs, untilMs, releases, numbers, ran }: Touched): void {
    if (ran) refreshLaterKinds(this.#db, place, { fromMs, untilMs, releases });
    else for (const n of numbers) refreshKind(this.#db, n);
    refreshPlace(this.#db, place);
  }
}

const samePlace = (a: Place, b: Place): boolean =>
  a.service === b.service && a.environment === b.environment && a.tenant === b.tenant;
