// Holds docs/capabilities.md to its word: every row is there, and every test that it names exists under that title.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");

/** Rows of the map that this version is about, in the order of the page; whatever else is there is held to the same form. */
const ROWS =
  "V1 V2 V3 V4 V5 V6 V12 V17 V20 V23 V24 V25 V27 V30 V31 V32 O3 O6 O7 O8 O12 O15 O21 O22 O23 O26 X1 X6 X7 X8 X9 X13 X14 X17 X22 X25 X26 X27 X28 X29 X30 X31 X33 X34 X36 X37 H22 G1 G2 G3 G4 G5 G6 G7 G8 G9 G10 G11 G12 H2 H4 H13 H23 H27 H30 H31 H33 H34 H35".split(
    " ",
  );

interface Row {
  id: string;
  state: string;
  proof: string;
}

function readRows(): Row[] {
  const page = readFileSync(join(root, "docs/capabilities.md"), "utf8");
  return page.split("\n").flatMap((line) => {
    const cells = line
      .replaceAll("\\|", "¦")
      .split("|")
      .map((cell) => cell.trim());
    const [, id = "", , state = "", proof = ""] = cells;
    return /^[A-Z]\d+$/.test(id) ? [{ id, state, proof }] : [];
  });
}

const rows = readRows();
const texts = new Map<string, string>();

function textOf(path: string): string {
  const known = texts.get(path) ?? readFileSync(join(root, path), "utf8");
  texts.set(path, known);
  return known;
}

test("every row of the issue is there, once", () => {
  const ids = rows.map(({ id }) => id);
  expect(ids.filter((id) => ROWS.includes(id))).toEqual(ROWS);
  expect(new Set(ids).size).toBe(ids.length);
});

describe.each(rows)("$id", ({ state, proof }) => {
  test("is done, or says what is missing", () => {
    expect(state).toMatch(/^done$|^partly: .{10}/);
  });

  test("names tests that exist", () => {
    const files = [...proof.matchAll(/`([\w./-]+\.(?:test\.ts|ts|mjs))`/g)].map(([, path = ""]) => path);
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const named = [...proof.matchAll(/`([^`]+\.test\.ts)` "([^"]+)"/g)];
    expect(named).toHaveLength(files.filter((path) => path.endsWith(".test.ts")).length);
    const missing = named.filter(([, path = "", title = ""]) => !titled(textOf(path), title));
    expect(missing.map(([whole]) => whole)).toEqual([]);
  });
});

/** A title stands right behind its quotation mark; of one that is made when the test runs, the beginning counts. */
const titled = (text: string, title: string): boolean =>
  ['"', "'", "`"].some((quote) => text.includes(quote + title));
