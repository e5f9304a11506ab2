/** Takes in deliveries that were normalised again: appends what they say now, and the former events no longer count. */

import type { Actor } from "../../../domain/activity.ts";
import type { EventData, LogEvent, NewEvent } from "../../../domain/event.ts";
import type { Reprocessed } from "../../../ports/maintenance.ts";
import { type AppendState, appendEvent, deliveryKey, guarded } from "./append.ts";
import type { Connection } from "./connection.ts";
import type { Persons } from "./persons.ts";

type Observed = NewEvent<"vice.activity.observed.v1">;

/** One transaction. @returns for each delivery whether it says something else now; with `write` that was then stored */
export function supersedeAll(state: AppendState, list: readonly Reprocessed[], write: boolean): boolean[] {
  return guarded(state, () =>
    list.map((each) => {
      if (!isCurrent(state.db, each)) return false;
      const former = formerEvents(state, each);
      const events = each.events.map((event) => withForgotten(event, former, state.persons));
      const differs = each.outcome !== each.delivery.outcome || isOther(events, former, state.persons);
      if (differs && write) supersede(state, each, events);
      return differs;
    }),
  );
}

/** Another run may have taken the delivery in since it was read: what it wrote counts. */
function isCurrent(db: Connection, { delivery: { n, generation, events } }: Reprocessed): boolean {
  const row = db.get("SELECT generation, first_seq, last_seq FROM delivery WHERE n = ?", n);
  if (row?.["generation"] !== generation) return false;
  return row["first_seq"] === (events?.fromSeq ?? null) && row["last_seq"] === (events?.toSeq ?? null);
}

function formerEvents(
  { db }: AppendState,
  { delivery }: Reprocessed,
): Array<LogEvent<"vice.activity.observed.v1">> {
  if (delivery.events === null) return [];
  const { fromSeq, toSeq } = delivery.events;
  return db
    .all("SELECT body FROM event WHERE seq BETWEEN ? AND ? ORDER BY seq", fromSeq, toSeq)
    .map((row) => JSON.parse(row["body"] as string) as LogEvent<"vice.activity.observed.v1">)
    .filter((event) => event.type === "vice.activity.observed.v1");
}

/** The raw body still holds the name of a person who was forgotten: the id that means nobody stays. */
function withForgotten(event: Observed, former: readonly Observed[], persons: Persons): Observed {
  if (!event.data.facts.actor) return event;
  const before = former.find(
    (each) =>
      each.subject === event.subject && each.data.step === event.data.step && each.data.at === event.data.at,
  );
  const id = before?.data.facts.actor?.login;
  if (!id || persons.of(id) !== null) return event;
  return withActor(event, { name: null, login: id });
}

const withActor = (event: Observed, actor: Actor): Observed => ({
  ...event,
  data: { ...event.data, facts: { ...event.data.facts, actor } },
});

function isOther(events: readonly Observed[], former: readonly Observed[], persons: Persons): boolean {
  const now = events.map((event) => contentOf(event, personOf(event, persons)));
  const before = former.map((event) => contentOf(event, event.data.facts.actor?.login ?? null));
  return JSON.stringify(now) !== JSON.stringify(before);
}

function personOf({ data: { facts, object } }: Observed, persons: Persons): string | null {
  const { actor } = facts;
  if (!actor || (actor.name === null && actor.login === null)) return null;
  if (actor.login !== null && persons.isId(actor.login)) return actor.login;
  return persons.known(`${object.source}/${object.instance}`, actor) ?? "somebody new";
}

/** What an event says, without what differs by generation; `null` says nothing. */
function contentOf({ subject, data }: Observed, person: string | null): unknown {
  const { generation: _generation, facts, ...rest } = data;
  const { actor: _actor, ...said } = facts;
  return sorted({ subject, ...rest, facts: said, person });
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).filter(([, each]) => each !== null && each !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]),
  );
}

/**
 * The new events come first, so that an activity which both tell of stays what it is. A delivery that nobody understood
 * belongs to the instance that it turns out to come from.
 */
function supersede(
  state: AppendState,
  { delivery, outcome, reason, others = [] }: Reprocessed,
  events: readonly Observed[],
): void {
  const nowMs = state.now();
  const firstSeq = state.head.seq + 1;
  const generation = delivery.generation + 1;
  for (const event of events) appendEvent(state, { ...event, data: { ...event.data, generation } }, nowMs);
  if (delivery.outcome !== "accepted") for (const event of others) appendEvent(state, event, nowMs);
  const { id, source, verified, bodySha256: sha256, events: supersedes } = delivery;
  const instance = delivery.instance === "" ? (events[0]?.data.object.instance ?? "") : delivery.instance;
  const data: EventData["vice.delivery.received.v1"] = {
    ...{ source, instance, outcome, reason, verified, generation, supersedes },
  };
  const received: NewEvent<"vice.delivery.received.v1"> = {
    ...{ type: "vice.delivery.received.v1", source: `/hooks/${source}/${instance}`, subject: id },
    ...{ time: delivery.receivedAt, data, actor: null, traceparent: null, delivery: { id, sha256 } },
  };
  appendEvent(state, received, nowMs);
  const columns = "instance = ?, generation = ?, first_seq = ?, last_seq = ?, outcome = ?, reason = ?";
  const values = [instance, generation, firstSeq, state.head.seq, outcome, reason, delivery.n];
  state.db.run(`UPDATE delivery SET ${columns} WHERE n = ?`, ...values);
  if (instance !== delivery.instance) seenAlsoAs(state.db, delivery, instance);
  recount(state.db, delivery, { instance, outcome });
}

/** The same delivery again is a duplicate under its new instance too. */
function seenAlsoAs(
  db: Connection,
  { n, source, instance, headerId }: Reprocessed["delivery"],
  now: string,
): void {
  const [before, after] = [instance, now].map((each) => deliveryKey(source, each, headerId));
  if (before === undefined || after === undefined) return;
  db.run(
    "INSERT OR IGNORE INTO delivery_seen SELECT ?, sha256, n FROM delivery_seen WHERE id_key = ? AND n = ?",
    after,
    before,
    n,
  );
}

/** The counts of the source say what its deliveries are now. */
function recount(
  db: Connection,
  { source, instance, outcome, receivedAt }: Reprocessed["delivery"],
  now: Pick<Reprocessed["delivery"], "instance" | "outcome">,
): void {
  if (outcome === now.outcome && instance === now.instance) return;
  const where = "WHERE source = ? AND instance = ?";
  db.run(`UPDATE source_stat SET ${outcome} = max(0, ${outcome} - 1) ${where}`, source, instance);
  db.run(
    `INSERT INTO source_stat (source, instance, ${now.outcome}, last_ms, last_outcome) VALUES (?, ?, 1, ?, ?)
     ON CONFLICT DO UPDATE SET ${now.outcome} = ${now.outcome} + 1`,
    ...[source, now.instance, Date.parse(receivedAt), now.outcome],
  );
  db.run(
    `DELETE FROM source_stat ${where} AND accepted + duplicate + ignored + unmapped + rejected = 0`,
    source,
    instance,
  );
}
