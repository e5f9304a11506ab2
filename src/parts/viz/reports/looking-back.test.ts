// Intervals, drift, the week and incidents: each from a small story whose values were computed by hand.
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { Command } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { report } from "../report.ts";

const HOUR = 3_600_000;
let house: WiredHouse;
let id = 0;

beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

const iso = (hoursAgo: number): string => new Date(house.clock.nowMs - hoursAgo * HOUR).toISOString();

async function deployed(hoursAgo: number, version: string, more: object = {}): Promise<void> {
  id += 1;
  const place = { service: "shop", environment: "production", status: "succeeded", version };
  const times = { startedAt: iso(hoursAgo + 0.1), finishedAt: iso(hoursAgo) };
  await house.send({
    source: "generic",
    body: { id: String(id), ...place, ...times, actor: { name: "Robin Roe" }, ...more },
  });
}

const of = async <T>(project: string, more: object = {}): Promise<T> =>
  (await house.run(report as Command<Services>, { project, ...more })) as T;
const text = async (project: string, more: object = {}): Promise<string> =>
  String((await of<{ rendered: string }>(project, { format: "markdown", ...more })).rendered);

test("the time between two deployments is that of the same place, and the first one has none", async () => {
  await deployed(50, "v1");
  await deployed(40, "v2");
  await deployed(39, "v9", { service: "mail" });
  await deployed(10, "v3");
  await deployed(9, "v4", { status: "failed" });
  const { rows, intervalMs } = await of<{
    rows: Array<{ release: string; intervalMs: number | null; commits: number | null }>;
    intervalMs: object;
  }>("batches");
  expect(rows.map(({ release, intervalMs: ms }) => [release, ms === null ? null : ms / HOUR])).toEqual([
    ["v1", null],
    ["v2", 10],
    ["v9", null],
    ["v3", 30],
  ]);
  expect(intervalMs).toEqual({ p50: 20 * HOUR, p95: 29 * HOUR, most: 30 * HOUR, known: 2 });
  expect(rows.every(({ commits }) => commits === null)).toBe(true);
  const csv = (await of<{ rendered: string }>("batches", { format: "csv", service: "mail" })).rendered;
  expect(csv.split("\r\n")[0]).toBe("id,at,service,environment,release,commits,intervalMs");
});

test("what is behind says by how much, and unknown commits are not 0", async () => {
  await deployed(40, "v1", { environment: "staging" });
  await deployed(30, "v1");
  await deployed(20, "v2", { environment: "staging" });
  const { items, title } = await of<{
    title: string;
    items: Array<{ environment: string; behind: object | null }>;
  }>("drift");
  expect(title).toBe("1 service is behind, in 1 place");
  expect(items.map(({ environment, behind }) => [environment, behind])).toEqual([
    ["staging", null],
    [
      "production",
      { environment: "staging", runs: "v2", deployments: 1, ms: 20 * HOUR, commits: null, newest: [] },
    ],
  ]);
  expect(await text("drift")).toContain("| shop | production | v1 | staging | v2 | not known | 1 | 20 h |");
});

test("a week against the week before", async () => {
  for (const hours of [1, 2, 200]) await deployed(hours, `v${hours}`);
  await deployed(3, "v3", { status: "failed", error: "no disk" });
  const { title, deployments, before } = await of<{ title: string; deployments: object; before: object }>(
    "digest",
  );
  expect(title).toBe("3 deployments in 13 Nov 2026 to 20 Nov 2026, 2 more than before");
  expect(deployments).toMatchObject({ succeeded: 2, failed: 1 });
  expect(before).toMatchObject({ succeeded: 1, failed: 0 });
  expect(await text("digest")).toContain("shop | production | v3 | no disk |");
});

test("an incident has its timeline, in order and without any person", async () => {
  await deployed(30, "v1");
  await deployed(5, "v2");
  await deployed(4, "v7", { service: "mail" });
  await house.send({
    source: "cloudevents",
    headers: { "content-type": "application/cloudevents+json" },
    body: {
      ...{ specversion: "1.0", id: "e1", source: "/pager", type: "dev.cdevents.incident.detected.0.2.0" },
      time: iso(3),
      data: {
        context: {
          version: "0.4.1",
          id: "e1",
          source: "/pager",
          type: "dev.cdevents.incident.detected.0.2.0",
          timestamp: iso(3),
        },
        subject: {
          ...{ id: "inc-1", source: "/pager", type: "incident" },
          content: {
            description: "Prices are wrong",
            service: { id: "shop" },
            environment: { id: "production" },
          },
        },
      },
    },
  });
  await deployed(1, "v1", { startedAt: iso(1.5) });
  const list = house.services.store.read.activities({ kind: "incident" }, 10, null, house.clock.nowMs).items;
  const subject = list[0]?.id ?? "";
  const found = await of<{
    incident: { durationMs: number; endedAt: null };
    ranThen: { release: string };
    nextDeployment: { release: string };
    timeline: Array<{ what: string; service: string }>;
  }>("incident", { subject });
  expect(found.incident).toMatchObject({ durationMs: 3 * HOUR, endedAt: null });
  expect([found.ranThen.release, found.nextDeployment.release]).toEqual(["v2", "v1"]);
  expect(found.timeline.map(({ what, service }) => `${service} ${what}`)).toEqual([
    "shop v2 by generic",
    "mail v7 by generic",
    "shop v1 by generic",
  ]);
  for (const format of ["markdown", "html", "json", "document"]) {
    const whole = JSON.stringify(await of("incident", { subject, format }));
    expect(whole).not.toMatch(/robin|roe/i);
    expect(whole).toContain(format === "json" ? "timeline" : "Looking back");
  }
});

test("a deployment is no incident, and nothing is told of what nobody knows", async () => {
  await deployed(5, "v2");
  const [one] = house.services.store.read.activities({}, 1, null, house.clock.nowMs).items;
  await expect(of("incident", { subject: one?.id })).rejects.toMatchObject({ code: "input.invalid" });
  await expect(of("incident", { subject: "00000000-0000-8000-8000-000000000000" })).rejects.toMatchObject({
    code: "not-found",
  });
  await expect(of("incident")).rejects.toMatchObject({
    code: "usage",
    message: expect.stringContaining("needs ID"),
  });
});

test("a flag of another kind is told, with those that this one takes", async () => {
  await expect(of("drift", { agg: "week" })).rejects.toMatchObject({
    code: "usage",
    message: 'The report "drift" does not take --agg.',
    hint: "It takes: --service, --team.",
  });
  await expect(of("overviev")).rejects.toMatchObject({ code: "not-found", details: { nearest: "overview" } });
});
