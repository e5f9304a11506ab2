/** Damages the main file in every way that disks do: the answer is a clear error that names the way back, never a crash. */
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ViceError } from "../../src/kit/errors.ts";
import type { Store } from "../../src/ports/store.ts";
import { deployment, openStore, T0 } from "../data-services.ts";
import { amounts } from "../level.ts";
import { finish, readModels } from "./read-models.ts";

const folder = mkdtempSync(join(tmpdir(), "vice-damaged-"));
const original = join(folder, "vice.db");
const PAGE = 8192;
let pages: number;
let models: string[];

beforeAll(() => {
  const store = openStore(original, "write");
  for (let at = 0; at < 20; at += 1) {
    store.log.append(
      Array.from({ length: 20 }, (_, n) =>
        deployment(`${at}-${n}`, { service: `s${n}` }, "succeeded", T0 + at * 1000),
      ),
    );
  }
  finish(store);
  store.close();
  pages = statSync(original).size / PAGE;
  models = readModels(original);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function damaged(change: (file: string) => void): string {
  const file = join(folder, "damaged.db");
  for (const suffix of ["-wal", "-shm"]) rmSync(file + suffix, { force: true });
  copyFileSync(original, file);
  change(file);
  return file;
}

function overwrite(file: string, at: number, bytes: Uint8Array): void {
  const content = readFileSync(file);
  content.set(bytes, at);
  writeFileSync(file, content);
}

/** Everything that people and servers do with a store. */
async function useAll(file: string): Promise<string> {
  const store = openStore(file, "write");
  try {
    readAll(store);
    store.log.append([deployment("new")]);
    finish(store);
    const verified = await store.log.verify(null, () => {});
    if (!verified.ok) return `verify: ${verified.problem}`;
    store.maintenance.startRebuild();
    finish(store);
    return "sound";
  } finally {
    store.close();
  }
}

function readAll({ read, names, deliveries }: Store): void {
  read.status({}, T0);
  read.activities({}, 1000, null, T0);
  names.reported();
  deliveries.list({}, 1000, null);
  deliveries.stats();
}

/** What became of it: `sound`, what `verify` said, or the code of the error. Anything else thrown is a failure. */
async function outcome(file: string): Promise<string> {
  try {
    return await useAll(file);
  } catch (error) {
    if (!(error instanceof ViceError)) throw error;
    expect(error.code).toBe("store.damaged");
    expect(error.hint).toContain("vice data restore");
    expect(error.message).toContain(file);
    return error.code;
  }
}

test("a header of zeros, and a text in place of a store", async () => {
  expect(await outcome(damaged((file) => overwrite(file, 0, new Uint8Array(100))))).toBe("store.damaged");
  expect(await outcome(damaged((file) => writeFileSync(file, "not a store\n".repeat(1000))))).toBe(
    "store.damaged",
  );
});

test.each([0.1, 0.5, 0.9])("a file cut to %f of its size", async (share) => {
  const size = Math.floor(pages * share) * PAGE;
  expect(await outcome(damaged((file) => truncateSync(file, size)))).toBe("store.damaged");
});

test(
  "pages of zeros, of noise and of another page, one at a time",
  async () => {
    const noise = Uint8Array.from({ length: PAGE }, (_, at) => (at * 31 + 17) % 251);
    const found = new Map<string, number>();
    const step = Math.max(1, Math.floor((pages * 3) / (amounts.kills * 2)));
    for (let at = 1; at < pages * 3; at += step) {
      const page = Math.max(1, Math.floor(at / 3));
      const other = readFileSync(original)
        .subarray(((page + 5) % pages) * PAGE)
        .subarray(0, PAGE);
      const bytes = [new Uint8Array(PAGE), noise, Uint8Array.from(other)][at % 3] ?? noise;
      const said = await outcome(damaged((file) => overwrite(file, page * PAGE, bytes)));
      found.set(said, (found.get(said) ?? 0) + 1);
    }
    expect(found.get("store.damaged") ?? 0).toBeGreaterThan(5);
  },
  amounts.testTimeoutMs * 3,
);

test("one altered byte of the log or of a delivery is named by verify", async () => {
  const content = readFileSync(original);
  for (const text of ['"7-3","step":"succeeded"', '"7-3","attempt":1},"step"']) {
    const at = content.indexOf(text);
    expect(at).toBeGreaterThan(0);
    const file = damaged((copy) => overwrite(copy, at + 2, Buffer.from("X")));
    expect(await outcome(file)).toMatch(/^verify: .*altered/);
  }
});

test("what is not touched reads as before", async () => {
  const file = damaged(() => {});
  expect(readModels(file)).toEqual(models);
  expect(await outcome(file)).toBe("sound");
});
