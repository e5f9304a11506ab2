/** The embedded store: log and read models in one SQLite file (WAL, synchronous = FULL). */

import type { Activity } from "../../../domain/activity.ts";
import type { LogEvent } from "../../../domain/event.ts";
import { NAMED, severalFit } from "../../../kit/by-start.ts";
import { ViceError } from "../../../kit/errors.ts";
import { continueAfter } from "../../../kit/ids.ts";
import type {
  AppendItem,
  AppendResult,
  Change,
  EventLog,
  LogHead,
  VerifyResult,
} from "../../../ports/event-log.ts";
import type { WorkState } from "../../../ports/maintenance.ts";
import type { Page } from "../../../ports/page.ts";
import type {
  ActivityDetail,
  ActivityFilter,
  ProjectionSettings,
  ReadModels,
  StatusFilter,
  StatusItem,
} from "../../../ports/read-models.ts";
import type { Store } from "../../../ports/store.ts";
import { readActivities } from "./activities-read.ts";
import { type AppendState, appendAll, GENESIS } from "./append.ts";
import { ACTIVITY_COLUMNS, blobToId, idToBlob, type ReadContext, readActivity } from "./codec.ts";
import { commitsOf } from "./commits-read.ts";
import { type Connection, openConnection } from "./connection.ts";
import { deliveriesOf } from "./deliveries.ts";
import { readDetail } from "./detail-read.ts";
import { doraOf } from "./dora-read.ts";
import { durationsOf } from "./durations.ts";
import { explained, explaining } from "./explain-damage.ts";
import { namesOf, stateOf, tokensOf } from "./facets.ts";
import { figuresOf } from "./figures-read.ts";
import { flowsOf } from "./flows.ts";
import { Following } from "./follow/following.ts";
import { FOLLOWERS } from "./follow/table.ts";
import { maintenanceOf } from "./maintenance.ts";
import { namedWorkOf } from "./named-work.ts";
import { outboxOf } from "./outbox.ts";
import { Persons } from "./persons.ts";
import { Projector } from "./projector.ts";
import { runsOf } from "./runs.ts";
import { READ_MODEL_VERSION } from "./schema.ts";
import { seriesOf } from "./series.ts";
import { standingOf } from "./standing.ts";
import { StatusNow } from "./status-now.ts";
import { readStatus } from "./status-read.ts";
import { tracesOf } from "./traces/facet.ts";
import { verifyChain } from "./verify-chain.ts";
import { CATCH_UP, Work } from "./work.ts";

export interface SqliteStoreOptions {
  file: string;
  mode: "write" | "read";
  settings: ProjectionSettings;
  /** Milliseconds since 1970; tests set it. */
  now?: () => number;
  /** Hears of events that the read models could not take. */
  onError?: (error: unknown) => void;
}

export class SqliteStore implements EventLog, ReadModels {
  readonly db: Connection;
  readonly persons: Persons;
  readonly settings: ProjectionSettings;
  readonly appendState: AppendState;
  readonly following: Following;
  readonly #work: Work;
  readonly #projector: Projector;
  readonly #statusNow: StatusNow;
  readonly #mode: "write" | "read";
  readonly #listeners = new Set<(changes: readonly Change[]) => void>();

  /** @throws ViceError `store.damaged`; the connection is then still open */
  constructor(db: Connection, options: SqliteStoreOptions) {
    this.db = db;
    this.settings = options.settings;
    this.persons = new Persons(this.db);
    const projector = new Projector(this.db, options.settings, (id) => this.persons.of(id));
    const now = options.now ?? Date.now;
    this.appendState = { db: this.db, persons: this.persons, head: this.#readHead(), now };
    this.#continueIds();
    this.#mode = options.mode;
    this.following = new Following(this.db, FOLLOWERS);
    this.#work = new Work(
      this.db,
      projector,
      this.following,
      () => this.appendState.head.seq,
      (changes) => this.#tell(changes),
      options.onError ?? (() => {}),
    );
    this.#projector = projector;
    this.#statusNow = new StatusNow(this.db, projector.changedPlaces);
    projector.onRules = (names) => this.#work.rename(names);
    if (options.mode === "write") this.#work.resume(options.settings, READ_MODEL_VERSION);
  }

  append(items: readonly AppendItem[]): AppendResult[] {
    const { results, changes } = appendAll(this.appendState, items);
    this.#tell(changes);
    return results;
  }

  events(after: number, limit: number): LogEvent[] {
    const rows = this.db.all("SELECT body FROM event WHERE seq > ? ORDER BY seq LIMIT ?", after, limit);
    return rows.map((row) => JSON.parse(row["body"] as string) as LogEvent);
  }

  /** The head of the log; a reader sees what other processes wrote since. */
  head(): LogHead {
    return this.#readHead();
  }

  verify(expect: LogHead | null, progress: (share: number) => void): Promise<VerifyResult> {
    return verifyChain(this.db, expect, progress);
  }

  onChange(listener: (changes: readonly Change[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  status(filter: StatusFilter, nowMs: number): StatusItem[] {
    this.catchUp();
    return readStatus(this.db, this.#statusNow, filter, this.context(nowMs), this.settings.environmentOrder);
  }

  activities(filter: ActivityFilter, limit: number, cursor: string | null, nowMs: number): Page<Activity> {
    this.catchUp();
    return readActivities(this.db, filter, limit, cursor, this.context(nowMs), (word) =>
      this.persons.find(word),
    );
  }

  activity(id: string, nowMs: number): Activity | null {
    this.catchUp();
    const row = this.db.get(`SELECT ${ACTIVITY_COLUMNS} FROM activity WHERE id = ?`, idToBlob(id));
    return row === undefined ? null : readActivity(row, this.context(nowMs));
  }

  detail(id: string, nowMs: number): ActivityDetail | null {
    this.catchUp();
    return readDetail(this.db, id, this.context(nowMs));
  }

  /** Throws the read models away; `work` builds them again. */
  startRebuild(): void {
    this.#work.rebuild();
  }

  /**
   * What was acknowledged is visible to the next read: projects what is new since. A long way behind (a rebuild) the
   * read models answer as they are, and the lag is shown.
   */
  catchUp(): void {
    if (this.#mode === "read" || this.lag > CATCH_UP) return;
    try {
      while (this.lag > 0) this.#work.step(0);
    } catch (error) {
      if (!(error instanceof ViceError) || error.code !== "store.unavailable") throw error;
    }
  }

  /** What follows the activities (links, rollups) knows what was acknowledged too, unless it is far behind. */
  catchUpFollowers(): void {
    this.catchUp();
    if (this.#mode === "write") this.#work.catchUpFollowers();
  }

  /** Events in the log that the read models do not know yet. */
  get lag(): number {
    return this.appendState.head.seq - this.#work.projected;
  }

  /** Events that the read models could not take. */
  get failedEvents(): number {
    return this.#work.leftOut.count;
  }

  /** Other rules from the configuration. */
  configure(settings: ProjectionSettings): void {
    Object.assign(this.settings, settings);
    this.#projector.loadRules();
    this.#work.resume(this.settings, READ_MODEL_VERSION);
  }

  /** One piece of background work (rebuild, naming again). @returns what is left to do */
  work(budgetMs: number): WorkState {
    return this.#work.step(budgetMs);
  }

  close(): void {
    this.db.close();
  }

  #readHead(): LogHead {
    const row = this.db.get("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1");
    if (row === undefined) return { seq: 0, hash: GENESIS };
    return { seq: row["seq"] as number, hash: Buffer.from(row["hash"] as Uint8Array).toString("hex") };
  }

  /** Ids ascend in the order of the log, also after a start with a clock that was set back. */
  #continueIds(): void {
    for (const sql of [
      "SELECT json_extract(body, '$.id') AS id FROM event ORDER BY seq DESC LIMIT 1",
      "SELECT id FROM delivery ORDER BY n DESC LIMIT 1",
    ]) {
      const id = this.db.get(sql)?.["id"];
      if (typeof id === "string") continueAfter(id);
    }
  }

  /** What reading adds to what is stored. */
  context(nowMs: number): ReadContext {
    return { nowMs, abandonAfterMs: this.settings.abandonAfterMs, person: (id) => this.persons.of(id) };
  }

  #tell(changes: readonly Change[]): void {
    if (changes.length > 0) for (const listener of this.#listeners) listener(changes);
  }
}

/** An activity id from a person: whole, or the start of one that is unique. */
function findActivityId(db: Connection, text: string): string {
  const hex = text.trim().toLowerCase().replaceAll("-", "");
  const missing = { what: "activity", name: text, hint: "List them: vice deployments" };
  if (!/^[0-9a-f]{6,32}$/.test(hex)) throw new ViceError("not-found", missing);
  const low = Buffer.from(hex.padEnd(32, "0"), "hex");
  const high = Buffer.from(hex.padEnd(32, "f"), "hex");
  const rows = db.all("SELECT id FROM activity WHERE id BETWEEN ? AND ? LIMIT ?", low, high, NAMED + 1);
  if (rows.length === 0) throw new ViceError("not-found", missing);
  if (rows.length > 1)
    throw severalFit(
      text,
      rows.map((row) => blobToId(row["id"])),
    );
  return blobToId(rows[0]?.["id"]);
}

function onConnection(db: Connection, options: SqliteStoreOptions): SqliteStore {
  try {
    return new SqliteStore(db, options);
  } catch (error) {
    const clear = explained(db, error);
    db.close(); // left open it would keep its locks for as long as the process lives
    throw clear;
  }
}

/** Opens the store with all its facets. @throws ViceError `store.damaged`, `store.newer`, `store.unavailable` */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  const store = onConnection(openConnection(options.file, options.mode), options);
  const deliveries = deliveriesOf(store.db);
  const clear = <T extends object>(facet: T): T => explaining(store.db, facet);
  return {
    log: clear(store),
    read: clear(store),
    deliveries: clear(deliveries),
    names: clear(namesOf(store.db, () => store.catchUp())),
    tokens: tokensOf(store.db),
    state: stateOf(store.db),
    standing: clear(
      standingOf(
        store.db,
        () => store.catchUp(),
        () => store.lag,
      ),
    ),
    runs: clear(runsOf(store.db, () => store.catchUp())),
    outbox: clear(outboxOf(store.db)),
    flows: clear(
      flowsOf(
        store.db,
        () => store.catchUpFollowers(),
        (nowMs) => store.context(nowMs),
      ),
    ),
    durations: clear(durationsOf(store.db, () => store.catchUpFollowers())),
    series: clear(seriesOf(store.db, () => store.catchUp())),
    dora: clear(
      doraOf(
        store.db,
        () => store.catchUpFollowers(),
        () => !store.following.isCurrent() || store.following.isBehind(),
      ),
    ),
    traces: clear(
      tracesOf({
        db: store.db,
        context: (nowMs) => store.context(nowMs),
        catchUp: () => store.catchUpFollowers(),
        resolveId: (text) => findActivityId(store.db, text),
      }),
    ),
    commits: clear({
      ...commitsOf(
        store.db,
        () => store.catchUp(),
        (id) => store.persons.of(id),
      ),
      ...namedWorkOf(
        store.db,
        () => store.catchUpFollowers(),
        (nowMs) => store.context(nowMs),
      ),
    }),
    figures: clear(figuresOf(store.db, () => store.catchUpFollowers())),
    maintenance: clear(
      maintenanceOf({
        db: store.db,
        append: store.appendState,
        persons: store.persons,
        lag: () => store.lag,
        failedEvents: () => store.failedEvents,
        catchUp: () => store.catchUpFollowers(),
        followers: {
          areCurrent: () => store.following.isCurrent() && !store.following.isBehind(),
          lag: () => store.following.lag(),
        },
        startRebuild: () => store.startRebuild(),
        work: (budgetMs) => store.work(budgetMs),
        configure: (fresh) => store.configure(fresh),
      }),
    ),
    resolveId: (text) => {
      store.catchUp();
      return findActivityId(store.db, text);
    },
    close: () => {
      try {
        if (options.mode === "write") deliveries.flush();
      } finally {
        store.close();
      }
    },
  };
}
