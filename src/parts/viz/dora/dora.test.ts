/** Delivery metrics from the log to the answer: hand counts agree, late facts change what depends on them, every number opens its rows. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { EventData, NewEvent } from "../../../domain/event.ts";
import type { Command } from "../../../kit/command.ts";
import { activityId } from "../../../kit/ids.ts";
import type { Services } from "../../../ports/services.ts";
import { incidentCommands } from "../../data/incidents/incident-commands.ts";
import { vizCommands } from "../index.ts";
import type { DoraOutput } from "./shape.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

const DAY = 86_400_000;
const HOUR = DAY / 24;
const SHA = (digit: string): string => digit.repeat(40);

type Facts = EventData["vice.activity.observed.v1"]["facts"];
const said = { source: "/t", actor: null, traceparent: null, delivery: null };

let made = 0;
function event(
  kind: "deployment" | "incident" | "change",
  at: number,
  facts: Facts,
  step: "succeeded" | "failed" | "canceled" | "running" = "succeeded",
): NewEvent {
  made += 1;
  const object = {
    identityKind: kind,
    source: "jenkins",
    instance: "ci",
    externalId: `x/${made}`,
    attempt: 1,
  };
  const time = new Date(at).toISOString();
  const data = {
    object,
    step,
    at: time,
    reopens: true,
    verified: true,
    generation: 0,
    facts: { kind, ...facts },
  };
  return { ...said, type: "vice.activity.observed.v1", subject: activityId(object), time, data };
}
/** Days and hours before now. */
const ago = (days: number, hours = 0): number => house.clock.nowMs - days * DAY - hours * HOUR;
const deploy = (
  at: number,
  version: string,
  more: Facts = {},
  step: "succeeded" | "failed" = "succeeded",
): NewEvent =>
  event("deployment", at, { service: "shop", environment: "production", version, ...more }, step);

const append = async (...events: NewEvent[]): Promise<void> => {
  await house.services.log.append({ delivery: null, events });
  await house.services.log.settled();
};
const command = (id: string): Command<Services> => {
  const found = vizCommands.find((each) => each.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};
const ask = (input: Record<string, unknown> = {}): Promise<DoraOutput> =>
  house.run(command("viz.dora"), input) as Promise<DoraOutput>;
interface Rows {
  items: Array<{ value: number | null; because: string[]; commit: string | null; release: string | null }>;
}
const rowsOf = (metric: string, input: Record<string, unknown> = {}): Promise<Rows> =>
  house.run(command("viz.dora-rows"), { metric, ...input }) as Promise<Rows>;

test("nothing known is null with a reason, in every rule", async () => {
  for (const rule of ["vice", "datadog", "devlake", "gitlab", "fourkeys"]) {
    const { metrics } = await ask({ rule });
    for (const [name, { value, reason }] of Object.entries(metrics)) {
      expect(value, `${rule} ${name}`).toBeNull();
      expect(reason, `${rule} ${name}`).toMatch(/\w+ \w+/);
    }
  }
});

test("14 deployments in 7 days are 2 a day (V13), 8 of 10 attempts are 80 % with canceled apart (V15)", async () => {
  const times = Array.from({ length: 14 }, (_, at) => ago(7, -at * 12));
  await append(...times.map((at, index) => deploy(at, `v${index}`)));
  const { metrics } = await ask({ service: "shop", from: new Date(ago(7)).toISOString() });
  expect(metrics.deploymentFrequency).toMatchObject({ value: 2, count: 14, unit: "per_day" });
  const other = Array.from({ length: 10 }, (_, at) =>
    deploy(ago(3, at), `v${at}`, { service: "cart" }, at < 8 ? "succeeded" : "failed"),
  );
  await append(
    ...other,
    event("deployment", ago(2), { service: "cart", environment: "production" }, "canceled"),
  );
  const { more } = await ask({ service: "cart" });
  expect(more).toMatchObject({ succeeded: 8, failedAttempts: 2, canceled: 1, successRate: 0.8 });
});

test("V1 V2 V3 V1: by vice V3 failed, by datadog V2; recovery is timed and the rows say why", async () => {
  await append(...["v1", "v2", "v3", "v1"].map((version, at) => deploy(ago(4 - at), version)));
  const { metrics } = await ask({ service: "shop" });
  expect(metrics.changeFailRate).toMatchObject({ value: 1 / 3, count: 3 });
  expect(metrics.failedDeploymentRecoveryTime).toMatchObject({ value: DAY / 1000, count: 1, open: 0 });
  expect(metrics.reworkRate).toMatchObject({ value: 1 / 4, count: 4 });
  const failed = async (rule: string): Promise<Array<string | null>> => {
    const { items } = await rowsOf("changeFailRate", { service: "shop", rule });
    return items.filter(({ value }) => value === 1).map((row) => row.release);
  };
  expect(await failed("vice")).toEqual(["v3"]);
  expect(await failed("datadog")).toEqual(["v2"]);
  const { items } = await rowsOf("failedDeploymentRecoveryTime", { service: "shop" });
  expect(items).toMatchObject([{ value: DAY / 1000, because: [expect.stringMatching(/^rollback /)] }]);
});

const commits = (...list: Array<[sha: string, parents: string[], at: number]>): NewEvent => ({
  ...{ ...said, type: "vice.commits.seen.v1", subject: null, time: new Date(ago(1)).toISOString() },
  data: {
    repository: "r",
    commits: list.map(([sha, parents, at]) => {
      const rest = { authoredAt: null, author: null, message: null, url: null };
      return { sha, parents, committedAt: new Date(at).toISOString(), ...rest };
    }),
  },
});

test("lead time: the first deployment only seeds, merges and what was live are out, late commits come in", async () => {
  const at = (digit: string): Facts => ({ commitSha: SHA(digit) });
  await append(deploy(ago(9), "v1", at("a")), deploy(ago(7), "v2", at("c")), deploy(ago(6), "v1", at("a")));
  await append(deploy(ago(5), "v3", at("e")));
  const before = await ask({ service: "shop" });
  expect(before.metrics.changeLeadTime).toMatchObject({
    value: null,
    reason: expect.stringContaining("not known"),
  });
  await append(
    commits(
      [SHA("a"), [], ago(30)],
      [SHA("b"), [SHA("a")], ago(8)],
      [SHA("c"), [SHA("a"), SHA("b")], ago(8)],
    ),
  );
  const rows = await rowsOf("changeLeadTime", { service: "shop" });
  expect(rows.items.map(({ commit, value }) => [commit?.[0], value])).toEqual([["b", DAY / 1000]]);
  await append(commits([SHA("d"), [SHA("c")], ago(6)], [SHA("e"), [SHA("d")], ago(8)]));
  const { items } = await rowsOf("changeLeadTime", { service: "shop" });
  const values = items.map(({ value }) => Number(value)).sort((a, b) => a - b);
  expect(items.map(({ commit }) => commit?.[0])).toEqual(["b", "e", "d"]);
  const { metrics } = await ask({ service: "shop" });
  expect(metrics.changeLeadTime.value).toBe(values[1]);
  expect(metrics.changeLeadTime).toMatchObject({ count: 3, reason: null });
});

test("each number of a busy service is what its rows say, counted by hand", async () => {
  const words = ["v1", "v2", "v2", "v3", "v2", "v4", "v5"];
  await append(...words.map((version, at) => deploy(ago(20 - at), version)));
  await append(event("incident", ago(14, -2), { service: "shop", tags: { title: "slow" } }, "running"));
  const { metrics, from, to } = await ask({ service: "shop" });
  const values = async (metric: string): Promise<number[]> =>
    (await rowsOf(metric, { service: "shop", from, to })).items.flatMap(({ value }) => value ?? []);
  const sum = (list: number[]): number => list.reduce((a, b) => a + b, 0);
  const [deployed, fails, rework] = [
    await values("deploymentFrequency"),
    await values("changeFailRate"),
    await values("reworkRate"),
  ];
  // Nothing is known before the day of the first deployment, 20 days ago.
  const days = (Date.parse(to) - Math.floor(ago(20) / DAY) * DAY) / DAY;
  expect(metrics.deploymentFrequency.value).toBeCloseTo(sum(deployed) / days);
  expect([sum(deployed), sum(fails), fails.length, sum(rework), rework.length]).toEqual([6, 2, 5, 1, 6]);
  expect(metrics.changeFailRate.value).toBeCloseTo(2 / 5);
  expect(metrics.reworkRate.value).toBeCloseTo(1 / 6);
  expect(metrics.failedDeploymentRecoveryTime).toMatchObject({ open: 1, reason: "1 still open", count: 1 });
});

test("buckets have gaps, not zeros; the trend compares with the equal period before", async () => {
  await append(
    deploy(ago(13), "v1"),
    deploy(ago(12), "v2"),
    deploy(ago(2), "v3"),
    deploy(ago(1), "v4"),
    deploy(ago(1, -3), "v3"),
  );
  const { metrics, buckets } = await ask({
    service: "shop",
    from: new Date(ago(7)).toISOString(),
    bucket: "day",
  });
  expect(metrics.deploymentFrequency.trend).toMatchObject({ previous: 2 / 6.5, direction: "better" });
  expect(buckets.map((each) => each.metrics.changeFailRate.value)).toEqual([
    null,
    null,
    null,
    null,
    null,
    0,
    1,
    null,
  ]);
});

test("an incident opened by hand is linked to what ran in its service, moves when a late deployment arrives, and is timed", async () => {
  const run = (id: string, input: unknown): Promise<Record<string, unknown>> => {
    const command = incidentCommands.find((each) => each.id === `incident.${id}`);
    if (command === undefined) throw new Error(id);
    return house.run(command, input) as Promise<Record<string, unknown>>;
  };
  await append(deploy(ago(3), "v1"), deploy(ago(1), "w1", { service: "cart" }));
  const opened = await run("open", {
    service: "shop",
    reason: "orders are lost",
    severity: "sev1",
    since: new Date(ago(0, 2)).toISOString(),
  });
  expect(opened).toMatchObject({ status: "open", deployment: { version: "v1" }, severity: "sev1" });
  await append(deploy(ago(2), "v2"));
  const list = await run("list", {});
  expect(list).toMatchObject({ items: [{ deployment: { version: "v2" }, title: "orders are lost" }] });
  expect((await ask({ service: "shop" })).metrics.failedDeploymentRecoveryTime).toMatchObject({
    value: null,
    open: 1,
  });
  const closed = await run("close", { id: opened["id"], at: new Date(ago(0, 1)).toISOString() });
  expect(closed).toMatchObject({ status: "closed", durationMs: HOUR });
  const { metrics, more } = await ask({ service: "shop" });
  expect(metrics.failedDeploymentRecoveryTime).toMatchObject({ value: (2 * DAY - HOUR) / 1000, open: 0 });
  expect(more.timeToRestore).toMatchObject({ meanSeconds: 3600, count: 1, open: 0 });
  expect((await ask({ service: "cart" })).metrics.changeFailRate.value).toBeNull();
  await expect(run("close", { id: opened["id"] })).rejects.toMatchObject({ code: "conflict" });
  await expect(run("open", { service: "shpo", reason: "x" })).rejects.toMatchObject({ code: "not-found" });
});

test("another time zone cuts days elsewhere and loses nothing; tiers and environments are apart", async () => {
  const midnight = Math.floor(house.clock.nowMs / DAY) * DAY;
  await append(
    deploy(midnight - HOUR / 2, "v1"),
    deploy(midnight - 30 * HOUR, "v0"),
    deploy(midnight - 2 * HOUR, "v1", { environment: "staging" }),
  );
  const counts = async (tz: string): Promise<number[]> => {
    const { buckets } = await ask({ tz, bucket: "day", from: new Date(midnight - 2 * DAY).toISOString() });
    return buckets.map(({ metrics }) => metrics.deploymentFrequency.count);
  };
  expect(await counts("UTC")).toEqual([1, 1, 0]);
  expect(await counts("Europe/Berlin")).toEqual([1, 0, 1]);
  expect((await ask({ tier: "staging" })).metrics.deploymentFrequency.count).toBe(1);
  expect((await ask({ environment: "STAGING" })).metrics.deploymentFrequency.count).toBe(1);
});

test("an incident of staging is none of production; one that does not say where is", async () => {
  const lasted = (at: number, hours: number, environment: Facts): NewEvent => {
    const startedAt = new Date(at - hours * HOUR).toISOString();
    return event("incident", at, { service: "shop", startedAt, ...environment });
  };
  await append(
    deploy(ago(9), "v1"),
    deploy(ago(9), "v1", { environment: "staging" }),
    lasted(ago(5), 2, { environment: "staging" }),
    lasted(ago(4), 1, { environment: "production" }),
    lasted(ago(3), 1, {}),
  );
  const restored = async (input: Record<string, unknown> = {}) => (await ask(input)).more.timeToRestore;
  expect(await restored()).toMatchObject({ meanSeconds: 3600, count: 2 });
  expect(await restored({ tier: "staging" })).toMatchObject({ meanSeconds: 7200, count: 1 });
  expect((await ask({ rule: "gitlab" })).metrics.changeFailRate.value).toBe(2);
});

test("one run that deploys two services is one delivery of all, and a deployment of each", async () => {
  const parentId = activityId({
    identityKind: "pipeline",
    source: "jenkins",
    instance: "ci",
    externalId: "p",
    attempt: 1,
  });
  await append(deploy(ago(2), "v1", { parentId }), deploy(ago(2), "v1", { parentId, service: "cart" }));
  const count = async (input: object): Promise<number> =>
    (await ask({ ...input })).metrics.deploymentFrequency.count;
  expect([await count({}), await count({ service: "shop" }), await count({ service: "cart" })]).toEqual([
    1, 1, 1,
  ]);
  const { services } = await ask({ by: "service" });
  expect(services?.map(({ service }) => service).sort()).toEqual(["cart", "shop"]);
});

test("a service that moves from one tool to another is one line (G11)", async () => {
  const moved = (at: number, version: string, source: string): NewEvent => {
    const one = deploy(at, version);
    const data = one.data as EventData["vice.activity.observed.v1"];
    const object = { ...data.object, source };
    return { ...one, subject: activityId(object), data: { ...data, object } } as NewEvent;
  };
  await append(
    moved(ago(4), "v1", "jenkins"),
    moved(ago(3), "v2", "jenkins"),
    moved(ago(2), "v3", "gitlab"),
    moved(ago(1), "v2", "gitlab"),
  );
  const { metrics, more } = await ask({ service: "shop" });
  expect(metrics.changeFailRate).toMatchObject({ value: 1 / 3 });
  expect(more.intervalSeconds).toEqual({ p50: DAY / 1000, p90: DAY / 1000, count: 3 });
});
