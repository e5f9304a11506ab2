// Reports of tests on a real server: by curl and by command, and what `vice report tests` says of them (H25, H26, H28, H29).
import { afterEach, beforeEach, expect, test } from "vitest";
import { verifyCommands } from "../src/parts/verify/index.ts";
import { startDoor, type TestDoor } from "./http-door.ts";

let door: TestDoor;
beforeEach(async () => {
  door = await startDoor({ commands: verifyCommands });
});
afterEach(() => door.close());

const SHA = "279484c09fbe69ededfced8c1bb6e6d24616b468";

/** JUnit of so many cases; those that are named fail. Each report has its own duration, as real ones have. */
let reports = 0;
function junit(suite: string, count: number, failed: readonly string[] = []): string {
  reports += 1;
  const cases = Array.from({ length: count }, (_, n) => {
    const failure = failed.includes(`t${n}`) ? '<failure message="expected 1"/>' : "";
    return `<testcase name="t${n}" time="${n}.${String(reports).padStart(3, "0")}">${failure}</testcase>`;
  });
  return `<testsuite name="${suite}">${cases.join("")}</testsuite>`;
}

const curl = (body: string, facts: Record<string, string>) =>
  door.ask("/hooks/tests", {
    method: "POST",
    headers: { "x-vice-service": "shop", "x-vice-commit": SHA, ...facts },
    body,
  });
const run = (id: string, input: Record<string, unknown>) => door.post(`/v1/commands/${id}`, input);
const report = async (query = "subject=shop") =>
  (await door.ask(`/v1/report/tests?${query}`)).json<
    Record<string, Record<string, unknown>> & { title: string }
  >();

test("an inverted pyramid is said, and a right one is not", async () => {
  expect((await curl(junit("u", 3), { "x-vice-kind": "unit" })).json()).toMatchObject({
    outcome: "accepted",
  });
  await curl(junit("e", 9), { "x-vice-kind": "e2e" });
  expect(await report()).toMatchObject({
    title: "The pyramid of tests of shop stands on its head: more e2e (9) than unit (3) tests",
    pyramid: { inverted: true, cases: { unit: 3, e2e: 9 } },
  });
  await curl(junit("u", 30), { "x-vice-kind": "unit" });
  expect((await report())["pyramid"]).toMatchObject({ inverted: false, cases: { unit: 30, e2e: 9 } });
});

test("slow, flaky and manual ones, with the counts exact", async () => {
  await curl(junit("u", 7), { "x-vice-kind": "unit" });
  await curl(junit("u", 7, ["t2"]), { "x-vice-kind": "unit" });
  await curl("1..3\nok 1 - looks right\nok 2 - reads well\nok 3 - prints\n", { "x-vice-kind": "manual" });
  const said = await report();
  expect(said).toMatchObject({
    manual: { manual: 3, all: 10, share: 0.3 },
    flaky: [{ name: "u › t2", service: "shop", kind: "unit", commits: [SHA] }],
  });
  expect(said["slowest"]).toMatchObject({ 0: { name: "u › t6", runs: 2 } });
  expect(said.title).toContain("both passed and failed");
});

test("a report given to vice verify is one like any other, with who gave it", async () => {
  await curl(junit("u", 4), { "x-vice-kind": "unit" });
  const input = { junit: junit("u", 4, ["t1"]), service: "shop", kind: "unit", commit: SHA };
  for (const again of [input, input]) await run("verify.run", again);
  await run("verify.run", { tap: "1..1\nok 1 - looks right\n", service: "shop", kind: "manual" });
  expect(await report()).toMatchObject({
    reports: 4,
    pyramid: { cases: { unit: 4, manual: 1 } },
    flaky: [{ name: "u › t1", commits: [SHA] }],
  });
  const { items } = (await door.ask("/v1/activities?kind=check&service=shop")).json<{ items: object[] }>();
  expect(items.length).toBe(4);
  expect(items[0]).toMatchObject({ source: "tests", actor: { name: expect.stringMatching(/./) } });
});

test("what was said of cases is said when raw bodies are dropped and read models are made anew", async () => {
  await curl(junit("u", 7), { "x-vice-kind": "unit", "x-vice-budget": "2s" });
  await curl(junit("u", 7, ["t2"]), { "x-vice-kind": "unit", "x-vice-budget": "2s" });
  await curl(junit("e", 2), { "x-vice-kind": "e2e" });
  const before = await report();
  expect(before).toMatchObject({ reports: 3, withoutCases: 0, flaky: [{ name: "u › t2" }] });
  const pruned = await run("data.prune", { bodiesOlderThan: "0s" });
  expect(pruned.json()).toMatchObject({ result: { count: 3 } });
  expect((await run("data.rebuild", {})).status).toBe(200);
  const { from: _from, to: _to, generatedAt: _at, ...after } = await report();
  expect(before).toMatchObject(after);
  expect(after["slowest"]).toHaveLength(9);
});

test("a report of before vice kept cases is read from its raw body, as long as that is there", async () => {
  const { store, log } = door.services;
  const cases = [{ name: "a", status: "passed", error: null, durationMs: 12 }];
  await door.post("/hooks/tests", { format: "junit", service: "shop", kind: "unit", cases });
  await log.settled();
  const kept = store.testReports.kept;
  store.testReports.kept = () => null;
  try {
    expect(await report()).toMatchObject({ reports: 1, slowest: [{ name: "a", p50Ms: 12 }] });
    await run("data.prune", { bodiesOlderThan: "0s" });
    expect(await report()).toMatchObject({ reports: 0, withoutCases: 1 });
  } finally {
    store.testReports.kept = kept;
  }
});

test("a budget that is exceeded fails the check, and the command with 21", async () => {
  const input = { report: junit("u", 4), service: "shop", kind: "unit", commit: SHA };
  const kept = (await run("verify.import-tests", { ...input, budget: "1m" })).json<{ result: object }>();
  expect(kept.result).toMatchObject({ overBudget: false, problem: null, passed: 4 });
  const late = { ...input, report: junit("u", 5), budget: "2s" };
  const result = (await run("verify.import-tests", late)).json<{
    result: { activity: string };
    exit?: number;
  }>();
  expect(result.result).toMatchObject({ overBudget: true, problem: expect.stringContaining("budget of 2s") });
  const check = (await door.ask(`/v1/activities/${result.result.activity}`)).json();
  expect(check).toMatchObject({
    kind: "check",
    status: "failed",
    error: expect.stringContaining("budget of 2s"),
  });
  expect(await report()).toMatchObject({ suites: [{ overBudget: true, budgetMs: 2000 }] });
});

test("an environment without a check of its infrastructure is flagged until one comes", async () => {
  const deployed = { action: "start", type: "deploy", metadata: { service: "shop", env: "prod-eu" } };
  await door.post("/customhttp", { id: "d1", ...deployed });
  await door.post("/customhttp", { id: "d1", ...deployed, action: "end" });
  await curl(junit("u", 2), { "x-vice-kind": "unit" });
  expect(await report()).toMatchObject({
    title: "Nobody tests the infrastructure of prod-eu",
    environments: [{ environment: "prod-eu", infrastructure: false }],
  });
  await curl(junit("i", 2), { "x-vice-kind": "infra", "x-vice-environment": "prod-eu" });
  expect((await report())["environments"]).toEqual([{ environment: "prod-eu", infrastructure: true }]);
});

test("without a report everything is unknown with a reason, never 0", async () => {
  const said = await report("");
  expect(said).toMatchObject({
    title: "No report of tests is known",
    pyramid: { inverted: null, reason: expect.any(String) },
    manual: { share: null },
  });
  const { text } = await door.ask("/v1/report/tests?format=markdown");
  expect(text).toContain("vice verify import-tests");
});

test("what is no report is refused, by curl and by command", async () => {
  expect((await curl("hello", {})).status).toBe(400);
  const refused = await run("verify.import-tests", { report: "hello" });
  expect([refused.status, refused.json()]).toMatchObject([400, { error: { code: "data.invalid" } }]);
});
