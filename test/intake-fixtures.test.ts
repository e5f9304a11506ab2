/** Runs every pair test/fixtures/intake/<source>/<case>.in.json -> .out.json; a new pair is a new test. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isSourceName, loadSource } from "../src/adapters/source/table.ts";
import { type Row, rowsOf, withoutNulls } from "../src/conformance/folding.ts";
import { orders } from "../src/conformance/orders.ts";
import type { Reading, Source } from "../src/ports/source.ts";

interface Delivery {
  headers?: Record<string, string>;
  body: unknown;
  instance?: string | null;
  options?: unknown;
}
/** Rows of the normal form, or what happens instead. */
type Expected = Row[] | { outcome: "ignored" | "unmapped"; reason?: string };

const folder = join(import.meta.dirname, "fixtures/intake");
const json = <T>(path: string): T => JSON.parse(readFileSync(path, "utf8"));

function readingsOf(path: string): Reading[] {
  const content = json<Delivery | Delivery[]>(path);
  return [content].flat().map(({ headers = {}, body, instance = null, options }, at) => ({
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body,
    instance,
    receivedAt: `2026-11-20T12:00:${String(at).padStart(2, "0")}.000Z`,
    options,
  }));
}

/** Ids are hashes that nobody writes by hand, so they are compared only where the file has them. */
const HASHES = ["id", "parentId"];

function comparable(rows: Row[], expected: Row[]): Row[] {
  const left = HASHES.filter((key) => !expected.some((row) => key in row));
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => !left.includes(key))));
}

function checkRows(source: Source, readings: Reading[], expected: Row[]): void {
  const asWritten = comparable(rowsOf(source, readings), expected);
  expect(asWritten).toEqual(expected.map(withoutNulls));
  for (const order of orders(readings)) {
    const [first] = order;
    const again = first === undefined ? order : [...order, first, ...order];
    expect(comparable(rowsOf(source, order), expected)).toEqual(asWritten);
    expect(comparable(rowsOf(source, again), expected)).toEqual(asWritten);
  }
}

function checkOutcome(source: Source, readings: Reading[], expected: Exclude<Expected, Row[]>): void {
  for (const reading of readings) {
    const result = source.normalise(reading);
    expect(result).toMatchObject({ outcome: expected.outcome });
    if (expected.reason !== undefined)
      expect(result).toHaveProperty("reason", expect.stringContaining(expected.reason));
  }
}

for (const name of readdirSync(folder).filter((entry) => !entry.includes("."))) {
  describe(name, () => {
    const cases = readdirSync(join(folder, name)).filter((file) => file.endsWith(".in.json"));
    test.each(cases)("%s", async (file) => {
      if (!isSourceName(name)) throw new Error(`${name} is no source: rename test/fixtures/intake/${name}`);
      const outPath = join(folder, name, file.replace(/\.in\.json$/, ".out.json"));
      if (!existsSync(outPath)) throw new Error(`${file} has no .out.json beside it`);
      const source = await loadSource(name);
      const readings = readingsOf(join(folder, name, file));
      const expected = json<Expected>(outPath);
      if (Array.isArray(expected)) checkRows(source, readings, expected);
      else checkOutcome(source, readings, expected);
    });
  });
}
