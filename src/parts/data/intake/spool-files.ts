/** Drains the spool that the wrapper writes (src/doors/cli/wrapper/spool.ts): every line is delivered at least once, none is lost. */
import { type FileHandle, mkdir, open, readdir, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { uuidv7 } from "../../../kit/ids.ts";

/**
 * The protocol, so that nobody needs a lock:
 * 1. Writers append to `active.ndjson` with one write per line and close it again.
 * 2. A drain renames that file to `draining-<pid>-<id>.ndjson`: only one can, and new lines go to a new file.
 * 3. It reads until nothing is added any more, delivers in batches, and waits for each acknowledgement.
 * 4. It unlinks the file and reads once more through its open handle. What a very late writer added goes back to the
 *    active file. A writer that comes later still sees that its file has been unlinked, and writes again.
 * 5. When delivery fails the file is put aside as `waiting-<id>.ndjson`. The next drain takes that, and any `draining-`
 *    file whose process is gone, like an active one (again by a rename).
 * What is no JSON is put into `damaged.ndjson` beside it. Delivering twice must do no harm: records carry their ids.
 */
const ACTIVE = "active.ndjson";
const DAMAGED = "damaged.ndjson";
const LEFTOVER = /^(?:waiting|draining-(\d+))-([0-9a-f-]{36})\.ndjson$/;
/** A process id may have been given to somebody else, or live in another container. */
const STALE_MS = 60_000;
const SETTLE_MS = 20;
const BATCH_LINES = 500;

/** Resolves when the lines are durable (or were known already); rejecting keeps them for the next drain. */
export type DeliverLines = (lines: readonly string[]) => Promise<void>;

export interface Drained {
  /** Lines acknowledged by `deliver`. */
  delivered: number;
  /** Lines that are no JSON; they stand in `damaged.ndjson`. */
  damaged: number;
}

/**
 * Delivers everything that is in the spool now. Safe to call from several processes at once, and again after a crash.
 * @param folder `$VICE_HOME/spool`; that it does not exist means there is nothing to do
 * @param isRight lines that are JSON and yet no records are put beside the damaged ones
 * @throws what `deliver` throws; nothing is lost then
 */
export async function drainSpool(
  folder: string,
  deliver: DeliverLines,
  isRight: (line: string) => boolean = () => true,
): Promise<Drained> {
  const total: Drained = { delivered: 0, damaged: 0 };
  for (const name of await waiting(folder)) {
    const claimed = await claim(folder, name);
    if (claimed === null) continue;
    const { delivered, damaged } = await drainFile(folder, claimed, deliver, isRight);
    total.delivered += delivered;
    total.damaged += damaged;
  }
  return total;
}

/** How much waits in the spool, in bytes; for `doctor` and metrics. */
export async function spoolBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await names(folder)) {
    if (name === DAMAGED || !name.endsWith(".ndjson")) continue;
    const file = await open(join(folder, name)).catch(ifMissing);
    if (file === null) continue;
    bytes += (await file.stat()).size;
    await file.close();
  }
  return bytes;
}

/** Leftovers first: they are older. */
async function waiting(folder: string): Promise<string[]> {
  const found = await names(folder);
  const abandoned = found.filter((name) => {
    const [, pid, id] = LEFTOVER.exec(name) ?? [];
    return id !== undefined && (pid === undefined || !isAlive(Number(pid)) || ageMs(id) > STALE_MS);
  });
  return found.includes(ACTIVE) ? [...abandoned.sort(), ACTIVE] : abandoned.sort();
}

const names = async (folder: string): Promise<string[]> => (await readdir(folder).catch(ifMissing)) ?? [];

/** A UUIDv7 begins with its time. */
const ageMs = (id: string): number => Date.now() - Number.parseInt(id.replace("-", "").slice(0, 12), 16);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (problem) {
    return problem instanceof Error && "code" in problem && problem.code === "EPERM";
  }
}

async function claim(folder: string, name: string): Promise<string | null> {
  const claimed = join(folder, `draining-${process.pid}-${uuidv7()}.ndjson`);
  return rename(join(folder, name), claimed).then(() => claimed, ifMissing);
}

async function drainFile(
  folder: string,
  path: string,
  deliver: DeliverLines,
  isRight: (line: string) => boolean,
): Promise<Drained> {
  const file = await open(path).catch(ifMissing);
  if (file === null) return { delivered: 0, damaged: 0 };
  try {
    const bytes = await readSettled(file);
    const { whole, broken } = sortLines(bytes.toString("utf8"), isRight);
    for (let at = 0; at < whole.length; at += BATCH_LINES) await deliver(whole.slice(at, at + BATCH_LINES));
    if (broken.length > 0) await append(folder, DAMAGED, broken.join("\n"));
    await unlink(path).catch(ifMissing);
    const late = await readFrom(file, bytes.length);
    if (late.length > 0) await append(folder, ACTIVE, late.toString("utf8"));
    return { delivered: whole.length, damaged: broken.length };
  } catch (problem) {
    await rename(path, join(folder, `waiting-${uuidv7()}.ndjson`)).catch(ifMissing);
    throw problem;
  } finally {
    await file.close();
  }
}

/** A writer that opened the file before the rename needs microseconds to write; it gets this long. */
async function readSettled(file: FileHandle): Promise<Buffer> {
  let bytes: Buffer = Buffer.alloc(0);
  for (;;) {
    await wait(SETTLE_MS);
    const more = await readFrom(file, bytes.length);
    if (more.length === 0) return bytes;
    bytes = Buffer.concat([bytes, more]);
  }
}

async function readFrom(file: FileHandle, position: number): Promise<Buffer> {
  const { size } = await file.stat();
  if (size <= position) return Buffer.alloc(0);
  const bytes = Buffer.alloc(size - position);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, position);
  return bytes.subarray(0, bytesRead);
}

interface Sorted {
  whole: string[];
  broken: string[];
}

function sortLines(text: string, isRight: (line: string) => boolean): Sorted {
  const sorted: Sorted = { whole: [], broken: [] };
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    if (isObject(line)) sorted.whole.push(line);
    else separate(line, sorted);
  }
  sorted.broken.push(...sorted.whole.filter((line) => !isRight(line)));
  sorted.whole = sorted.whole.filter(isRight);
  return sorted;
}

/** A full disk leaves half a record, and the next writer may have put a whole one right behind it. */
function separate(line: string, sorted: Sorted): void {
  const at = line.lastIndexOf('{"v":1,"op":');
  const rest = at > 0 ? line.slice(at) : "";
  if (rest !== "" && isObject(rest)) {
    sorted.broken.push(line.slice(0, at));
    sorted.whole.push(rest);
  } else sorted.broken.push(line);
}

function isObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

async function append(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = await open(join(folder, name), "a", 0o600);
  try {
    await file.write(text.endsWith("\n") ? text : `${text}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

function ifMissing(problem: unknown): null {
  if (problem instanceof Error && "code" in problem && problem.code === "ENOENT") return null;
  throw problem;
}
