// `vice report dora`: what a release manager reads in the terminal, as Markdown and as JSON, from deployments counted by hand.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliDoor, cliDoor } from "./cli-door.ts";
import { deployment } from "./data-services.ts";

const NOW = Date.parse("2026-11-20T12:00:00.000Z");
const DAY = 86_400_000;
let door: CliDoor;

/** So many days before now; production, as the service shop. */
const deployed = (daysAgo: number, version: string, more: object = {}) =>
  deployment(
    `${version}@${daysAgo}`,
    { kind: "deployment", service: "shop", environment: "production", version, ...more },
    "succeeded",
    NOW - daysAgo * DAY,
  );

const iso = (daysAgo: number): string => new Date(NOW - daysAgo * DAY).toISOString();

beforeAll(async () => {
  door = cliDoor();
  await door.append(
    deployed(100, "v0"),
    deployed(12, "v1"),
    deployed(6, "v2"),
    deployed(5, "v3"),
    deployed(4, "v2", { deploymentKind: "rollback" }),
    deployment(
      "inc-1",
      {
        kind: "incident",
        service: "shop",
        environment: "production",
        startedAt: iso(4.5),
        tags: { title: "orders are lost" },
      },
      "succeeded",
      NOW - 4 * DAY,
    ),
  );
});
afterAll(() => door.remove());

const report = (...words: string[]) => door.viceWith({ now: () => NOW }, "report", "dora", ...words);
const WEEK = ["--since", "2026-11-13T00:00:00Z", "--until", "2026-11-20T00:00:00Z"];

test("text: five lines with value, count and rule, and what is not known says why", async () => {
  const { code, out } = await report("shop", ...WEEK);
  expect(code).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "shop, production, 2026-11-13 to 2026-11-20 (UTC), counted by the rule vice

    METRIC                   VALUE  9 OF 10 IN  BAND           TREND                      MADE FROM
    deployment frequency  3 a week              high (2023)    ▲ better: 1 a week before  of 3 deployments
    change lead time             -                                                        no deployment of this period has a lead time: it does not say which commit it deployed
    change fail rate          50 %              low (2023)     ▼ worse: 0 % before        of 2 changes
    recovery time              1 d         1 d  medium (2023)                             of 1 repaired failure
    rework rate               33 %                             ▼ worse: 0 % before        of 3 deployments

    3 attempts succeeded, 0 failed before going live, 0 canceled; usually 1 d from one to the next; incidents began 12 h after the deployment (median of 1); incidents lasted 12 h (median of 1); DORA quick check score 5.9 of 10.

    What a number was made from: vice metrics rows changeLeadTime shop

    BY DAY                SINCE 2026-11-13  LAST
    deployment frequency  ▁███▁▁▁           none
    change fail rate       ▁█                  -
    recovery time           █                  -
    rework rate            ▁▁█                 -

    Incidents: 2026-11-16 orders are lost
    "
  `);
});

test("JSON: the numbers that were counted by hand, with their rows, and the title", async () => {
  const { code, out } = await report("shop", ...WEEK, "--json");
  expect(code).toBe(0);
  const answer = JSON.parse(out);
  expect(answer).toMatchObject({ report: "dora", rule: "vice", scope: { service: "shop" } });
  expect(answer.title).toMatchInlineSnapshot(`"shop: deployed 3 a week, 50 % of changes failed"`);
  const { metrics } = answer;
  expect(metrics.deploymentFrequency).toMatchObject({ value: 3 / 7, count: 3, unit: "per_day" });
  expect(metrics.changeFailRate).toMatchObject({ value: 1 / 2, count: 2 });
  expect(metrics.failedDeploymentRecoveryTime).toMatchObject({ value: 86_400, count: 1, open: 0 });
  expect(metrics.reworkRate).toMatchObject({ value: 1 / 3, count: 3 });
  expect(metrics.changeLeadTime).toMatchObject({ value: null, reason: expect.stringMatching(/commit/) });
  expect(metrics.deploymentFrequency.trend).toMatchObject({ previous: 1 / 7, direction: "better" });
  expect(metrics.changeFailRate.rows).toMatch(/^\/v1\/metrics\/dora\/rows\?metric=changeFailRate&/);
});

test("Markdown: one table of the metrics and one by day, whose counts add up", async () => {
  const { out } = await report("shop", ...WEEK, "--bucket", "day", "--format", "markdown");
  expect(out).toMatch(/^\| metric \| value \| 9 of 10 in \| band \|/m);
  expect(out).toContain("By day");
  const { buckets } = JSON.parse((await report("shop", ...WEEK, "--bucket", "day", "--json")).out);
  const counts = buckets.map(
    (each: { metrics: { deploymentFrequency: { count: number } } }) => each.metrics.deploymentFrequency.count,
  );
  expect(counts).toEqual([0, 1, 1, 1, 0, 0, 0]);
});

test("a line for each metric that is known, with the incidents on its axis, in the document and as one HTML file", async () => {
  const { blocks } = JSON.parse(
    (await report("shop", ...WEEK, "--bucket", "day", "--format", "document")).out,
  );
  const charts = blocks.flatMap(({ chart }: { chart?: unknown }) => chart ?? []);
  expect(charts.map(({ title, unit }: { title: string; unit: string }) => [title, unit])).toEqual([
    ["Deployment frequency by day: 3 a week in all", "a day"],
    ["Change fail rate by day: 50 % in all", "ratio"],
    ["Recovery time by day: 1 d in all", "ms"],
    ["Rework rate by day: 33 % in all", "ratio"],
  ]);
  const [often] = charts;
  expect(often.series[0].points.map(([, value]: [number, number | null]) => value)).toEqual([
    0, 1, 1, 1, 0, 0, 0,
  ]);
  expect(often.markers).toEqual([{ atMs: NOW - 4.5 * DAY, label: "orders are lost", tone: "bad" }]);
  const html = (await report("shop", ...WEEK, "--bucket", "day", "--format", "html")).out;
  for (const { title } of charts) expect(html).toContain(title);
  expect(html).toContain("orders are lost");
});

test("the page gets an address for each number, where its rows are, and how long 9 of 10 take", async () => {
  const { blocks } = JSON.parse((await report("shop", ...WEEK, "--format", "document")).out);
  const [{ table }] = blocks;
  expect(table.rows[3].slice(0, 3)).toEqual(["recovery time", "1 d", "1 d"]);
  expect(table.links[2]).toMatch(/^\/dashboards\/dora\/rows\?metric=changeFailRate&.*service=shop/);
});

test("without a span it counts the days that vice metrics dora counts: one number has one value", async () => {
  const at = { now: () => NOW };
  const metrics = JSON.parse((await door.viceWith(at, "metrics", "dora", "shop", "--json")).out);
  const own = JSON.parse((await report("--service", "shop", "--json")).out);
  expect([own.from, own.to]).toEqual([metrics.from, metrics.to]);
  expect(own.metrics).toEqual(metrics.metrics);
  expect(own.metrics.deploymentFrequency.value).toBe(4 / 90.5);
});

test("a service that is not there: the nearest name; an unknown rule: those that there are", async () => {
  const wrong = await report("shpo");
  expect([wrong.code, wrong.err]).toEqual([expect.any(Number), expect.stringContaining("shop")]);
  expect(wrong.code).not.toBe(0);
  const rule = await report("shop", "--rule", "mine");
  expect(rule.code).toBe(64);
  expect(rule.err).toContain("devlake");
});
