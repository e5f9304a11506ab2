/** The table of sources: names are the adapters' own, and each has fixtures. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isSourceName, loadSources, SOURCE_NAMES } from "./table.ts";

test("each source is listed under its own name", async () => {
  const sources = await loadSources();
  expect([...sources.values()].map(({ name }) => name)).toEqual(SOURCE_NAMES);
  expect(new Set(SOURCE_NAMES).size).toBe(SOURCE_NAMES.length);
});

test("each source has cases in test/fixtures/intake", () => {
  const folder = join(import.meta.dirname, "../../../test/fixtures/intake");
  expect(SOURCE_NAMES.filter((name) => !existsSync(join(folder, name)))).toEqual([]);
});

test("what every object inherits is no source", () => {
  expect(["constructor", "__proto__", "nothing"].filter(isSourceName)).toEqual([]);
});
