/** Care of the store as a whole: copies, health, rebuilding, and deliveries normalised again. */
import { existsSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Maintenance, StoreHealth, WorkState } from "../../../ports/maintenance.ts";
import type { AppendState } from "./append.ts";
import type { Connection } from "./connection.ts";
import { copyStore } from "./copy.ts";
import { erasing } from "./erasing.ts";
import type { Persons } from "./persons.ts";
import { READ_MODEL_VERSION } from "./schema.ts";
import { supersedeAll } from "./supersede.ts";

interface Parts {
  db: Connection;
  append: AppendState;
  persons: Persons;
  lag: () => number;
  failedEvents: () => number;
  catchUp: () => void;
  startRebuild: () => void;
  work: (budgetMs: number) => WorkState;
  configure: Maintenance["configure"];
  followers: { areCurrent: () => boolean; lag: () => number; notTaken: () => StoreHealth["notFollowed"] };
}

export function maintenanceOf({
  db,
  append,
  persons,
  lag,
  failedEvents,
  catchUp,
  startRebuild,
  work,
  configure,
  followers,
}: Parts): Maintenance {
  const listeners = new Set<() => void>();
  const told = (): void => {
    for (const listener of listeners) listener();
  };
  return {
    startRebuild: () => {
      startRebuild();
      told();
    },
    onWork: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    work,
    configure: (rules) => {
      configure(rules);
      told();
    },
    catchUp,
    copyTo: (file, progress) => copyStore(db.file, file, progress),
    isCurrent: () => db.meta("readModelVersion") === String(READ_MODEL_VERSION) && followers.areCurrent(),
    health: () => ({
      ...health(db, append.head.seq, lag()),
      failedEvents: failedEvents(),
      followersLag: followers.lag(),
      notFollowed: followers.notTaken(),
    }),
    forgetPerson: (person) => {
      erasing(db, () => {
        persons.forget(person);
        return 1;
      });
    },
    findPersons: (word) => (persons.of(word) === null ? persons.find(word) : [word]),
    supersede: (list, write) => supersedeAll(append, list, write),
  };
}

const size = (file: string): number => (existsSync(file) ? statSync(file).size : 0);

function health(
  db: Connection,
  seq: number,
  lag: number,
): Omit<StoreHealth, "failedEvents" | "followersLag" | "notFollowed"> {
  const disk = statfsSync(dirname(db.file));
  const count = (table: string): number => Number(db.get(`SELECT max(n) AS n FROM ${table}`)?.["n"] ?? 0);
  return {
    file: db.file,
    seq,
    lag,
    fileBytes: size(db.file),
    walBytes: size(`${db.file}-wal`),
    freeBytes: disk.bavail * disk.bsize,
    activities: count("activity"),
    deliveries: count("delivery"),
  };
}
