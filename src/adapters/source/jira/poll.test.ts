/** Jira's history: Cloud and Server, page by page, with each move of a ticket, and no second time what webhooks told. */
import { expect, test } from "vitest";
import { plainHttp } from "../../../../test/fake-api.ts";
import { connect, hooksOf, issue, jiraApi, type Stays } from "../../../../test/fake-jira.ts";
import { pollAll, rowsOfAll } from "../../../../test/poll-all.ts";
import { transitionsOf } from "../../../conformance/folding.ts";
import type { Transition } from "../../../domain/transition.ts";
import jira from "./index.ts";

const SINCE = "2024-11-20T00:00:00.000Z";
const STAYS: Stays = [
  ["2026-11-02T09:00:00.100+0100", "To Do"],
  ["2026-11-03T09:00:00.200+0100", "In Progress"],
  ["2026-11-04T09:00:00.300+0100", "QA"],
  ["2026-11-05T09:00:00.400+0100", "In Progress"],
  ["2026-11-06T09:00:00.500+0100", "Done"],
];
const END = "2026-11-06T08:00:00.500Z";
const at = (n: number): string => new Date(Date.parse("2024-12-01T00:00:00Z") + n * 3_600_000).toISOString();
const many = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    issue(n + 1, [
      [at(n), "To Do"],
      [at(n + 30), "Done"],
    ]),
  );
const idsOf = (transitions: readonly Transition[]): Set<string> =>
  new Set(transitions.map(({ object }) => object.externalId));

test.each([
  true,
  false,
])("every move of a ticket has its time, column and doer (Cloud: %s)", async (isCloud) => {
  await using api = await jiraApi({ isCloud, issues: [issue(1, STAYS)] });
  const { transitions } = await pollAll(jira.poller, connect(api), SINCE);
  const moves = transitions.filter(({ facts }) => facts.tags?.["column"] !== undefined);
  expect(moves.map(({ step, at: when, facts }) => [step, when, facts.tags?.["column"]])).toEqual([
    ["requested", "2026-11-02T08:00:00.100Z", "To Do"],
    ["running", "2026-11-03T08:00:00.200Z", "In Progress"],
    ["running", "2026-11-04T08:00:00.300Z", "QA"],
    ["running", "2026-11-05T08:00:00.400Z", "In Progress"],
    ["succeeded", "2026-11-06T08:00:00.500Z", "Done"],
    ["observed", "2026-11-06T08:00:00.500Z", "Done"],
  ]);
  expect(moves[1]?.facts.actor).toMatchObject({ name: "Robin Example" });
  expect(api.requests.every(({ headers }) => headers["authorization"]?.startsWith("Basic "))).toBe(true);
});

test("beside webhooks a ticket stays one, with one end and the same facts", async () => {
  const found = issue(1, STAYS);
  await using api = await jiraApi({ isCloud: true, issues: [found] });
  const told = transitionsOf(jira, hooksOf(found)).map(([one]) => one);
  const { transitions } = await pollAll(jira.poller, { ...connect(api), instance: "" }, SINCE);
  const [alone, ...others] = rowsOfAll(told);
  expect(others).toEqual([]);
  const both = rowsOfAll([...told, ...transitions]);
  const { occurredAt: _a, startedAt: _b, finishedAt: _c, durationMs: _d, ...same } = alone ?? {};
  expect(both).toEqual([expect.objectContaining({ ...same, status: "succeeded", attempt: 1 })]);
  expect(Math.abs(Date.parse(String(both[0]?.["finishedAt"])) - Date.parse(END))).toBeLessThan(20);
  expect(rowsOfAll([...transitions, ...transitions])).toEqual(rowsOfAll(transitions));
});

test.each([true, false])("all pages are read, and no issue that is older (Cloud: %s)", async (isCloud) => {
  const old = issue(900, [["2020-01-01T00:00:00.000Z", "To Do"]]);
  await using api = await jiraApi({ isCloud, issues: [old, ...many(120)] });
  const { transitions, pages, progress } = await pollAll(jira.poller, connect(api), SINCE);
  expect(idsOf(transitions).size).toBe(120);
  expect(pages).toBe(3);
  expect(progress.at(-1)).toBe(1);
  expect([...progress].sort((a, b) => a - b)).toEqual(progress);
});

test("a changelog that is cut in the search is read whole", async () => {
  await using api = await jiraApi({ isCloud: true, issues: [issue(1, STAYS)], mostEntries: 1 });
  const { transitions } = await pollAll(jira.poller, connect(api), SINCE);
  const columns = transitions.flatMap(({ facts }) => facts.tags?.["column"] ?? []);
  expect(columns).toEqual(["To Do", "In Progress", "QA", "In Progress", "Done", "Done"]);
});

test("a page token that has expired begins again, and misses nothing", async () => {
  const issues = many(120);
  await using api = await jiraApi({ isCloud: true, issues, refused: [] });
  const first = await jira.poller.page(connect(api), SINCE, null, plainHttp, undefined);
  const jql = JSON.parse(first.cursor ?? "null");
  await using later = await jiraApi({ isCloud: true, issues, refused: ["gone"] });
  const cursor = JSON.stringify({ ...jql, token: "gone" });
  const { transitions } = await pollAll(jira.poller, connect(later), SINCE, cursor);
  expect(idsOf(transitions).size).toBe(120);
});

test("what follows asks in minutes, which know no time zone", async () => {
  await using api = await jiraApi({ isCloud: true, issues: [] });
  await pollAll(jira.poller, connect(api), new Date(Date.now() - 600_000).toISOString());
  expect(api.requests.at(-1)?.query.get("jql")).toMatch(/updated >= "-1[12]m"/);
});

test("a ticket with the label of an incident is one from its beginning", async () => {
  await using api = await jiraApi({ isCloud: true, issues: [issue(1, STAYS, { labels: ["incident"] })] });
  const { transitions } = await pollAll(jira.poller, connect(api), SINCE);
  expect(new Set(transitions.map(({ facts }) => facts.kind))).toEqual(new Set(["incident"]));
});
