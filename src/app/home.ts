/** The home: one writer at a time, and a record of the server that runs on it. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ViceError } from "../kit/errors.ts";

/** What `$VICE_HOME/server.json` says. */
export interface ServerRecord {
  url: string;
  pid: number;
  startedAt: string;
  homeId: string;
  /** Where others reach it; for links. */
  publicUrl: string | null;
  /** The folder as the file system knows it: a copy of it has a copy of this record. */
  home: string;
  /** For commands of the user whom this home belongs to: whoever can read this file may open the store itself. */
  token: string;
}

export const storeFile = (home: string): string => join(home, "vice.db");
export const spoolFolder = (home: string): string => join(home, "spool");
const recordFile = (home: string): string => join(home, "server.json");

/** @throws ViceError `store.unavailable` when the folder cannot be made or written */
export function ensureHome(home: string): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new ViceError("store.unavailable", { problem: `the folder ${home} cannot be made` }, error);
  }
}

/** What vice makes in its home; anything else there is not ours to change. */
const OWN =
  /^(vice\.db.*|lock\.(db|pid).*|(server|secrets|usual)\.json(\.new)?|spool|runs|apps|artifacts|fences|triggers|before-restore.*)$/;
/** Somebody's own, but it belongs here. */
const EXPECTED = /^(vice\.server\..*yaml|age-key\.txt)$/;
const OTHERS = 0o077;

/** Files of the home, and the home itself, that others than the owner may read or change; none where modes mean nothing. */
export function looseInHome(home: string): Array<{ path: string; mode: number }> {
  if (process.platform === "win32") return [];
  const paths = [home, ...namesIn(home).flatMap((name) => (OWN.test(name) ? [join(home, name)] : []))];
  return paths.flatMap((path) => {
    const mode = (statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o7777;
    return (mode & OTHERS) === 0 ? [] : [{ path, mode }];
  });
}

/**
 * Takes from others what they may do with our files. The folder itself is only tightened when nothing else is in it: a
 * home that somebody put into a shared folder must not lock the others out.
 * @returns what is still loose
 */
export function tightenHome(home: string): Array<{ path: string; mode: number }> {
  const sticky = (statSync(home).mode & 0o1000) !== 0;
  const shared = sticky || namesIn(home).some((name) => !OWN.test(name) && !EXPECTED.test(name));
  for (const { path, mode } of looseInHome(home)) {
    if (path === home ? shared : isLink(path)) continue;
    try {
      chmodSync(path, mode & ~OTHERS);
    } catch {
      // what could not be tightened is told below
    }
  }
  return looseInHome(home);
}

/** A link may lead to anything, and in a shared folder anybody may have made it. */
const isLink = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== false;

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return []; // not there yet
  }
};

/**
 * Takes the home for writing. The lock is SQLite's own on a small file: the system lets go of it when the process dies,
 * however it dies.
 * @param waitMs how long to wait for another writer
 * @returns lets go
 * @throws ViceError `store.busy` naming the holder
 */
export async function lockHome(home: string, waitMs: number): Promise<() => void> {
  ensureHome(home);
  const end = Date.now() + waitMs;
  for (;;) {
    const lock = tryLock(home);
    if (lock !== null) {
      writeHolder(home, process.pid);
      return () => lock.close();
    }
    if (Date.now() >= end) throw new ViceError("store.busy", { home, pid: readHolder(home) ?? "unknown" });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function tryLock(home: string): DatabaseSync | null {
  const file = join(home, "lock.db");
  let db: DatabaseSync | null = null;
  try {
    db = new DatabaseSync(file, { timeout: 0 });
    db.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;");
    return db;
  } catch (error) {
    db?.close();
    const code = error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : -1;
    if (code === 5 || code === 6) return null;
    throw new ViceError(
      "store.unavailable",
      { problem: error instanceof Error ? error.message : `${file} cannot be opened` },
      error,
    );
  }
}

const holderFile = (home: string): string => join(home, "lock.pid");

function writeHolder(home: string, pid: number): void {
  try {
    writeFileSync(holderFile(home), String(pid), { mode: 0o600 });
  } catch {
    return; // only for the words of the error; the lock itself holds
  }
}

function readHolder(home: string): string | null {
  try {
    return readFileSync(holderFile(home), "utf8").trim() || null;
  } catch {
    return null; // nobody wrote it
  }
}

export function writeServerRecord(home: string, record: Omit<ServerRecord, "home">): void {
  const whole: ServerRecord = { ...record, home: realpathSync(home) };
  writeFileSync(recordFile(home), `${JSON.stringify(whole)}\n`, { mode: 0o600 });
}

export function removeServerRecord(home: string): void {
  rmSync(recordFile(home), { force: true });
}

/** The record, when there is one and its process lives. */
export function readServerRecord(home: string): ServerRecord | null {
  try {
    const record = JSON.parse(readFileSync(recordFile(home), "utf8")) as ServerRecord;
    process.kill(record.pid, 0);
    return record;
  } catch (error) {
    const alive = error instanceof Error && "code" in error && error.code === "EPERM";
    return alive ? (JSON.parse(readFileSync(recordFile(home), "utf8")) as ServerRecord) : null;
  }
}
