/**
 * What was asked of vendors, kept below $VICE_HOME/triggers: the intent is on the disk before the request, the id of what
 * was started right after it, so that nothing is started twice and what runs is found again.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Outcome } from "../../../domain/pipeline/decide.ts";
import { sha256Hex } from "../../../kit/ids.ts";
import type { Release, TargetPlace } from "../../../ports/target.ts";
import type { Refs, Started } from "./vendor.ts";

export interface Entry {
  key: string;
  vendor: string;
  /** For a rollback the former one. */
  release: Release;
  isRollback: boolean;
  /** ISO 8601. */
  intendedAt: string;
  refs: Refs;
  started: Started | null;
  outcome: Outcome | null;
  endedAt: string | null;
}

/** So many ended ones of a place are kept. */
const KEPT = 50;

export interface Journal {
  /** @throws when there is one that cannot be read */
  read(key: string): Entry | null;
  /** Survives a loss of power. */
  write(entry: Entry): void;
  /** How far the log of it was told; may be lost, then lines are told twice. */
  cursor(key: string): string | null;
  writeCursor(key: string, cursor: string): void;
  remove(key: string): void;
  /** Newest first. */
  all(): Entry[];
}

export function openJournal(home: string, { project, service, environment }: TargetPlace): Journal {
  const folder = join(
    home,
    "triggers",
    sha256Hex(JSON.stringify([project, service, environment])).slice(0, 32),
  );
  const fileOf = (key: string): string => join(folder, `${sha256Hex(key).slice(0, 32)}.json`);
  const all = (): Entry[] =>
    filesIn(folder)
      .flatMap((name) => readEntry(join(folder, name)) ?? [])
      .sort((a, b) => (a.intendedAt < b.intendedAt ? 1 : -1));
  const cursorOf = (key: string): string => `${fileOf(key)}.cursor`;
  const put = (file: string, text: string, flush: boolean): void => {
    writeFileSync(`${file}.new`, text, { mode: 0o600, flush });
    renameSync(`${file}.new`, file);
    if (flush) syncFolder(folder);
  };
  const remove = (key: string): void => {
    for (const file of [fileOf(key), cursorOf(key)]) rmSync(file, { force: true });
  };
  return {
    read: (key) => readEntry(fileOf(key)),
    write: (entry) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      put(fileOf(entry.key), JSON.stringify(entry), true);
      if (entry.outcome === null) return;
      const ended = all().filter(({ outcome }) => outcome !== null);
      for (const { key } of ended.slice(KEPT)) remove(key);
    },
    cursor: (key) => readText(cursorOf(key)),
    writeCursor: (key, cursor) => put(cursorOf(key), cursor, false),
    remove,
    all,
  };
}

/** The name of a new file is on the disk only when its folder is. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch {
    return []; // nothing was ever triggered there
  }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

function readEntry(file: string): Entry | null {
  const text = readText(file);
  return text === null ? null : (JSON.parse(text) as Entry);
}
