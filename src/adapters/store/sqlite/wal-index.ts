/** Reads how far the write-ahead log is ahead of the main file, from the header of SQLite's WAL-index. */
import { closeSync, openSync, readSync } from "node:fs";

/** Offsets of the header's numbers, each 32 bits in the order of the machine: sqlite.org/walformat.html, section 2.1. */
const MAX_FRAME = 16;
const BACKFILLED = 96;
const HEADER_BYTES = 100;

/** Frames (pages written since) that the main file does not have yet; 0 when there is no log. */
export function framesLeft(file: string): number {
  const header = new DataView(new ArrayBuffer(HEADER_BYTES));
  let index: number;
  try {
    index = openSync(`${file}-shm`, "r");
  } catch {
    return 0; // no log is open: nothing is left
  }
  try {
    if (readSync(index, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return 0;
  } finally {
    closeSync(index);
  }
  return header.getUint32(MAX_FRAME, LITTLE) - header.getUint32(BACKFILLED, LITTLE);
}

const LITTLE = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
