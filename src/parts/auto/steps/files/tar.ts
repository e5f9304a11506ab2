/** Archives with the same bytes for the same files: sorted, without times, owners and names of people. */
import { open, readlink } from "node:fs/promises";
import { FileProblem, type Found } from "./places.ts";

const BLOCK = 512;
const CHUNK = 256 * 1024;
/** What fits into the oldest form of a header. */
const LONGEST_NAME = 100;
const BIGGEST = 8 ** 11;

export async function* tarOf(files: readonly Found[], signal: AbortSignal): AsyncGenerator<Buffer> {
  for (const file of files) {
    signal.throwIfAborted();
    if (file.isLink)
      yield* entry(file.path, { type: "2", mode: 0o777, size: 0, link: await readlink(file.file) });
    else yield* contentOf(file);
  }
  yield Buffer.alloc(BLOCK * 2);
}

async function* contentOf({ path, file, mode }: Found): AsyncGenerator<Buffer> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    yield* entry(path, { type: "0", mode: mode & 0o100 ? 0o755 : 0o644, size, link: "" });
    let read = 0;
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(CHUNK), 0, CHUNK, read);
      read += bytesRead;
      if (bytesRead === 0 || read > size) break;
      yield buffer.subarray(0, bytesRead);
    }
    if (read !== size) throw new FileProblem(`${path} changed while it was read`);
    yield padding(size);
  } finally {
    await handle.close();
  }
}

interface Entry {
  type: string;
  mode: number;
  size: number;
  link: string;
}

/** What does not fit into a header stands in one of its own before it (POSIX pax). */
function* entry(path: string, given: Entry): Generator<Buffer> {
  const records = [
    ...(fits(path) ? [] : [record("path", path)]),
    ...(fits(given.link) ? [] : [record("linkpath", given.link)]),
    ...(given.size < BIGGEST ? [] : [record("size", String(given.size))]),
  ];
  if (records.length > 0) {
    const body = Buffer.concat(records);
    yield header("PaxHeader", { type: "x", mode: 0o644, size: body.length, link: "" });
    yield body;
    yield padding(body.length);
  }
  yield header(path, given);
}

const fits = (text: string): boolean =>
  Buffer.byteLength(text) <= LONGEST_NAME && /^[\x20-\x7e]*$/.test(text);

/** Begins with its own length, which counts itself. */
function record(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + String(bytes).length;
  length = bytes + String(length).length;
  return Buffer.from(`${length}${rest}`);
}

function header(path: string, { type, mode, size, link }: Entry): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, width: number): void =>
    void block.write(`${value.toString(8).padStart(width - 1, "0")}\0`, at, "latin1");
  block.write(clipped(path), 0, "latin1");
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size < BIGGEST ? size : 0, 124, 12);
  octal(0, 136, 12);
  block.write("        ", 148, "latin1");
  block.write(type, 156, "latin1");
  block.write(clipped(link), 157, "latin1");
  block.write("ustar\x0000", 257, "latin1");
  const sum = block.reduce((all, byte) => all + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

/** The whole name stands in the record before it. */
const clipped = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, "_").slice(0, LONGEST_NAME);

const padding = (size: number): Buffer => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
