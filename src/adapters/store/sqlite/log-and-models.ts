/** The log and the read models that follow it, on one connection: what is acknowledged is visible to the next read. */
import type { Activity } from "../../../domain/activity.ts";
import type { LogEvent } from "../../../domain/event.ts";
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
import { readActivities } from "./activities-read.ts";
import { type AppendState, appendAll, GENESIS } from "./append.ts";
import { ACTIVITY_COLUMNS, idToBlob, type ReadContext, readActivity } from "./codec.ts";
import type { Connection } from "./connection.ts";
import { readDetail } from "./detail-read.ts";
import { Following } from "./follow/following.ts";
import { FOLLOWERS } from "./follow/table.ts";
import { Persons } from "./persons.ts";
import { Projector } from "./projector.ts";
import { READ_MODEL_VERSION } from "./schema.ts";
import { StatusNow } from "./status-now.ts";
import { readStatus } from "./status-read.ts";
import { verifyChain } from "./verify-chain.ts";
import { CATCH_UP, Work } from "./work.ts";

export interface StoreOptions {
  file: string;
  mode: "write" | "read";
  settings: ProjectionSettings;
  /** Milliseconds since 1970; tests set it. */
  now?: () => number;
  /** Version of the program: another one tries again what could not be taken in. */
  program?: string;
  /** Hears of events that the read models could not take. */
  onError?: (error: unknown) => void;
}

export class LogAndModels implements EventLog, ReadModels {
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
  constructor(db: Connection, options: StoreOptions) {
    this.db = db;
    this.settings = options.settings;
    this.persons = new Persons(this.db);
    const projector = new Projector(this.db, options.settings, (id) => this.persons.of(id));
    const now = options.now ?? Date.now;
    this.appendState = { db: this.db, persons: this.persons, head: this.#readHead(), now };
    this.#continueIds();
    this.#mode = options.mode;
    this.following = new Following(this.db, FOLLOWERS, options.program);
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
    projector.rules.onChange = (names) => this.#work.rename(names);
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
    this.#projector.rules.load();
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
