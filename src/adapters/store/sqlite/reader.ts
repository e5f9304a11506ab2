/** Opens the store for one question: without what writes, so that it takes a millisecond and little is loaded. */
import type { AskedStore } from "../../../ports/asked.ts";
import type { ProjectionSettings } from "../../../ports/read-models.ts";
import { readActivities } from "./activities-read.ts";
import { ACTIVITY_COLUMNS, idToBlob, type ReadContext, readActivity } from "./codec.ts";
import { commitsOf } from "./commits-read.ts";
import { namesOf, stateOf, tokensOf } from "./facets.ts";
import { findPersons, readPerson } from "./persons.ts";
import { type Connection, openForReading } from "./reading-connection.ts";
import { runsOf } from "./runs.ts";
import { READ_MODEL_VERSION, SCHEMA_VERSION } from "./schema.ts";
import { standingOf } from "./standing.ts";
import { StatusNow } from "./status-now.ts";
import { readStatus } from "./status-read.ts";

export interface StoreReader extends AskedStore {
  close(): void;
}

type Settings = Pick<ProjectionSettings, "abandonAfterMs" | "environmentOrder">;

/**
 * @returns `null` when the read models are not what the log says: of another version of vice, or behind it
 * @throws what SQLite throws, ViceError `store.newer`
 */
export function openReader(file: string, settings: Settings): StoreReader | null {
  const db = openForReading(file);
  if (isUpToDate(db)) return readerOn(db, settings);
  db.close();
  return null;
}

function isUpToDate(db: Connection): boolean {
  const head = Number(db.get("SELECT max(seq) AS seq FROM event")?.["seq"] ?? 0);
  return (
    db.get("PRAGMA user_version")?.["user_version"] === SCHEMA_VERSION &&
    db.meta("readModelVersion") === String(READ_MODEL_VERSION) &&
    db.meta("projectedSeq") === String(head)
  );
}

function readerOn(db: Connection, { abandonAfterMs, environmentOrder }: Settings): StoreReader {
  const statusNow = new StatusNow(db, { all: true, services: new Set() });
  const nothing = (): void => {}; // it is up to date, and writes nothing
  const context = (nowMs: number): ReadContext => ({
    ...{ nowMs, abandonAfterMs, person: (id) => readPerson(db, id) },
  });
  return {
    read: {
      status: (filter, nowMs) => readStatus(db, statusNow, filter, context(nowMs), environmentOrder),
      activities: (filter, limit, cursor, nowMs) =>
        readActivities(db, filter, limit, cursor, context(nowMs), (word) => findPersons(db, word)),
      activity: (id, nowMs) => {
        const row = db.get(`SELECT ${ACTIVITY_COLUMNS} FROM activity WHERE id = ?`, idToBlob(id));
        return row === undefined ? null : readActivity(row, context(nowMs));
      },
    },
    commits: commitsOf(db, nothing, (id) => readPerson(db, id)),
    names: namesOf(db, nothing),
    tokens: tokensOf(db),
    state: stateOf(db),
    standing: standingOf(db, nothing, () => 0),
    runs: runsOf(db, nothing),
    close: () => db.close(),
  };
}
