/** Cuts the write-ahead log at any byte, as a power cut does: the store must reopen with a prefix of its log. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LogEvent } from "../../src/domain/event.ts";
import type { Store } from "../../src/ports/store.ts";
import { deployment, openStore } from "../data-services.ts";
import { amounts } from "../level.ts";
import { builtTwice, finish } from "./read-models.ts";

const folder = mkdtempSync(join(tmpdir(), "vice-wal-"));
const original = join(folder, "vice.db");
const FRAME = 8192 + 24;
const WAL_HEADER = 32;
let store: Store;
let all: LogEvent[];
let checkpointed: number;

beforeAll(() => {
  openStore(original, "write").close(); // closing checkpoints: what follows stands only in the -wal
  store = openStore(original, "write");
  checkpointed = store.log.head().seq;
  for (let at = 0; at < 30; at += 1) {
    store.log.append([
      deployment(`a${at}`, { service: `s${at % 5}` }),
      deployment(`b${at}`, { environment: "dev" }),
    ]);
    if (at % 3 === 0) finish(store);
  }
  all = store.log.events(0, 1000);
});

afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Every boundary of a frame with its neighbours, the places inside headers, and others spread over the file. */
function offsets(size: number): number[] {
  const frames = Math.floor((size - WAL_HEADER) / FRAME);
  const edges = Array.from({ length: frames + 1 }, (_, at) => WAL_HEADER + at * FRAME);
  const near = edges.flatMap((edge) => [edge - 1, edge, edge + 1, edge + 8, edge + 24]);
  const spread = Array.from({ length: amounts.kills * 5 }, (_, at) => (at * 7919 * 13) % size);
  const wanted = [0, 1, 31, ...near, ...spread].filter((at) => at >= 0 && at <= size);
  const limit = amounts.kills * 4;
  const step = Math.max(1, wanted.length / limit);
  return Array.from(
    { length: Math.min(limit, wanted.length) },
    (_, at) => wanted[Math.floor(at * step)] ?? size,
  );
}

/** A copy of the store as it stood, with so much of its -wal. */
function cutAt(offset: number): string {
  const copy = join(folder, `cut-${offset}`);
  mkdirSync(copy, { recursive: true });
  const file = join(copy, "vice.db");
  copyFileSync(original, file);
  copyFileSync(`${original}-wal`, `${file}-wal`);
  truncateSync(`${file}-wal`, offset);
  return file;
}

test(
  "reopens to a prefix of the log wherever the -wal is cut",
  async () => {
    const size = statSync(`${original}-wal`).size;
    const lengths = new Map<number, number>();
    for (const offset of new Set([...offsets(size), size])) {
      const file = cutAt(offset);
      const reopened = openStore(file, "write");
      const events = reopened.log.events(0, 1000);
      expect(events).toEqual(all.slice(0, events.length));
      expect(await reopened.log.verify(null, () => {})).toMatchObject({ ok: true, events: events.length });
      const { live, rebuilt } = builtTwice(reopened, file);
      expect(live).toEqual(rebuilt);
      reopened.log.append([deployment(`after-${offset}`)]);
      expect(reopened.log.head().seq).toBe(events.length + 1);
      reopened.close();
      rmSync(join(folder, `cut-${offset}`), { recursive: true });
      lengths.set(offset, events.length);
    }
    const byOffset = [...lengths].sort(([a], [b]) => a - b).map(([, length]) => length);
    expect(byOffset).toEqual([...byOffset].sort((a, b) => a - b));
    expect(byOffset[0]).toBe(checkpointed);
    expect(byOffset.at(-1)).toBe(all.length);
    expect(new Set(byOffset).size).toBeGreaterThan(10);
  },
  amounts.testTimeoutMs * 3,
);

test("takes a -wal that a neighbour overwrote as ended there", async () => {
  const file = cutAt(statSync(`${original}-wal`).size);
  writeFileSync(`${file}-wal`, Buffer.alloc(WAL_HEADER, 0xff), { flag: "r+" });
  const reopened = openStore(file, "write");
  expect(await reopened.log.verify(null, () => {})).toMatchObject({ ok: true, events: checkpointed });
  reopened.close();
});
