/** The files of a step below $VICE_HOME/runs/<run>: its log, its outputs, and a note of how it ended. */
import {
  closeSync,
  constants,
  createWriteStream,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { LogPart, ProcessEnd, ProcessJob } from "../../ports/process-runner.ts";

const MAX_LOG_BYTES = 10 * 1024 * 1024;
const MAX_OUTPUT_BYTES = 64 * 1024;
const PART_BYTES = 1024 * 1024;

type Named = Pick<ProcessJob, "run" | "step" | "attempt">;

export function stepFiles(home: string, { run, step, attempt }: Named) {
  const folder = join(home, "runs", run);
  const name = (end: string): string => join(folder, `${step}.${end}`);
  return { folder, log: name("log"), outputs: name(`${attempt}.out`), end: name(`${attempt}.end.json`) };
}

export const makeFolder = (folder: string): void => void mkdirSync(folder, { recursive: true, mode: 0o700 });

/** Appends to a log until it is full, with what earlier attempts wrote. */
export function logWriter(file: string): { write: (text: string) => void; end: () => Promise<void> } {
  const stream = createWriteStream(file, { flags: "a", mode: 0o600 });
  let isBroken = false;
  stream.on("error", () => {
    isBroken = true; // a full disk must not end the step
  });
  let bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return {
    write: (text) => {
      if (text === "" || isBroken || bytes > MAX_LOG_BYTES) return;
      bytes += Buffer.byteLength(text);
      stream.write(bytes > MAX_LOG_BYTES ? "\n[vice: the log is full, what follows is left out]\n" : text);
    },
    end: () =>
      new Promise((resolve) => {
        if (isBroken) return resolve();
        stream.once("error", () => resolve());
        stream.end(() => resolve());
      }),
  };
}

/** Lines of `key=value`; others, and what is too much, are left out. */
export function readOutputs(file: string, mask: (text: string) => string): Record<string, string> {
  const lines = startOf(file).split(/\r?\n/);
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, key, value] = /^([A-Za-z][\w-]*)=(.*)$/.exec(line) ?? [];
      return key === undefined ? [] : [[key, mask(value ?? "")]];
    }),
  );
}

/** Whole or not at all: what is found after a crash is what was. */
export function noteEnd(file: string, end: ProcessEnd): void {
  writeFileSync(`${file}.new`, JSON.stringify(end), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function readEnd(file: string): ProcessEnd | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ProcessEnd;
  } catch {
    return null; // there is none, or the machine lost power before it was on the disk
  }
}

/** The command may have put anything there: never more than fits, and nothing that can be waited for. */
function startOf(file: string): string {
  try {
    const handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!fstatSync(handle).isFile()) return "";
      const bytes = Buffer.alloc(MAX_OUTPUT_BYTES);
      return bytes.toString("utf8", 0, readSync(handle, bytes, 0, MAX_OUTPUT_BYTES, 0));
    } finally {
      closeSync(handle);
    }
  } catch {
    return ""; // there is none
  }
}

export async function readLog(file: string, from: number): Promise<LogPart | null> {
  const handle = await open(file, "r").catch(() => null);
  if (handle === null) return null;
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(PART_BYTES), 0, PART_BYTES, from);
    const bytes = wholeLetters(buffer.subarray(0, bytesRead));
    return { text: bytes.toString("utf8"), next: from + bytes.length };
  } finally {
    await handle.close();
  }
}

/** A letter of UTF-8 has 4 bytes at most; one that is not all there yet comes with the next part. */
function wholeLetters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return wanted > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}
