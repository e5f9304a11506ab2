/**
 * Public cases of other systems, typed anew as facts, with their paths. Where `vice` counts otherwise on purpose, the test
 * says so. apache/incubator-devlake and middlewarehq/middleware and dora-team/dora.dev are under Apache-2.0.
 */
import { expect, test } from "vitest";
import { quantile } from "../quantile.ts";
import { bucketsOf } from "./buckets.ts";
import { devlakeCycle } from "./changes.ts";
import type { Delivered, Incident } from "./delivered.ts";
import type { DoraRow } from "./dora.ts";
import { BITS } from "./outcome.ts";
import { deploymentOf, outcomesOf } from "./outcomes.ts";
import { timeToRestore } from "./restore.ts";
import { RULES } from "./rules.ts";
import { overallScore, scoreOf, scoreOfAnswer, scoreOfRatio } from "./score.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

// backend/plugins/dora/e2e/prev_success_deployment_commit/cicd_deployment_commits_after.csv:
// id, result, finished (day of 2022-09, 22:51:47), pipeline, scope, repository, environment, id of the one before
const PREVIOUS = `1 SUCCESS 10 pipeline1 cicd1 REPO111 PRODUCTION -
2 SUCCESS 11 pipeline1 cicd1 REPO222 PRODUCTION -
3 SUCCESS 13 pipeline2 cicd2 REPO111 PRODUCTION -
4 SUCCESS 14 pipeline2 cicd2 REPO333 PRODUCTION -
5 SUCCESS 15 pipeline4 cicd1 REPO111 PRODUCTION 1
6 SUCCESS 16 pipeline4 cicd1 REPO222 PRODUCTION 2
7 SUCCESS 17 pipeline5 cicd1 REPO111 STAGING -
8 SUCCESS 18 pipeline5 cicd1 REPO111 STAGING 7
9 SUCCESS 19 pipeline6 cicd1 REPO111 PRODUCTION 5
10 SUCCESS 20 pipeline6 cicd1 REPO222 PRODUCTION 6
11 FAILURE 21 pipeline7 cicd2 REPO111 PRODUCTION -
12 SUCCESS 22 pipeline7 cicd2 REPO333 PRODUCTION 4
13 SUCCESS 23 pipeline7 cicd2 REPO111 PRODUCTION 3
14 FAILURE 19 pipeline8 cicd3 REPO111 PRODUCTION -
15 SUCCESS 13 pipeline9 cicd3 REPO111 PRODUCTION -
16 SUCCESS 14 pipeline10 cicd3 REPO333 - -`
  .split("\n")
  .map((row) => {
    const [id = "", result, day, pipeline = "", scope = "", repo, env, before] = row.split(" ");
    const environment = env === "-" ? "" : (env ?? "").toLowerCase();
    const delivered: Delivered = {
      ...{ id, service: `${scope}/${repo}`, environment, tenant: "", team: "", parentId: null },
      ...{ tier: environment, kind: "deploy", remedy: null, fixes: null },
      finishMs: Date.parse(`2022-09-${day}T22:51:47Z`),
      status: result === "SUCCESS" ? "succeeded" : "failed",
    };
    return { delivered, pipeline, scope, before: before === "-" ? null : before };
  });

test("DevLake: the success before each of 16 deployments", () => {
  const all = PREVIOUS.map(({ delivered }) => delivered);
  const outcomes = outcomesOf(all, []);
  for (const { delivered, before } of PREVIOUS) {
    const former = all.find(({ id }) => id === before);
    const gap = former === undefined ? null : delivered.finishMs - former.finishMs;
    expect(outcomes.get(delivered.id)?.gapMs, delivered.id).toBe(gap);
  }
});

// backend/plugins/dora/e2e/connect_incident_to_deployment/raw_tables/incidents.csv and
// snapshot_tables/project_incident_deployment_relationships.csv; the seventh lies in no project
const INCIDENTS = [
  ["1367714738", "2022-11-13T23:37:21Z", "pipeline7"],
  ["1370816458", "2022-11-13T01:07:21Z", "pipeline7"],
  ["1371320153", "2022-11-02T08:21:09Z", "pipeline7"],
  ["1372381019", "2022-11-28T01:46:47Z", "pipeline7"],
  ["1372644519", "2022-11-16T21:34:01Z", "pipeline7"],
  ["1373792478", "2022-09-15T01:56:16Z", "pipeline2"],
] as const;

test("DevLake: seven incidents, six links, when the whole project is taken as one service", () => {
  const project = PREVIOUS.filter(({ scope }) => scope !== "cicd3").map(({ delivered, ...rest }) => ({
    ...rest,
    delivered: { ...delivered, service: "project1" },
  }));
  const deployed = project
    .map(({ delivered }) => delivered)
    .filter(({ status }) => status === "succeeded")
    .sort((a, b) => a.finishMs - b.finishMs);
  const link = (incident: Partial<Incident>): string | undefined => {
    const whole = {
      id: "",
      service: "project1",
      environment: "",
      beganMs: 0,
      endedMs: null,
      toldMs: null,
      cause: null,
    };
    const id = deploymentOf({ ...whole, ...incident }, deployed);
    return project.find(({ delivered }) => delivered.id === id)?.pipeline;
  };
  for (const [id, at, pipeline] of INCIDENTS) expect(link({ beganMs: Date.parse(at) }), id).toBe(pipeline);
  expect(link({ service: "repo3", beganMs: Date.parse("2022-09-15T01:56:06Z") })).toBeUndefined();
});

test("vice on purpose: an incident is linked to the deployment of its own service, not to the last of the project", () => {
  const deployed = PREVIOUS.map(({ delivered }) => delivered).filter(({ status }) => status === "succeeded");
  const incident = { id: "", environment: "", endedMs: null, toldMs: null, cause: null };
  const beganMs = Date.parse("2022-11-13T23:37:21Z");
  expect(deploymentOf({ ...incident, service: "cicd1/REPO111", beganMs }, deployed)).toBe("9");
});

// backend/plugins/dora/e2e/change_lead_time: pull_requests, pull_request_commits, cicd_deployment_commits (started + 60 s)
// and project_pr_metrics.csv: opened, merged, first commit, deployed -> coding, deploy, cycle in minutes
test.each([
  ["pr1", "11T04:51:47", "11T05:51:47", "10T04:51:47", "13T07:29:14", [1440, 2978, 4478]],
  ["pr2", "12T04:51:47", "12T05:51:47", "13T04:51:47", "13T07:29:14", [null, 1538, 1598]],
  [
    "pr3, merged after its deployment",
    "11T06:53:51",
    "14T06:53:51",
    "07T04:51:47",
    "13T07:30:34",
    [5883, null, 10203],
  ],
  ["pr4, not deployed", "13T07:55:01", "13T08:55:01", "05T04:51:47", null, [11704, null, 11764]],
])("DevLake lead time: %s", (_, opened, merged, commit, deployed, expected) => {
  const at = (text: string): number => Date.parse(`2023-04-${text}Z`);
  const change = { openedMs: at(opened), mergedMs: at(merged), firstCommitMs: at(commit) };
  const { codingMin, deployMin, cycleMin } = devlakeCycle(change, deployed === null ? null : at(deployed));
  expect([codingMin, deployMin, cycleMin]).toEqual(expected);
});

const row = (atMs: number, over: Partial<DoraRow> = {}): DoraRow => ({
  ...{
    id: String(atMs),
    service: "shop",
    environment: "prod",
    tenant: "",
    atMs,
    kind: "deploy",
    release: null,
  },
  ...{
    bits: BITS.succeeded | BITS.deployed | BITS.change,
    leads: [],
    leadReason: null,
    commitFrom: null,
    changes: null,
  },
  ...{ recoveryMs: null, gapMs: null, causes: [], incidents: [], isFirstOfDelivery: true, isWatched: true },
  ...over,
});
const known = { firstMs: 0, services: { all: 1, watched: 1 }, leadReason: null };

// apache/devlake#8890: 23 deployments in 30 days, 6 incidents on 4 of them
test("DevLake #8890: deployments that failed are counted, not incidents: 4 of 23, not 6", () => {
  const incident = { id: "i", beganMs: 0, endedMs: null, toldMs: null };
  const hurt = [2, 1, 2, 1].map((count) => ({
    incidents: Array.from({ length: count }, () => incident),
    bits: BITS.succeeded | BITS.deployed | BITS.change | BITS.failed | BITS.open,
  }));
  const rows = Array.from({ length: 23 }, (_, at) => row(at * DAY, hurt[at]));
  const material = { period: { fromMs: 0, toMs: 30 * DAY }, rows, incidents: Array(6).fill(incident), known };
  for (const rule of ["devlake", "vice"] as const)
    expect(RULES[rule](material).changeFailRate.value, rule).toBeCloseTo(4 / 23);
  expect(RULES.gitlab(material).changeFailRate.value).toBeCloseTo(6 / 23);
});

// middlewarehq/middleware backend/analytics_server/tests/service/Incidents/test_change_failure_rate.py and
// test_deployment_incident_mapper.py: hours before now of deployments and incidents -> which deployments failed
test.each([
  ["none and none", [], [], []],
  ["no incident", [48, 6], [], []],
  ["no deployment", [], [72], []],
  ["one between two", [48, 6], [24], [48]],
  ["one before two", [48, 6], [72], []],
  ["one after two", [48, 6], [1], [6]],
  ["many", [168, 144, 96, 48, 6, 0.5], [240, 120, 72, 20, 4, 2, 1], [144, 96, 48, 6]],
  ["mapper, many", [168, 144, 96, 48, 6], [120, 72, 20, 1], [144, 96, 48, 6]],
])("Middleware change failure: %s", (_, deployed, incidents, failed) => {
  const all = deployed.map(
    (hours): Delivered => ({
      ...{
        id: String(hours),
        service: "shop",
        environment: "prod",
        tenant: "",
        tier: "production",
        team: "",
      },
      ...{
        finishMs: -hours * HOUR,
        status: "succeeded",
        kind: "deploy",
        remedy: null,
        fixes: null,
        parentId: null,
      },
    }),
  );
  const began = incidents.map((hours, at) => ({
    ...{ id: String(at), service: "shop", environment: "", endedMs: null, toldMs: null, cause: null },
    beganMs: -hours * HOUR,
  }));
  const hurt = [...outcomesOf(all, began)].filter(([, { bits }]) => (bits & BITS.failed) !== 0);
  expect(hurt.map(([id]) => Number(id))).toEqual(failed);
});

test("vice on purpose: nothing deployed has no change fail rate, where Middleware says 0", () => {
  const material = { period: { fromMs: 0, toMs: DAY }, rows: [], incidents: [], known };
  expect(RULES.vice(material).changeFailRate).toMatchObject({
    value: null,
    reason: expect.stringMatching(/./),
  });
});

// .../tests/service/deployments/test_deployment_frequency.py, "across weeks" (2024-01-02 to 2024-01-23)
test("Middleware frequency: 2, 0, 4, 0 by week; vice on purpose says 2 a week and not the integer 1", () => {
  const week4 = Date.parse("2024-01-22T00:00:00Z");
  const period = { fromMs: Date.parse("2024-01-02T00:00:00Z"), toMs: Date.parse("2024-01-23T00:00:00Z") };
  const rows = [
    period.fromMs + 12 * HOUR,
    period.fromMs + 24 * HOUR,
    week4 - 4 * DAY,
    week4 - 2 * DAY,
    week4 - 6 * HOUR,
    week4 - HOUR / 2,
  ].map((atMs) => row(atMs));
  const weeks = bucketsOf(period, "week", "UTC").map(
    ({ fromMs, toMs }) => rows.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).length,
  );
  expect(weeks).toEqual([2, 0, 4, 0]);
  const { deploymentFrequency } = RULES.vice({ period, rows, incidents: [], known });
  expect((deploymentFrequency.value ?? 0) * 7).toBeCloseTo(2);
});

// .../tests/service/Incidents/test_mean_time_to_recovery.py
test.each([
  [[100, 300, 800], 400],
  [[100, 300, 800, 90], 322.5],
  [[], null],
])("Middleware time to recovery: %j seconds", (seconds, mean) => {
  const incidents = seconds.map((each) => ({ beganMs: 0, endedMs: each * 1000 }));
  expect(timeToRestore(incidents)).toMatchObject({ meanSeconds: mean, count: seconds.length, open: 0 });
});

// .../tests/service/code/test_lead_time_service.py: means weighted by pull requests (3, 2); the same pull requests one by one
test("Middleware lead time: the weighted mean of ten; vice takes the median, which is the same here", () => {
  const each = (values: readonly number[]): number[] =>
    values.flatMap((value, at) => Array(at + 1).fill(value));
  expect(quantile(each([1, 2, 3, 4]), 0.5)).toBe(3);
  expect(quantile(each([4, 3, 2, 1]), 0.5)).toBe(2);
});

// dora-team/dora.dev svelte/quick-check/src/lib/data-service.test.ts
test("dora.dev: scores of answers and percentages, and the mean of 2025", () => {
  expect([1, 6, 3.5].map(scoreOfAnswer)).toEqual([0, 10, 5]);
  expect([0, 1, 0.5].map(scoreOfRatio)).toEqual([10, 0, 5]);
  expect(scoreOfRatio(0.19)).toBeCloseTo(8.1);
  expect(scoreOfRatio(0.22)).toBeCloseTo(7.8);
  expect(overallScore([5.5, 4.8, 7.4, 8.1, 7.8])).toBeCloseTo(6.72);
  expect(overallScore([10, 10, 10, 10])).toBe(10);
  expect(overallScore([10, null])).toBe(10);
  expect(scoreOf("changeLeadTime", 1800)).toBe(10);
  expect(scoreOf("deploymentFrequency", 3)).toBe(10);
});
