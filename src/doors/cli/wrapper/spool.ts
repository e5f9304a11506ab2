/**
 * Appends records to the spool: `$VICE_HOME/spool/active.ndjson`, one record a line, open-append-close.
 *
 * Whoever drains the spool renames the file first, delivers it, unlinks it and then reads once more what was added
 * meanwhile (src/parts/data/intake/spool-files.ts). A writer that opened the file before the rename looks after its
 * write whether the file has been unlinked, and if so writes again: so either the drain or the writer sees the line.
 */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { SpoolRecord } from "../../../domain/spool.ts";
import { fitLine } from "./fit-line.ts";
import { URL_FILE } from "./home.ts";

export const ACTIVE_FILE = "active.ndjson";
const NEWLINE = 10;
/** A drain takes the file away once in 20 ms or less often, a write needs microseconds: a second attempt is rare already. */
const ATTEMPTS = 100;

/** @param sync wait for the disk; done for ends only. @throws the system's error when it cannot be written. */
export function appendRecord(folder: string, record: SpoolRecord, sync = false): void {
  appendLines(folder, fitLine(record), sync);
}

/** @param lines one or more whole lines. @throws the system's error, or EAGAIN when no attempt held. */
export function appendLines(folder: string, lines: string, sync = false): void {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const file = openActive(folder);
    try {
      write(file, endsOpen(file) ? `\n${lines}` : lines);
      if (sync) fsyncSync(file);
      if (fstatSync(file).nlink > 0) return;
    } finally {
      closeSync(file);
    }
  }
  throw Object.assign(new Error("the spool was taken away at every attempt"), { code: "EAGAIN" });
}

/** Makes the folder of records for one server and says in it which. @throws the system's error */
export function nameServer(folder: string, url: string): void {
  try {
    writeFileSync(join(folder, URL_FILE), `${url}\n`, { flag: "wx", mode: 0o600 });
  } catch (problem) {
    if (codeOf(problem) === "EEXIST") return;
    if (codeOf(problem) !== "ENOENT") throw problem;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    nameServer(folder, url);
  }
}

function openActive(folder: string): number {
  const path = join(folder, ACTIVE_FILE);
  try {
    return openSync(path, "a+", 0o600);
  } catch (problem) {
    if (codeOf(problem) !== "ENOENT") throw problem;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return openSync(path, "a+", 0o600);
  }
}

/** A full disk or a crash may have left half a line; the next one must not be glued to it. */
function endsOpen(file: number): boolean {
  const { size } = fstatSync(file);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  return readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
}

function write(file: number, text: string): void {
  const bytes = Buffer.from(text);
  if (writeSync(file, bytes) < bytes.length) throw Object.assign(new Error("disk full"), { code: "ENOSPC" });
}

export function codeOf(problem: unknown): string {
  if (typeof problem === "object" && problem !== null && "code" in problem) return String(problem.code);
  return problem instanceof Error ? problem.message : String(problem);
}
