/** `vice verify` as people and pipelines type it: exit codes, forms, files, and the same over HTTP. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyCommands } from "../src/parts/verify/index.ts";
import { webServer } from "./check-worlds.ts";
import { type CliDoor, cliDoor } from "./cli-door.ts";
import { startDoor } from "./http-door.ts";

let door: CliDoor;
let web: Awaited<ReturnType<typeof webServer>>;
let folder: string;
let status = 200;
beforeAll(async () => {
  door = cliDoor();
  web = await webServer((request, reply) => {
    reply.writeHead(status).end(request.url === "/version" ? "v1.4.2" : "fine");
  });
  folder = join(door.home, "shop");
  mkdirSync(folder);
  writeFileSync(
    join(folder, "vice.yaml"),
    `version: 1
project: shop
services: { web: }
environments:
  - staging
  - { name: prod-eu, values: { verify: [] } }
verify:
  - { type: http, name: front page, url: "${web.url}/" }
  - { type: deployed, url: "${web.url}/version" }
`,
  );
});
afterAll(async () => {
  await web.close();
  door.remove();
});
const vice = (...words: string[]) => door.vice("verify", ...words);

test("0 when all gates pass, 21 when one fails, with what is wrong", async () => {
  const fine = await vice(folder, "--version", "v1.4.2");
  expect([fine.code, fine.out]).toEqual([0, expect.stringContaining("web in staging v1.4.2")]);
  expect(fine.out).toContain("2 passed.");
  const other = await vice(folder, "staging", "--version", "v1.4.3");
  expect(other.code).toBe(21);
  expect(other.out).toContain("it answers v1.4.2, expected v1.4.3");
  const asked = await door.vice("can-deploy", "web", "staging", "--version", "v1.4.3");
  expect([asked.code, asked.out]).toEqual([23, expect.stringContaining("is red")]);
});

test("by the founding words: vice wrath <project> <options...>", async () => {
  expect((await door.vice("wrath", folder, "--version", "v1.4.2")).code).toBe(0);
});

test("no checks: says so, and that is no failure", async () => {
  const none = await vice(folder, "prod-eu");
  expect([none.code, none.out]).toEqual([
    0,
    "There are no checks for web in prod-eu: add them to verify in vice.yaml.\n",
  ]);
});

test("production must be named, and what is not there is told with what is", async () => {
  const wrong = await vice(folder, "stagin");
  expect([wrong.code, wrong.err]).toEqual([66, expect.stringContaining('Did you mean "staging"?')]);
  expect((await vice(folder, "--service", "api")).err).toContain('has no service "api"');
  const nowhere = await vice("no-such-project");
  expect([nowhere.code, nowhere.err]).toEqual([66, expect.stringContaining("There is no project")]);
});

test("mistakes are told with line and nearest name, by project check too", async () => {
  const other = join(door.home, "other");
  mkdirSync(other);
  const text =
    "version: 1\nproject: other\nverify:\n  - { type: http, url: x, settel: 3s }\n  - { type: htttp }\n";
  writeFileSync(join(other, "vice.yaml"), text);
  for (const words of [
    ["verify", other],
    ["project", "check", other],
  ]) {
    const { code, err } = await door.vice(...words);
    expect(code).toBe(65);
    expect(err).toContain(':4: verify.0: unknown key "settel"; did you mean "settle"?');
    expect(err).toContain(':5: verify.1.type: "htttp" is none of');
  }
});

test("checks of a file, with where it runs; 65 for what is not right, 66 for what is not there", async () => {
  const file = join(door.home, "checks.yaml");
  writeFileSync(file, `- { type: http, url: "${"$".concat("{{ url }}")}/" }\n`);
  expect((await vice("--file", file, "--url", web.url)).code).toBe(0);
  const without = await vice("--file", file);
  expect([without.code, without.out]).toEqual([21, expect.stringContaining("say where it runs: --url")]);
  writeFileSync(file, "- type: http\n- [\n");
  expect((await vice("--file", file)).code).toBe(65);
  writeFileSync(file, "- type: http\n");
  expect((await vice("--file", file)).err).toContain(":1: 0.url: is missing");
  expect((await vice("--file", join(door.home, "nowhere.yaml"))).code).toBe(66);
  expect((await vice(folder, "--every", "soon")).code).toBe(64);
});

test("JUnit, TAP and JSON, on the terminal or into a file", async () => {
  const tap = await vice(folder, "--version", "v1", "--format", "tap");
  expect(tap.code).toBe(21);
  expect(tap.out).toMatch(/^TAP version 13\n1\.\.2\nok 1 - front page\nnot ok 2 - /);
  const file = join(door.home, "results.xml");
  const said = await vice(folder, "--version", "v1.4.2", "--format", "junit", "--output", file);
  expect([said.code, said.out]).toEqual([0, expect.stringContaining(`Written to ${file}.`)]);
  expect(readFileSync(file, "utf8")).toContain(
    '<testsuite name="web in staging v1.4.2" tests="2" failures="0"',
  );
  expect(JSON.parse((await vice(folder, "--json", "--version", "v1.4.2")).out)).toMatchObject({
    passed: true,
    items: [{ service: "web" }],
  });
});

test("results of another runner count, and are one activity", async () => {
  const file = join(door.home, "unit.xml");
  writeFileSync(
    file,
    '<testsuite name="unit"><testcase name="a"/><testcase name="b"><failure message="got 2"/></testcase></testsuite>',
  );
  const sha = "279484c09fbe69ededfced8c1bb6e6d24616b468";
  const said = await vice("--junit", file, "--service", "cart", "--commit", sha);
  expect([said.code, said.out]).toEqual([21, expect.stringContaining("1 passed, 1 failed.")]);
  const { items } = JSON.parse((await door.vice("activities", "--service", "cart", "--json")).out);
  expect(items).toMatchObject([
    {
      kind: "check",
      status: "failed",
      commitSha: sha,
      tags: { name: "unit" },
      error: "1 of 2 tests failed: unit › b (got 2)",
    },
  ]);
  writeFileSync(file, "1..1\nok 1 - a\n");
  expect((await vice("--tap", file, "--service", "cart")).code).toBe(0);
  writeFileSync(file, "nothing");
  expect((await vice("--tap", file)).code).toBe(65);
});

test("again and again, so often; what was wrong once is not made good", async () => {
  status = 500;
  setTimeout(() => {
    status = 200;
  }, 250);
  const said = await vice(folder, "--version", "v1.4.2", "--every", "400ms", "--times", "3");
  expect([said.code, said.out.match(/web in staging/g)]).toEqual([21, Array(3).fill("web in staging")]);
  expect(said.out.trimEnd().endsWith("2 passed.")).toBe(true);
});

test("over HTTP, for whoever may deploy a registered project", async () => {
  const server = await startDoor({ commands: verifyCommands });
  try {
    const token = await server.token("deploy");
    const input = { junit: '<testsuite name="unit"><testcase name="a"/></testsuite>', service: "shop" };
    const ask = (bearer: string) =>
      server.post("/v1/commands/verify.run", input, { authorization: `Bearer ${bearer}` });
    expect((await ask(token)).status).toBe(200);
    expect((await ask(await server.token("read"))).status).toBe(403);
    const [given, file] = [join(door.home, "given.xml"), join(door.home, "here.tap")];
    writeFileSync(given, input.junit);
    const env = { HOME: door.home, VICE_HOME: door.home, VICE_SERVER: server.url, VICE_TOKEN: token };
    const words = ["verify", "--junit", given, "--service", "shop", "--format", "tap", "--output"];
    const said = await door.viceWith({ env }, ...words, file);
    expect([said.code, said.err]).toEqual([0, ""]);
    expect(readFileSync(file, "utf8")).toContain("ok 1 - unit › a");
    const nowhere = await door.viceWith({ env }, ...words, join(door.home, "no", "where.tap"));
    expect([nowhere.code, nowhere.err]).toEqual([64, expect.stringContaining("cannot be written")]);
  } finally {
    await server.close();
  }
});
