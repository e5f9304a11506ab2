// Dashboards of one's own: saved ones survive, panels draw queries and metrics, and a mistake is told with its line.
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { ReportDocument } from "../../../domain/chart/document.ts";
import type { Command } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { report } from "../report.ts";
import { dashboardCommands } from "./dashboard-commands.ts";

const HOUR = 3_600_000;
let house: WiredHouse;

beforeEach(async () => {
  house = await openWired();
  for (const [id, service, hours, status] of [
    ["1", "shop", 30, "succeeded"],
    ["2", "shop", 6, "failed"],
    ["3", "mail", 5, "succeeded"],
  ] as const) {
    const endMs = house.clock.nowMs - hours * HOUR;
    const [startedAt, finishedAt] = [endMs - 60_000, endMs].map((ms) => new Date(ms).toISOString());
    const body = { id, service, environment: "production", status, version: `v${id}`, startedAt, finishedAt };
    await house.send({ source: "generic", body });
  }
});
afterEach(() => house.close());

const run = async <T>(id: string, input: object): Promise<T> => {
  const command = dashboardCommands.find((each) => each.id === id) ?? (report as Command<Services>);
  return (await house.run(command, input)) as T;
};
const documentOf = async (input: object): Promise<ReportDocument> =>
  (await run<{ document: ReportDocument }>("viz.report", { format: "document", ...input })).document;

const TEXT = `title: Payments
since: 7d
services: [shop, mail]
panels:
  - { title: How often, kind: number, metric: deployments }
  - { title: Failed, kind: number, query: "SELECT count(*) FROM deployments WHERE status = 'failed'", unit: count }
  - { title: By day, kind: bar, metric: deployments }
  - { title: Duration, kind: line, metric: duration.p50 }
  - { title: By service, kind: bar, lying: true, query: "SELECT service, count(*) AS n FROM deployments GROUP BY 1 ORDER BY 1" }
  - { title: Grid, kind: heatmap, query: "SELECT service, status, count(*) FROM deployments GROUP BY 1, 2" }
  - { title: Steps, kind: waterfall, query: "SELECT version, started_at, finished_at, status FROM deployments ORDER BY 2" }
  - { title: List, kind: table, query: "SELECT service, version FROM deployments ORDER BY 2" }
  - { title: Wrong, kind: table, query: "SELECT nothing FROM deployments" }
`;

test("a saved dashboard is drawn by its name, with each kind of panel; one that fails says so in its place", async () => {
  await run("viz.dashboard-save", { name: "payments", text: TEXT });
  const { title, summary, blocks } = await documentOf({ project: "Payments" });
  expect([title, summary]).toEqual(["Payments", "13 Nov 2026 to 20 Nov 2026"]);
  expect(blocks.map((block) => (block.kind === "chart" ? block.chart.kind : block.kind))).toEqual([
    ...["figures", "bar", "line", "bar", "heatmap", "waterfall", "table", "text"],
  ]);
  // Numbers stand side by side: one for each service, and that of the query.
  expect(blocks[0]).toMatchObject({
    figures: [
      { label: "How often: shop", value: 2 },
      { label: "How often: mail", value: 1 },
      { label: "Failed", value: 1, unit: "count" },
    ],
  });
  const [, bar, line] = blocks;
  expect(bar).toMatchObject({ chart: { parts: [{ name: "shop" }, { name: "mail" }] } });
  expect(line).toMatchObject({ chart: { unit: "ms", series: [{ name: "shop" }, { name: "mail" }] } });
  if (line?.kind !== "chart" || line.chart.kind !== "line") throw new Error("no line");
  expect(line.chart.markers).toHaveLength(3);
  expect(
    line.chart.series[0]?.points.filter(([, value]) => value !== null).map(([, value]) => value),
  ).toEqual([60_000, 60_000]);
  expect(blocks.at(-1)).toMatchObject({ text: expect.stringContaining("Wrong: ") });
});

test("a panel whose query lacks a value says which, and how it is given", async () => {
  const draft = `panels:
  - { title: There, kind: table, query: "SELECT version FROM deployments WHERE environment = :env" }
  - { title: Given, kind: table, params: { env: nowhere }, query: "SELECT version FROM deployments WHERE environment = :env" }
`;
  const { blocks } = await documentOf({ project: "dashboard", draft });
  expect(blocks[0]).toMatchObject({
    text: expect.stringMatching(/^There: The query needs a value for :env\. .*\bparams\b/),
  });
  expect(blocks[1]).toMatchObject({ kind: "table", empty: "Nothing was found." });
});

test("what is saved tells which panels show nothing, and is saved", async () => {
  const saved = await run<{ problems: unknown[] }>("viz.dashboard-save", { name: "payments", text: TEXT });
  expect(saved.problems).toEqual([{ panel: "Wrong", problem: expect.stringContaining("nothing") }]);
  expect((await run<{ text: string }>("viz.dashboard-show", { name: "payments" })).text).toBe(TEXT);
});

test("it is there after a restart and a rebuild, and gone when it was removed", async () => {
  await run("viz.dashboard-save", { name: "payments", text: TEXT });
  house.services.store.maintenance.startRebuild();
  await house.services.log.settled();
  const names = async (): Promise<string[]> => {
    const { items } = await run<{ items: Array<{ name: string; origin: string }> }>("viz.dashboard-list", {});
    return items.filter(({ origin }) => origin === "saved").map(({ name }) => name);
  };
  expect(await names()).toEqual(["payments"]);
  expect((await run<{ text: string }>("viz.dashboard-show", { name: "payments" })).text).toBe(TEXT);
  await run("viz.dashboard-remove", { name: "payments" });
  expect(await names()).toEqual([]);
});

test("reports that need a name are listed with what they need; those of a project go by its name", async () => {
  const { items } = await run<{ items: Array<{ name: string; needs: string | null }> }>(
    "viz.dashboard-list",
    {},
  );
  const needs = new Map(items.map((item) => [item.name, item.needs]));
  expect(needs.get("service")).toBe("SERVICE");
  expect(needs.get("incident")).toBe("ID");
  expect(needs.get("impact")).toBe("SERIES");
  expect(needs.get("overview")).toBeNull();
  expect(needs.has("project")).toBe(false);
  expect(needs.has("dashboard")).toBe(false);
});

test.each([
  ["panel: []", 1, '"nearest":"panels"'],
  ["panels:\n  - { title: A, kind: lines, metric: deployments }", 2, ""],
  ["panels:\n  - title: A\n    kind: line\n    metrik: deployments", 4, "metric"],
  ["panels:\n  - { title: A, kind: matrix, metric: deployments }", 2, ""],
  ["panels:\n  - { title: A, kind: line }", 2, "either a query or a metric"],
])("%j is refused with its line", async (text, line, words) => {
  const error = await run("viz.dashboard-save", { name: "x", text }).catch((each: unknown) => each);
  expect(error).toMatchObject({ code: "project.invalid" });
  const { problems } = (error as { details: { problems: Array<{ line?: number }> } }).details;
  expect(problems.map((each) => each.line)).toContain(line);
  expect(JSON.stringify(problems).toLowerCase()).toContain(words);
});

test("a file of the project goes before what is saved, and a draft is drawn without being kept", async () => {
  await run("viz.dashboard-save", { name: "payments", text: TEXT });
  const text = "title: Mine\npanels:\n  - { title: A, kind: number, metric: incidents }\n";
  expect((await documentOf({ project: "payments", dashboardFile: { file: "x", text } })).title).toBe("Mine");
  expect((await documentOf({ project: "dashboard", draft: text })).title).toBe("Mine");
});

test("a name that a kind of report has is not given away, and an unknown one has near names", async () => {
  await expect(run("viz.dashboard-save", { name: "drift", text: TEXT })).rejects.toMatchObject({
    code: "input.invalid",
  });
  await run("viz.dashboard-save", { name: "payments", text: TEXT });
  await expect(run("viz.report", { project: "paymets" })).rejects.toMatchObject({
    code: "not-found",
    details: { nearest: "payments" },
  });
});

test("its own time zone is that of its days and words; the asked one goes before; there is no other", async () => {
  const draft = "tz: Pacific/Auckland\npanels:\n  - { title: A, kind: number, metric: incidents }\n";
  const zoneOf = async (input: object) =>
    (await run<{ timeZone: string }>("viz.report", { project: "dashboard", draft, ...input })).timeZone;
  expect(await zoneOf({})).toBe("Pacific/Auckland");
  expect(await zoneOf({ tz: "UTC" })).toBe("UTC");
  await expect(
    run("viz.report", { project: "dashboard", draft: draft.replace("Pacific", "Mars") }),
  ).rejects.toMatchObject({ code: "project.invalid" });
});

test("a grid of thousands by thousands is told about and not drawn", async () => {
  const numbers =
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 4000) SELECT 'row ' || x, 'column ' || x, x FROM n";
  const draft = `panels:\n  - { title: Big, kind: heatmap, query: "${numbers}" }\n  - { title: Big, kind: matrix, query: "${numbers}" }\n`;
  const { blocks } = await documentOf({ project: "dashboard", draft });
  expect(blocks.map(({ kind }) => kind)).toEqual(["text", "table", "text", "table"]);
  expect(blocks[0]).toMatchObject({
    text: expect.stringContaining("4000 rows by 4000 columns cannot be drawn"),
  });
});

test("names with escape sequences reach no terminal, as the titles of columns either", async () => {
  const draft = `panels:
  - { title: Grid, kind: matrix, query: "SELECT 'a' || char(27), 'b' || char(27), 'c' || char(27)" }
  - { title: Bars, kind: bar, unit: "x\\x1by", query: "SELECT 'a' || char(27) AS a, 1 AS b, 2 AS \\"c\\u001bd\\"" }
`;
  const result = await run<object>("viz.report", { project: "dashboard", draft });
  const text = report.text(result as never, { nowMs: 0, columns: 80, color: (_name, said) => said });
  expect(text).toContain("Grid");
  expect(text).not.toContain("\u001b");
});
