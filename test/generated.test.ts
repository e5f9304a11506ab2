// The generated files: the same source gives the same bytes, and what stands in the tree is what the source gives.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generatedFiles, staleFiles } from "../src/app/generate.ts";

test("made twice they are the same", async () => {
  expect(await generatedFiles()).toEqual(await generatedFiles());
});

test("none is stale (npm run build makes them again)", async () => {
  expect(staleFiles(await generatedFiles())).toEqual([]);
});

test("a missing or other one is seen", async () => {
  const folder = mkdtempSync(join(tmpdir(), "vice-generated-"));
  expect(staleFiles(new Map([["docs/a.md", "text"]]), folder)).toEqual(["docs/a.md"]);
  rmSync(folder, { recursive: true, force: true });
});

test("every JSON Schema is one, and names no path of this machine", async () => {
  for (const [path, text] of await generatedFiles()) {
    if (path.endsWith(".json")) expect(() => JSON.parse(text)).not.toThrow();
    expect(text).not.toMatch(/\/(?:home|root|work|tmp)\//);
  }
});
