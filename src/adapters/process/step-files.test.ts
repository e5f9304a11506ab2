/** What a command puts where its outputs and its log are read never fills the memory or the disk, and is never waited for. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { logWriter, readLog, readOutputs } from "./step-files.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vice-step-files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const plain = (text: string): string => text;

test("outputs are read from the start of however large a file", () => {
  const file = join(folder, "out");
  writeFileSync(file, "version=v1\n");
  truncateSync(file, 3 * 1024 ** 3);
  expect(readOutputs(file, plain)).toEqual({ version: "v1" });
});

test("outputs of a pipe that nobody writes to are none", () => {
  const file = join(folder, "out");
  execFileSync("mkfifo", [file]);
  expect(readOutputs(file, plain)).toEqual({});
});

test("all attempts of a step share one limit of their log", async () => {
  const file = join(folder, "log");
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const log = logWriter(file);
    for (let n = 0; n < 6; n += 1) log.write("x".repeat(1024 * 1024));
    await log.end();
  }
  expect(statSync(file).size).toBeLessThan(11 * 1024 * 1024);
});

test.each([
  "ä",
  "€",
  "😀",
])("a part of a log ends before a letter that is not all there yet: %s", async (letter) => {
  const file = join(folder, "log");
  const all = Buffer.from(`a${letter}`);
  for (let length = 2; length < all.length; length += 1) {
    writeFileSync(file, all.subarray(0, length));
    expect(await readLog(file, 0)).toEqual({ text: "a", next: 1 });
  }
  writeFileSync(file, all);
  expect(await readLog(file, 1)).toEqual({ text: letter, next: all.length });
});
