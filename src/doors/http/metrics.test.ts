/** Tests /metrics on a server that has done something, and has Prometheus' own tool read it. */
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDoor, type TestDoor } from "../../../test/http-door.ts";
import { needs } from "../../../test/needs.ts";

let door: TestDoor;
let text = "";
beforeAll(async () => {
  door = await startDoor();
  const event = { id: "m1", action: "start", type: "deploy", metadata: { service: "shop" } };
  for (const id of ["m1", "m1", "m2"]) await door.post("/customhttp", { ...event, id });
  await door.post("/hooks/github", "no such event", { "x-github-event": 'a"b' });
  await door.ask("/nope");
  text = (await door.ask("/metrics")).text;
});
afterAll(() => door.close());

const value = (sample: string): number => {
  const line = text.split("\n").find((each) => each.startsWith(`${sample} `));
  return Number(line?.split(" ").at(-1));
};

test("counts deliveries and requests, and says how the store is", async () => {
  const labels = 'source="valuestream",instance="valuestream"';
  expect(value(`vice_deliveries_total{${labels},outcome="accepted"}`)).toBe(2);
  expect(value(`vice_deliveries_total{${labels},outcome="duplicate"}`)).toBe(1);
  expect(
    value('vice_http_request_duration_seconds_count{method="POST",route="/customhttp",status="200"}'),
  ).toBe(3);
  expect(value('vice_http_request_duration_seconds_count{method="GET",route="unmatched",status="404"}')).toBe(
    1,
  );
  expect(value("vice_intake_duration_seconds_count")).toBe(4);
  expect(value("vice_log_seq")).toBe(door.services.store.log.head().seq);
  for (const name of ["vice_projection_lag_events", "vice_append_queue_items", "vice_spool_size_bytes"]) {
    expect(value(name), name).toBe(0);
  }
  for (const name of [
    "vice_store_free_disk_bytes",
    "vice_store_wal_size_bytes",
    "process_resident_memory_bytes",
  ]) {
    expect(value(name), name).toBeGreaterThan(0);
  }
  await expect
    .poll(async () => (await door.ask("/metrics")).text)
    .toContain('vice_event_loop_delay_seconds{statistic="p99"}');
});

const prometheus = needs("promtool");
prometheus.test("promtool finds nothing to say about it", async () => {
  const { text: input } = await door.ask("/metrics");
  const checked = spawnSync(prometheus.path("promtool"), ["check", "metrics"], { input, encoding: "utf8" });
  expect(checked.stdout + checked.stderr).toBe("");
  expect(checked.status).toBe(0);
});
