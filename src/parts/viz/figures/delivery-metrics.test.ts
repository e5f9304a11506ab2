// What /metrics says of delivery: counted by hand, after corrections too, equal to a recount, and read by a real Prometheus.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deployment, type House, openHouse, plainEvent, T0 } from "../../../../test/data-services.ts";
import { startDoor, type TestDoor } from "../../../../test/http-door.ts";
import { needs } from "../../../../test/needs.ts";
import { expressionsOf, grafanaDashboard, metricsOf } from "../../../domain/grafana/dashboard.ts";
import type { AppendItem } from "../../../ports/event-log.ts";
import { deliveryMetrics, valueStreamMetrics } from "./delivery-metrics.ts";

const NOW = T0 + 3_600_000;
const took = (seconds: number) => ({ startedAt: new Date(T0 - seconds * 1000).toISOString() });
const ITEMS: AppendItem[] = [
  deployment("1", { team: "payments", ...took(45) }),
  deployment("2", took(90), "succeeded", T0 + 1000),
  deployment("3", took(20_000), "failed"),
  deployment("4", { environment: "pr-7", ...took(5) }),
  deployment("5", { environment: "pr-8" }, "canceled"),
  deployment("6", { service: "cart", environment: 'odd "name"\n' }),
  deployment("7", { kind: "ticket", environment: null }, "running", T0 - 60_000),
  deployment("8", { kind: "ticket", environment: null }, "running", T0 - 30 * 86_400_000),
  deployment("9", { kind: "change", environment: null, ...took(7200) }),
];

let house: House;
/** What the server does in the background. */
function settle({ store }: House): void {
  while (!store.maintenance.work(1000).idle);
}

beforeAll(() => {
  house = openHouse();
  house.store.log.append(ITEMS);
  settle(house);
});
afterAll(() => house.close());

const lines = (text: string, start: string): string[] =>
  text.split("\n").filter((line) => line.startsWith(start));

test("counts deployments by service, environment, source and how they ended", () => {
  expect(lines(deliveryMetrics(house.services, NOW), "vice_deployments_total").sort()).toEqual([
    'vice_deployments_total{service="cart",environment="odd \\"name\\"",source="gitlab",status="succeeded"} 1',
    'vice_deployments_total{service="shop",environment="ephemeral",source="gitlab",status="canceled"} 1',
    'vice_deployments_total{service="shop",environment="ephemeral",source="gitlab",status="succeeded"} 1',
    'vice_deployments_total{service="shop",environment="prod-eu",source="gitlab",status="failed"} 1',
    'vice_deployments_total{service="shop",environment="prod-eu",source="gitlab",status="succeeded"} 2',
  ]);
});

test("durations in buckets, failed ones too, unknown ones not", () => {
  const found = lines(deliveryMetrics(house.services, NOW), "vice_deployment_duration_seconds").filter(
    (line) => line.includes("prod-eu"),
  );
  const of = 'service="shop",environment="prod-eu"';
  expect(found).toEqual([
    ...[
      ["10", 0],
      ["30", 0],
      ["60", 1],
      ["120", 2],
      ["300", 2],
      ["600", 2],
      ["1800", 2],
      ["3600", 2],
      ["10800", 2],
      ["+Inf", 3],
    ].map(([le, count]) => `vice_deployment_duration_seconds_bucket{${of},le="${le}"} ${count}`),
    `vice_deployment_duration_seconds_sum{${of}} 20136`,
    `vice_deployment_duration_seconds_count{${of}} 3`,
  ]);
});

test("what runs where, since when, and what is open", () => {
  const text = deliveryMetrics(house.services, NOW);
  expect(lines(text, 'vice_deployed_version_info{service="shop"')).toEqual([
    'vice_deployed_version_info{service="shop",environment="prod-eu",tenant="",tier="production",team="",version="v2",commit=""} 1',
  ]);
  expect(lines(text, 'vice_last_deployment_timestamp_seconds{service="shop"')).toEqual([
    `vice_last_deployment_timestamp_seconds{service="shop",environment="prod-eu",tenant=""} ${T0 / 1000 + 1}`,
  ]);
  // the other ticket is abandoned
  expect(lines(text, "vice_activities_open")).toEqual(['vice_activities_open{kind="ticket"} 1']);
  expect(lines(text, "vice_oldest_open")).toEqual([
    'vice_oldest_open_activity_age_seconds{kind="ticket"} 3660',
  ]);
});

test("ValueStream's three series under their former names", () => {
  const text = valueStreamMetrics(house.services);
  expect(lines(text, "webhooks_event_start_total")).toEqual(
    expect.arrayContaining(
      [
        'webhooks_event_start_total{event_source="gitlab",event_type="deploy"} 6',
        'webhooks_event_start_total{event_source="gitlab",event_type="issue"} 2',
      ].map((line) => line),
    ),
  );
  expect(lines(text, "webhooks_event_end_total")).toContain(
    'webhooks_event_end_total{event_source="gitlab",event_type="deploy",error="true"} 2',
  );
  const change = lines(text, "webhooks_event_duration").filter((line) => line.includes("pull_request"));
  expect(change.slice(0, 3).map((line) => line.replace(/^.*le=/, ""))).toEqual([
    '"1800000"} 0',
    '"3600000"} 0',
    '"10800000"} 1',
  ]);
  expect(change.at(-2)).toMatch(/_sum.* 7200000$/);
});

test("after a correction and in any order it is what a recount gives", async () => {
  const one = fc.record({
    id: fc.integer({ min: 1, max: 6 }).map(String),
    step: fc.constantFrom("running", "succeeded", "failed", "canceled" as const),
    environment: fc.constantFrom("prod", "pr-1", "stage"),
    seconds: fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: null }),
    gone: fc.boolean(),
  });
  await fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 25 }), (list) => {
      const own = openHouse();
      settle(own);
      const text = () =>
        lines(deliveryMetrics(own.services, NOW) + valueStreamMetrics(own.services), "")
          .sort()
          .join("\n");
      for (const [at, { id, step, environment, seconds, gone }] of list.entries()) {
        const item = deployment(
          id,
          { environment, ...(seconds === null ? {} : took(seconds)) },
          step,
          T0 + at * 1000,
        );
        own.store.log.append([item]);
        if (gone)
          own.store.log.append([
            {
              delivery: null,
              events: [
                plainEvent("vice.activity.voided.v1", { reason: "x" }, item.events[0]?.subject ?? null),
              ],
            },
          ]);
        own.store.figures.all(); // taken in piece by piece
      }
      const before = text();
      own.store.maintenance.startRebuild();
      settle(own);
      expect(text()).toBe(before);
      own.close();
    }),
    { numRuns: 10 },
  );
});

test("the dashboard of Grafana asks for what there is", async () => {
  const door = await startDoor({ door: { now: () => NOW } });
  await Promise.all(ITEMS.map((item) => door.services.log.append(item)));
  const { text } = await door.ask("/metrics");
  for (const name of metricsOf()) expect(text, name).toMatch(new RegExp(`^${name}(?:\\{| )`, "m"));
  await door.close();
  const panels = grafanaDashboard()["panels"] as Array<{
    gridPos: { x: number; y: number; w: number; h: number };
  }>;
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, at) => `${x + (at % w)}/${y + Math.floor(at / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length); // no two lie over each other
  expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBeLessThanOrEqual(24);
});

const prometheus = needs("prometheus", "promtool");

prometheus.test("promtool finds nothing to say about either", () => {
  for (const input of [deliveryMetrics(house.services, NOW), valueStreamMetrics(house.services)]) {
    const checked = spawnSync(prometheus.path("promtool"), ["check", "metrics"], { input, encoding: "utf8" });
    expect([checked.stdout + checked.stderr, checked.status]).toEqual(["", 0]);
  }
});

prometheus.test(
  "a real Prometheus scrapes it, and ValueStream's own questions are answered",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "vice-prometheus-"));
    const door: TestDoor = await startDoor();
    const token = await door.token("read");
    await Promise.all(ITEMS.map((item) => door.services.log.append(item)));
    const port = await freePort();
    const job = (name: string, names: string) => `  - job_name: ${name}
    scrape_interval: 200ms
    scrape_timeout: 200ms
    params: { names: [${names}] }
    authorization: { credentials: "${token}" }
    static_configs: [{ targets: ["127.0.0.1:${door.port}"] }]\n`;
    const config = join(folder, "prometheus.yml");
    writeFileSync(config, `scrape_configs:\n${job("vice", "vice")}${job("valuestream", "valuestream")}`);
    const flags = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    const server = spawn(prometheus.path("prometheus"), flags, { stdio: "ignore" });
    try {
      const ask = async (query: string): Promise<string> => {
        const address = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`;
        const answer = await fetch(address)
          .then((reply) => reply.json())
          .catch(() => null);
        const result = (answer as { data?: { result?: Array<{ value: [number, string] }> } } | null)?.data
          ?.result;
        return result?.[0]?.value[1] ?? "";
      };
      const eventually = (query: string) => expect.poll(() => ask(query), { timeout: 15_000, interval: 200 });
      await eventually('sum(vice_deployments_total{status="succeeded"})').toBe("4");
      await eventually('vice_deployed_version_info{service="shop",environment="prod-eu",version="v2"}').toBe(
        "1",
      );
      await eventually(
        "histogram_quantile(0.5, sum by (le) (vice_deployment_duration_seconds_bucket))",
      ).not.toBe("");
      // as in ValueStream's dashboard "Change Failure Rate"
      const failed = `(1 - (sum(webhooks_event_end_total{event_type="deploy", error="false"}) by (job) / sum(webhooks_event_end_total{event_type="deploy"}) by (job))) * 100`;
      await expect.poll(async () => Number(await ask(failed)).toFixed(1), { timeout: 15_000 }).toBe("33.3");
      await eventually('sum(webhooks_event_duration_sum{event_type="pull_request"})').toBe("7200000");
      for (const expression of expressionsOf("1h")) {
        const address = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expression)}`;
        expect(await fetch(address).then((reply) => reply.json()), expression).toMatchObject({
          status: "success",
        });
      }
    } finally {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGKILL");
      await ended;
      await door.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  60_000,
);

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
