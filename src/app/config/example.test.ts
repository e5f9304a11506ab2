/** The commented example in docs/vice.server.yaml.md is taken by the very reader that the server uses. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSources } from "../sources.ts";
import { loadServerConfig } from "./server-config.ts";
import { serverSchema } from "./server-schema.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "vice-example-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function example(): string {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/vice.server.yaml.md"), "utf8");
  const found = /```yaml\n(.*?)```/s.exec(page)?.[1];
  if (found === undefined) throw new Error("the page has no example");
  return found;
}

function load(text: string) {
  const file = join(home, "vice.server.yaml");
  writeFileSync(file, text);
  return loadServerConfig({}, { config: file, home });
}

test("the example is right", async () => {
  const config = load(example());
  expect(config).toMatchObject({
    port: 4400,
    keepBodiesDays: 180,
    keepRunsDays: 90,
    environmentOrder: ["dev", "staging", "prod-eu", "prod-us"],
  });
  expect(
    config.sources.find(({ source, instance }) => source === "gitlab" && instance === "gitlab-2")?.secrets,
  ).toEqual(["another-one"]);
  const sources = await createSources(config, {});
  expect(await sources.get("render")).toMatchObject({ name: "render" });
});

test("it shows every key that there is", () => {
  const written = example();
  const missing = Object.keys(serverSchema.shape).filter((key) => !new RegExp(`^${key}:`, "m").test(written));
  expect(missing).toEqual([]);
});

test("a key that is not right is named with its line", () => {
  expect(() => load(example().replace("keepBodies:", "keepBodys:"))).toThrow(/keepBodys/);
});
