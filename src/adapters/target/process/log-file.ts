/** The log that an application writes itself: cut to size while it writes, and read from its end. */
import { closeSync, copyFileSync, fstatSync, openSync, readSync, statSync, truncateSync } from "node:fs";

const MAX_BYTES = 16 * 1024 * 1024;
const TAIL_BYTES = 1024 * 1024;

/** One former part is kept. What is written in this moment goes on behind the cut: it is appended wherever the end is. */
export function rotate(file: string, maxBytes: number = MAX_BYTES): void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= maxBytes) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
}

/** The newest lines; none when there is no log. */
export function tail(file: string, lines: number): string {
  const text = endOf(file);
  const own = endLines(text, lines);
  if (own.length >= lines) return own.join("\n");
  return [...endLines(endOf(`${file}.1`), lines - own.length), ...own].join("\n");
}

function endLines(text: string, lines: number): string[] {
  const all = text.split("\n");
  if (all.at(-1) === "") all.pop();
  return lines <= 0 ? [] : all.slice(-lines);
}

function endOf(file: string): string {
  try {
    const handle = openSync(file, "r");
    try {
      const { size } = fstatSync(handle);
      const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
      const read = readSync(handle, bytes, 0, bytes.length, size - bytes.length);
      return bytes.toString("utf8", 0, read);
    } finally {
      closeSync(handle);
    }
  } catch {
    return ""; // there is none
  }
}
