/** Tests that a place remembers who was there last, and refuses everybody when it cannot be told. */
import { mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { passFence } from "./fence.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "vice-fence-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const place = { project: "shop", service: "web", environment: "staging" };
const pass = (fencingToken: number): void => passFence(home, "command", { place, fencingToken });
const file = (): string => join(home, "fences", readdirSync(join(home, "fences"))[0] ?? "");

test("an older token is refused, the same and newer ones pass", () => {
  for (const token of [0, 3, 3, 5]) pass(token);
  expect(() => pass(4)).toThrow(/token 4 is older than 5/);
});

test("where nobody can tell which token was seen, every token is refused", () => {
  pass(5);
  for (const text of ["", "five\n", "5"]) {
    writeFileSync(file(), text);
    expect(() => pass(9)).toThrow(/cannot be read: it holds no token/);
  }
  const path = file();
  rmSync(path);
  mkdirSync(path);
  expect(() => pass(9)).toThrow(/cannot be read: EISDIR/);
  rmdirSync(path);
  pass(1);
});
