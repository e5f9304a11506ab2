/** Watches how much memory a child process uses: SQLite inside Node is built without its own heap limit. */
import { readFileSync } from "node:fs";

const EVERY_MS = 50;
const PAGE_BYTES = 4096;

/**
 * Calls `over` once when the process holds more than `limitBytes`. Only where /proc is (Linux); elsewhere the time limit is
 * what ends it.
 * @returns stop watching
 */
export function watchMemory(pid: number | undefined, limitBytes: number, over: () => void): () => void {
  const timer = setInterval(() => {
    const bytes = residentBytes(pid);
    if (bytes === null) return clearInterval(timer);
    if (bytes <= limitBytes) return;
    clearInterval(timer);
    over();
  }, EVERY_MS);
  return () => clearInterval(timer);
}

/** `null` where there is no /proc, or no such process. The second number of statm is the resident set in pages (proc(5)). */
export function residentBytes(pid: number | undefined): number | null {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]);
    return Number.isFinite(pages) ? pages * PAGE_BYTES : null;
  } catch {
    return null;
  }
}
