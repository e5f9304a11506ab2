// What a server may not see on its own machine is sent: the file that a pipeline stands in.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { allCommands } from "../../app/commands.ts";
import { loadFiles } from "./load-files.ts";
import { verbsOf } from "./verbs.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vice-load-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const load = (pipeline: string): Promise<Record<string, unknown>> => {
  const verb = verbsOf(allCommands, []).find(({ command }) => command?.id === "auto.run");
  if (verb === undefined) throw new Error("there is no auto.run");
  return loadFiles(verb, { pipeline }, Readable.from([]) as Parameters<typeof loadFiles>[2]);
};

test("a pipeline is sent with its text, of a folder its vice.yaml", async () => {
  const file = join(folder, "vice.yaml");
  writeFileSync(file, "steps: {}");
  expect(await load(file)).toEqual({ pipeline: file, sent: { file, text: "steps: {}" } });
  expect(await load(folder)).toEqual({ pipeline: folder, sent: { file, text: "steps: {}" } });
});

test("what is no file here is a name that the server knows, and nothing is sent", async () => {
  writeFileSync(join(folder, "large.yaml"), "#".repeat(1_000_001));
  for (const name of ["shop", "large.yaml"]) {
    const pipeline = join(folder, name);
    expect(await load(pipeline)).toEqual({ pipeline });
  }
});

test("nobody types it", () => {
  const verb = verbsOf(allCommands, []).find(({ command }) => command?.id === "auto.run");
  expect(verb?.fields().map(({ key }) => key)).not.toContain("sent");
});
