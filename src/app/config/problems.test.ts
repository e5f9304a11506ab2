/** Tests that a configuration is told all that is wrong with it, at once, in plain words, with lines and without secrets. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ViceError } from "../../kit/errors.ts";
import { createSources } from "../sources.ts";
import { loadServerConfig } from "./server-config.ts";

let home: string;
let file: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "vice-config-"));
  file = join(home, "vice.server.yaml");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

async function refusal(text: string): Promise<ViceError> {
  writeFileSync(file, text);
  try {
    await createSources(loadServerConfig({}, { config: file, home }), {});
  } catch (error) {
    if (error instanceof ViceError) return error;
    throw error;
  }
  throw new Error("it was taken");
}
const lines = async (text: string): Promise<string[]> =>
  (await refusal(text)).message.split("\n").map((line) => line.replace(`${file}:`, ""));

test("every wrong value and unknown key, each with its line", async () => {
  const text = `hots: 127.0.0.1
port: "4400"
sources:
  github:
    secret: 1234567
    secertFile: /etc/vice/github
  gitlab:
    poll: { url: nowhere, every: soon }
environments:
  - dev
  - { name: prod, teir: production }
rateLimit: { perMinute: 0 }
`;
  expect(await lines(text)).toEqual([
    '1: unknown key "hots"; did you mean "host"?',
    "2: port: expected a number, got text",
    "5: sources.github.secret: expected text, got a number",
    '6: sources.github: unknown key "secertFile"; did you mean "secretFile"?',
    "8: sources.gitlab.poll.url: expected an address like https://example.com, got text",
    '8: sources.gitlab.poll.every: "soon" is no duration; write 30s, 15m, 24h or 90d',
    '11: environments.1: unknown key "teir"; did you mean "tier"?',
    "12: rateLimit.perMinute: expected more than 0, got 0",
  ]);
  expect((await refusal("hots: 1")).hint).toContain('Did you mean "host"?');
  expect((await refusal(text)).message).not.toContain("1234567");
});

test("what is wrong beyond the shape: names, patterns, mappings, secret files", async () => {
  const text = `sources:
  githbu: { secret: x }
  netlify:
    map: { id: $.id, statsu: $.state }
  gitlab:
    secretFile: ${home}/gone
names:
  - match: { service: "/(/" }
    set: { service: x }
`;
  const said = await lines(text);
  expect(said[0]).toMatch(/^2: sources.githbu: there is no such source/);
  expect(said.join("\n")).toContain('4: sources.netlify.map: unknown key "statsu"; did you mean "status"?');
  expect(said.join("\n")).toContain(
    `6: sources.gitlab.secretFile: the secret file ${home}/gone cannot be read`,
  );
  expect(said.join("\n")).toMatch(/\n8: names.0: /);
});

test("what has the right shape and cannot work, beside what has not", async () => {
  const text = `port: x
sources:
  githbu: { secert: x }
  github: { secret: "" }
  jenkins: { secrets: ["a", " "], poll: { url: "https://ci.example.com", every: soon } }
names:
  - match: { service: "/(/" }
    set: { service: x }
  - match: { service: x }
    set: { service: y }
    wen: x
environments: [dev, { name: DEV }]
sourceOrder: [github, jenkin, local, render]
backup: { url: "ftp://x", schedule: "61 * * * *" }
publicUrl: vice.example.com
`;
  const said = await lines(text);
  expect(said.map((line) => line.replace(/; known: .*|(?<=7: names.0: ).*/, ""))).toEqual([
    "1: port: expected a number, got text",
    '3: sources.githbu: unknown key "secert"; did you mean "secret"?',
    "3: sources.githbu: there is no such source and it has no `map`",
    "4: sources.github.secret: is empty; give it a value or take the key away",
    "5: sources.jenkins.secrets.1: is empty; give it a value or take the key away",
    '5: sources.jenkins.poll.every: "soon" is no duration; write 30s, 15m, 24h or 90d',
    "7: names.0: ",
    '11: names.1: unknown key "wen"; did you mean "set"?',
    '12: environments.1: "DEV" stands in the list already',
    '13: sourceOrder.1: there is no source "jenkin"',
    '13: sourceOrder.3: there is no source "render"',
    "14: backup.url: no backup can be kept there; write a path, file:///path or s3://bucket/prefix",
    '14: backup.schedule: "61 * * * *" is no schedule; five fields: minute hour day month weekday, as 0 3 * * *',
    "15: publicUrl: expected an address like https://example.com, got text",
  ]);
});

test("options of a source", async () => {
  const said = await lines("sources:\n  octopus:\n    options:\n      secretHeader: 5\n");
  expect(said).toEqual(["4: sources.octopus.options.secretHeader: expected text, got a number"]);
});

test("at most twenty; the rest is counted", async () => {
  const text = Array.from({ length: 30 }, (_, at) => `k${at}: 1\n`).join("");
  const said = await lines(text);
  expect(said).toHaveLength(21);
  expect(said.at(-1)).toBe("and 10 more");
});

test.each(["*", "|", ">"])("a secret that begins with %s and has no quotes is not told", async (sign) => {
  const said = (await lines(`sources:\n  github:\n    secret: ${sign}hunter2\n`)).join();
  expect(said).toContain("needs quotes");
  expect(said).not.toContain("hunter2");
});
