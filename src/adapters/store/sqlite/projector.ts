/** Projects events into the read models, many at once: each activity is folded and written once for each batch. */
import type { Actor } from "../../../domain/activity.ts";
import type { EventData, EventType, LogEvent } from "../../../domain/event.ts";
import { fold } from "../../../domain/fold.ts";
import { traceIdOf } from "../../../kit/ids.ts";
import type { Change } from "../../../ports/event-log.ts";
import type { ProjectionSettings } from "../../../ports/read-models.ts";
import { type ActivityRow, type Corrections, changeOf, readCorrections, toRow } from "./activity-row.ts";
import { type Former, insertRow, readFormer, updateRow } from "./activity-write.ts";
import { idToBlob } from "./codec.ts";
import { applyLines } from "./commit-lines.ts";
import { applyPushes } from "./commit-pushes.ts";
import { applyCommits } from "./commits-write.ts";
import type { Connection } from "./connection.ts";
import { LongKnown } from "./long-known.ts";
import { NameCounts } from "./name-counts.ts";
import { NameRules } from "./name-rules.ts";
import { type ChangedPlaces, Places } from "./places.ts";
import { applyRuns } from "./runs.ts";
import { applySeries } from "./series.ts";
import { applyStanding } from "./standing.ts";
import { applyTests } from "./test-reports.ts";
import { applySaidLink } from "./traces/said-links.ts";
import {
  addEvent,
  eachOnce,
  type Known,
  nothingKnown,
  type Observed,
  readKnown,
  transitionKey,
} from "./transitions.ts";

/** One batch: what has to be folded again, and what became of it. */
interface Batch {
  /** New transitions by activity id, in order of the log. */
  observed: Map<string, Observed[]>;
  changes: Change[];
}

const CORRECTIONS =
  "SELECT e.body FROM correction c JOIN event e ON e.seq = c.seq WHERE c.id = ? ORDER BY c.seq";

export class Projector {
  readonly #db: Connection;
  readonly #person: (id: string) => Actor | null;
  readonly #places: Places;
  readonly #names: NameCounts;
  readonly #long: LongKnown;
  readonly rules: NameRules;

  constructor(db: Connection, settings: ProjectionSettings, person: (id: string) => Actor | null) {
    this.#db = db;
    this.#person = person;
    this.#places = new Places(db, settings);
    this.#names = new NameCounts(db);
    this.#long = new LongKnown(db);
    this.rules = new NameRules(db, settings);
  }

  /** Places that were written since somebody asked. */
  get changedPlaces(): ChangedPlaces {
    return this.#places.changed;
  }

  /** Forgets what is cached; needed after the tables were emptied or a transaction was rolled back. */
  reset(): void {
    this.#places.clear();
    this.#names.clear();
    this.#long.clear();
    this.rules.load();
  }

  /** Applies a run of events, oldest first. Call inside a transaction. */
  apply(events: readonly LogEvent[]): Change[] {
    const batch: Batch = { observed: new Map(), changes: [] };
    for (const event of events) {
      if (event.type === "vice.activity.observed.v1") {
        const id = event.subject ?? "";
        const list = batch.observed.get(id);
        if (list === undefined) batch.observed.set(id, [event as Observed]);
        else list.push(event as Observed);
        continue;
      }
      if (applyStanding(this.#db, event)) batch.changes.push({ type: "rules", seq: event.seq });
      applyCommits(this.#db, event);
      applySaidLink(this.#db, event);
      applySeries(this.#db, event);
      applyTests(this.#db, event);
      applyLines(this.#db, event);
      applyPushes(this.#db, event);
      const run = applyRuns(this.#db, event);
      if (run !== null) batch.changes.push({ type: "run", seq: event.seq, id: run });
      const handler = HANDLERS[event.type];
      if (handler === undefined) continue;
      this.#flush(batch);
      batch.changes.push(...handler(this, event));
    }
    this.#flush(batch);
    this.#settle();
    return batch.changes;
  }

  /** Folds activities again from their events, by number: after a correction or with other rules. */
  refold(numbers: readonly number[], seq: number): Change[] {
    const changes = numbers.map((n) => this.#refold(n, seq)).filter((change) => change !== null);
    this.#settle();
    return changes;
  }

  #settle(): void {
    this.#names.write();
    this.#places.settle();
  }

  #flush(batch: Batch): void {
    for (const [id, events] of batch.observed) {
      const change = this.#observe(id, events);
      if (change !== null) batch.changes.push(change);
    }
    batch.observed.clear();
  }

  #observe(id: string, events: readonly Observed[]): Change | null {
    const former = readFormer(this.#db, id);
    const known = former === null ? nothingKnown() : this.#long.take(former.n);
    const fresh: Array<{ seq: number; key: string }> = [];
    for (const event of events) {
      const key = transitionKey(event.data);
      if (addEvent(known, event, key)) fresh.push({ seq: event.seq, key });
    }
    const first = events[0];
    const newest = fresh.at(-1);
    if (first === undefined || newest === undefined) return null;
    const traceId = former?.traceId ?? this.#firstTraceId(first);
    const row = this.#row(first.data.object, known, traceId, this.#corrections(id));
    const n = this.#write(former, row);
    for (const { seq, key } of fresh) this.#db.run("INSERT INTO transition VALUES (?, ?, ?)", n, seq, key);
    this.#long.put(n, known);
    return changeOf(newest.seq, row);
  }

  #refold(n: number, seq: number): Change | null {
    const former = readFormer(this.#db, n);
    if (former === null) return null;
    const object = this.#object(n);
    if (object === null) {
      this.#remove(former);
      return null;
    }
    const row = this.#row(object, readKnown(this.#db, n), former.traceId, this.#corrections(former.id));
    this.#write(former, row);
    return changeOf(seq, row);
  }

  #row(
    object: Observed["data"]["object"],
    { transitions }: Known,
    traceId: string,
    corrections: Corrections | null,
  ): ActivityRow {
    return toRow(
      fold(object, eachOnce(transitions), traceId),
      corrections,
      this.rules.compiled,
      this.#person,
    );
  }

  #write(former: Former | null, row: ActivityRow): number {
    const kinded = this.#places.withKind(row, former?.n ?? null);
    const n = former === null ? insertRow(this.#db, kinded) : former.n;
    if (former !== null) updateRow(this.#db, kinded, former);
    if (former !== null) this.#names.count(former, -1);
    this.#names.count(kinded, 1);
    this.#places.touched(n, former, kinded);
    return n;
  }

  #remove(former: Former): void {
    this.#db.run("DELETE FROM activity WHERE n = ?", former.n);
    this.#names.count(former, -1);
    this.#places.touched(former.n, former, null);
  }

  #firstTraceId(event: Observed): string {
    const { traceId, parentId } = event.data.facts;
    if (traceId) return traceId;
    if (!parentId) return traceIdOf(event.subject ?? "");
    return readFormer(this.#db, parentId)?.traceId ?? traceIdOf(parentId);
  }

  #object(n: number): Observed["data"]["object"] | null {
    const row = this.#db.get(
      "SELECT e.body FROM transition t JOIN event e ON e.seq = t.seq WHERE t.n = ? ORDER BY t.seq LIMIT 1",
      n,
    );
    return row === undefined ? null : (JSON.parse(row["body"] as string) as Observed).data.object;
  }

  /** Corrections stay when an activity vanishes (its delivery was read anew) and count when it comes back. */
  #corrections(id: string): Corrections | null {
    const rows = this.#db.all(CORRECTIONS, idToBlob(id));
    return rows.length === 0
      ? null
      : readCorrections(rows.map((row) => JSON.parse(row["body"] as string) as LogEvent));
  }

  /** Events of a former generation of a delivery no longer count. */
  supersede(fromSeq: number, toSeq: number, seq: number): Change[] {
    const numbers: number[] = [];
    const events = this.#db.all(
      "SELECT json_extract(body, '$.subject') AS id FROM event WHERE seq BETWEEN ? AND ?",
      fromSeq,
      toSeq,
    );
    for (const id of new Set(events.map((row) => row["id"] as string | null))) {
      const former = id === null ? null : readFormer(this.#db, id);
      if (former === null) continue;
      this.#long.forget(former.n);
      this.#db.run("DELETE FROM transition WHERE n = ? AND seq BETWEEN ? AND ?", former.n, fromSeq, toSeq);
      this.#keepInstead(former, toSeq, seq);
      numbers.push(former.n);
    }
    return this.refold(numbers, seq);
  }

  /** What the delivery says anew came while its former events still took the place of a copy. */
  #keepInstead({ n, id }: Former, formerSeq: number, seq: number): void {
    const known = readKnown(this.#db, n);
    for (let at = seq - 1; at > formerSeq; at--) {
      const row = this.#db.get(
        "SELECT body FROM event WHERE seq = ? AND body ->> '$.delivery.id' = (SELECT body ->> '$.subject' FROM event WHERE seq = ?)",
        at,
        seq,
      );
      if (row === undefined) return;
      const event = JSON.parse(row["body"] as string) as Observed;
      if (event.type !== "vice.activity.observed.v1") return;
      if (event.subject !== id || this.#db.get("SELECT 1 FROM transition WHERE n = ? AND seq = ?", n, at))
        continue;
      const key = transitionKey(event.data);
      if (addEvent(known, event, key)) this.#db.run("INSERT INTO transition VALUES (?, ?, ?)", n, at, key);
    }
  }

  corrected(event: LogEvent): Change[] {
    const id = event.subject ?? "";
    this.#db.run("INSERT OR IGNORE INTO correction VALUES (?, ?)", idToBlob(id), event.seq);
    const former = readFormer(this.#db, id);
    return former === null ? [] : this.refold([former.n], event.seq);
  }

  /** Another rule. @param change makes it, and says whether anything changed */
  ruled(change: () => boolean, seq: number): Change[] {
    this.#names.write(); // the rule looks at the names that were reported, also just now
    return change() ? [{ type: "names", seq }] : [];
  }
}

type Handler = (projector: Projector, event: LogEvent) => Change[];

const HANDLERS: Partial<Record<EventType, Handler>> = {
  "vice.activity.amended.v1": (projector, event) => projector.corrected(event),
  "vice.activity.voided.v1": (projector, event) => projector.corrected(event),
  "vice.activity.restored.v1": (projector, event) => projector.corrected(event),
  "vice.names.ruled.v1": (projector, event) =>
    projector.ruled(() => projector.rules.add(event as LogEvent<"vice.names.ruled.v1">), event.seq),
  "vice.names.unruled.v1": (projector, event) =>
    projector.ruled(() => projector.rules.remove(event as LogEvent<"vice.names.unruled.v1">), event.seq),
  "vice.delivery.received.v1": (projector, event) => {
    const { supersedes } = event.data as EventData["vice.delivery.received.v1"];
    return supersedes ? projector.supersede(supersedes.fromSeq, supersedes.toSeq, event.seq) : [];
  },
};
