/** What stands now because somebody said so: the andon cord, freezes, locks, approvals, projects. A read model of the log. */
import { type EventData, type EventType, isEvent, type LogEvent } from "../../../domain/event.ts";
import { registeredAs } from "../../../domain/project/registered.ts";
import type { Standing, StandingKind, Stands } from "../../../ports/standing.ts";
import type { Connection } from "./connection.ts";

type Key<T extends EventType> = (data: EventData[T], actor: string | null) => string;
type Rows = { [T in EventType]?: { kind: StandingKind; key: Key<T>; put: boolean } };

const placeKey = ({ service, environment }: { service: string; environment: string }): string =>
  JSON.stringify([service, environment]);

/** An event puts a row in the place of one with the same key, or takes it away. */
const ROWS: Rows = {
  "vice.andon.pulled.v1": { kind: "andon", key: (data) => data.andonId, put: true },
  "vice.andon.released.v1": { kind: "andon", key: (data) => data.andonId, put: false },
  "vice.freeze.declared.v1": { kind: "freeze", key: (data) => data.freezeId, put: true },
  "vice.freeze.lifted.v1": { kind: "freeze", key: (data) => data.freezeId, put: false },
  "vice.freeze.overridden.v1": { kind: "override", key: (data) => data.overrideId, put: true },
  "vice.freeze.override-withdrawn.v1": { kind: "override", key: (data) => data.overrideId, put: false },
  "vice.batch.overridden.v1": { kind: "batch-override", key: (data) => data.overrideId, put: true },
  "vice.lock.taken.v1": { kind: "lock", key: (data) => data.lockId, put: true },
  "vice.lock.freed.v1": { kind: "lock", key: (data) => data.lockId, put: false },
  "vice.approval.asked.v1": {
    kind: "approval-asked",
    // Each who asked stands: none of them may agree.
    key: ({ service, environment, version }, actor) => JSON.stringify([service, environment, version, actor]),
    put: true,
  },
  "vice.approval.given.v1": { kind: "approval", key: (data) => data.approvalId, put: true },
  "vice.approval.withdrawn.v1": { kind: "approval", key: (data) => data.approvalId, put: false },
  "vice.drift.found.v1": { kind: "drift", key: (data) => placeKey(data), put: true },
  "vice.drift.settled.v1": { kind: "drift", key: (data) => placeKey(data), put: false },
  "vice.query.saved.v1": { kind: "query", key: (data) => data.name, put: true },
  "vice.query.removed.v1": { kind: "query", key: (data) => data.name, put: false },
  "vice.dashboard.saved.v1": { kind: "dashboard", key: (data) => data.name, put: true },
  "vice.dashboard.removed.v1": { kind: "dashboard", key: (data) => data.name, put: false },
  "vice.experiment.started.v1": { kind: "experiment", key: (data) => data.name, put: true },
  "vice.experiment.stopped.v1": { kind: "experiment-stopped", key: (data) => data.name, put: true },
  "vice.abnormal.found.v1": { kind: "abnormal", key: (data) => data.key, put: true },
  "vice.abnormal.settled.v1": { kind: "abnormal", key: (data) => data.key, put: false },
  "vice.project.registered.v1": { kind: "project", key: (data) => data.project, put: true },
  "vice.project.removed.v1": { kind: "project", key: (data) => data.project, put: false },
};

/**
 * Takes in an event that makes or ends something that stands; others it leaves alone. Call inside a transaction.
 * @returns whether it was such an event
 */
export function applyStanding(db: Connection, event: LogEvent): boolean {
  const row = ROWS[event.type];
  if (row === undefined) return false;
  const key = (row.key as (data: unknown, actor: string | null) => string)(event.data, event.actor);
  if (!row.put) {
    db.run("DELETE FROM standing WHERE kind = ? AND key = ?", row.kind, key);
    return true;
  }
  // A lock that takes the place of another one says which: that one ends with the same event.
  if (event.type === "vice.lock.taken.v1") {
    const { former } = (event as LogEvent<"vice.lock.taken.v1">).data;
    if (former !== null) db.run("DELETE FROM standing WHERE kind = 'lock' AND key = ?", former);
  }
  const { seq, time, actor, data } = event;
  db.run(
    "INSERT OR REPLACE INTO standing VALUES (?, ?, ?, ?, ?, ?)",
    row.kind,
    key,
    seq,
    time,
    actor,
    JSON.stringify(isEvent(event, "vice.project.registered.v1") ? withRules(event.data) : data),
  );
  return true;
}

/** Reading a project costs a schema and a millisecond: done here, nobody does it who asks. */
const withRules = (data: EventData["vice.project.registered.v1"]): Stands<"project">["data"] => ({
  ...data,
  asks: registeredAs(data.project, data.config),
});

/** What was read once is kept: of one event there is one row, which never changes. */
const MOST_KEPT = 2000;

/** @param lag events that are not taken in yet */
export function standingOf(db: Connection, catchUp: () => void, lag: () => number): Standing {
  const kept = new Map<number, Stands<StandingKind>>();
  const read = (seq: number): Stands<StandingKind> => {
    const row = db.get("SELECT key, at, actor, body FROM standing WHERE seq = ?", seq) ?? {};
    const stands = {
      key: row["key"] as string,
      seq,
      at: row["at"] as string,
      actor: row["actor"] as string | null,
      data: JSON.parse(row["body"] as string) as Stands<StandingKind>["data"],
    };
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(seq, stands);
    return stands;
  };
  return {
    behind: () => {
      catchUp();
      return lag();
    },
    list: <K extends StandingKind>(kind: K) => {
      catchUp();
      const rows = db.all("SELECT seq FROM standing WHERE kind = ? ORDER BY seq", kind);
      return rows.map((row) => {
        const seq = row["seq"] as number;
        return (kept.get(seq) ?? read(seq)) as Stands<K>;
      });
    },
  };
}
