/** Background work on the read models in small transactions: catching up, building again, naming again. */
import type { LogEvent } from "../../../domain/event.ts";
import { sha256Hex } from "../../../kit/ids.ts";
import type { Change } from "../../../ports/event-log.ts";
import type { WorkState } from "../../../ports/maintenance.ts";
import type { ProjectionSettings } from "../../../ports/read-models.ts";
import type { Connection, Row } from "./connection.ts";
import type { Following } from "./follow/following.ts";
import { LeftOut } from "./left-out.ts";
import type { Projector } from "./projector.ts";
import { Rename } from "./rename.ts";
import { READ_TABLE_NAMES, READ_TABLES } from "./schema.ts";

/** Events or activities in one transaction: few while the log is followed, so that deliveries wait briefly; many far behind. */
const CHUNK = 500;
/** Activities that are handed to the followers in one transaction. */
const FOLLOWED = 250;
const FOLLOWING = { lag: 200, chunk: 16 };
/** Events behind which a read still waits for the projection, and of which listeners hear one by one. */
export const CATCH_UP = 2000;

export class Work {
  readonly #db: Connection;
  readonly #projector: Projector;
  readonly #rename: Rename;
  readonly #following: Following;
  /** What the projector could not take. */
  readonly leftOut: LeftOut;
  readonly #headSeq: () => number;
  #projected = 0;
  #resumed = false;
  readonly #tell: (changes: readonly Change[]) => void;

  constructor(
    db: Connection,
    projector: Projector,
    following: Following,
    headSeq: () => number,
    tell: (changes: readonly Change[]) => void,
    onError: (error: unknown) => void,
  ) {
    this.#db = db;
    this.#projector = projector;
    this.#following = following;
    this.#rename = new Rename(db);
    this.leftOut = new LeftOut(db, onError);
    this.#headSeq = headSeq;
    this.#tell = tell;
  }

  /** Picks up what an earlier process left, and what changed in version or configuration since. */
  resume(settings: ProjectionSettings, version: number): void {
    const configured = sha256Hex(JSON.stringify([settings.configRules, settings.sourceOrder]));
    this.#db.transaction(() => {
      if (this.#db.meta("readModelVersion") !== String(version)) {
        this.#drop();
        this.#db.setMeta("readModelVersion", String(version));
      }
      const before = this.#db.meta("configured");
      if (before !== null && before !== configured) this.renameAll();
      this.#db.setMeta("configured", configured);
      this.#following.resume(settings.timeZone ?? "UTC");
    });
    this.#projected = this.#storedSeq();
    this.#resumed = true;
  }

  /** `seq` up to which the read models know the log. A reader, who never resumes, asks what the writer noted. */
  get projected(): number {
    return this.#resumed ? this.#projected : this.#storedSeq();
  }

  rebuild(): void {
    this.#db.transaction(() => this.#drop());
    this.#projected = 0;
  }

  /** Every activity is named again by the present rules. Call inside a transaction. */
  renameAll(): void {
    this.#rename.begin(null);
  }

  /** Activities that were reported under these names are named again; `null` = all. Call inside a transaction. */
  rename(names: readonly string[] | null): void {
    this.#rename.begin(names);
  }

  step(budgetMs: number): WorkState {
    const end = performance.now() + budgetMs;
    let state = this.#state();
    let many = false;
    try {
      while (!state.idle) {
        const changes = this.#once(state.what);
        if (state.what === "rename" || state.total - state.done > CATCH_UP) many = true;
        else this.#tell(changes);
        state = this.#state();
        if (performance.now() >= end) break;
      }
    } finally {
      if (many) this.#tell([{ type: "names", seq: this.#projected }]);
    }
    return state;
  }

  #once(what: "rebuild" | "rename" | "follow"): Change[] {
    if (what === "rebuild") return this.#project();
    return what === "rename" ? this.#nameAgain() : this.#follow();
  }

  /** Hands the next changed activities to the followers. Nobody is told: they give no answer of their own. */
  #follow(): Change[] {
    try {
      this.#transaction(() => this.#following.step(FOLLOWED));
    } catch (error) {
      this.leftOut.check(error);
      for (let each = 0; each < FOLLOWED; each += 1) this.#followAlone();
    }
    return [];
  }

  #followAlone(): void {
    try {
      this.#transaction(() => this.#following.step(1));
    } catch (error) {
      this.leftOut.check(error);
      this.#transaction(() => {
        const failures = this.#following.stepOver((each) => this.leftOut.check(each));
        for (const { follower, n, error: own } of failures)
          this.leftOut.tell(`activity number ${n}`, `what follows: ${follower}`, own);
      });
    }
  }

  /** What follows the activities knows them as they are, when that is little work; to build or name them again is not its. */
  catchUpFollowers(): void {
    while (this.#following.isBehind() && !this.#following.isFarBehind(CATCH_UP)) this.#follow();
  }

  #state(): WorkState {
    const total = this.#headSeq();
    const done = this.#projected;
    if (done < total) return { idle: false, what: "rebuild", share: done / total, done, total };
    const naming = this.#rename.state();
    if (!naming.idle || !this.#following.isBehind()) return naming;
    const { left } = this.#following;
    return { idle: false, what: "follow", share: 1 / (1 + left), done: 0, total: left };
  }

  #storedSeq(): number {
    return Number(this.#db.meta("projectedSeq") ?? 0);
  }

  #drop(): void {
    for (const table of READ_TABLE_NAMES) this.#db.db.exec(`DROP TABLE IF EXISTS ${table}`);
    this.#db.db.exec(READ_TABLES);
    this.#db.setMeta("projectedSeq", "0");
    this.#rename.clear();
    this.leftOut.clear();
    this.#following.reset();
    this.#projector.reset();
  }

  #project(): Change[] {
    const rows = this.#db.all(
      "SELECT seq, body FROM event WHERE seq > ? ORDER BY seq LIMIT ?",
      this.#projected,
      this.#headSeq() - this.#projected > FOLLOWING.lag ? CHUNK : FOLLOWING.chunk,
    );
    try {
      return this.#take(rows);
    } catch (error) {
      this.leftOut.check(error);
      return rows.flatMap((row) => this.#takeAlone(row));
    }
  }

  #take(rows: readonly Row[]): Change[] {
    const seq = rows.at(-1)?.["seq"] as number;
    const changes = this.#transaction(() => {
      const made = this.#projector.apply(rows.map((row) => JSON.parse(row["body"] as string) as LogEvent));
      this.#db.setMeta("projectedSeq", String(seq));
      return made;
    });
    this.#projected = seq;
    return changes;
  }

  #takeAlone(row: Row): Change[] {
    try {
      return this.#take([row]);
    } catch (error) {
      this.leftOut.check(error);
      const seq = row["seq"] as number;
      this.#transaction(() => {
        this.leftOut.note(`event ${seq}`, error);
        this.#db.setMeta("projectedSeq", String(seq));
      });
      this.#projected = seq;
      return [];
    }
  }

  /** Not synced by itself: what is lost in a power cut is projected again, and the next append syncs it too. */
  #transaction<T>(body: () => T): T {
    this.#db.db.exec("PRAGMA synchronous = NORMAL");
    try {
      return this.#db.transaction(body);
    } catch (error) {
      this.#projector.reset();
      this.#following.reload();
      throw error;
    } finally {
      this.#db.db.exec("PRAGMA synchronous = FULL");
    }
  }

  #nameAgain(): Change[] {
    try {
      return this.#nameNext(CHUNK);
    } catch (error) {
      this.leftOut.check(error);
      return Array.from({ length: CHUNK }, () => this.#nameAlone()).flat();
    }
  }

  #nameNext(limit: number): Change[] {
    return this.#transaction(() => this.#projector.refold(this.#rename.next(limit), this.#projected));
  }

  #nameAlone(): Change[] {
    try {
      return this.#nameNext(1);
    } catch (error) {
      this.leftOut.check(error);
      this.#transaction(() => {
        for (const n of this.#rename.next(1)) this.leftOut.note(`activity number ${n}`, error);
      });
      return [];
    }
  }
}
