// Badges over HTTP: what runs, the last attempt, a metric, and what a cache is told.
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDoor, type TestDoor } from "../../../test/http-door.ts";

let door: TestDoor;
beforeAll(async () => {
  door = await startDoor();
  const now = Date.now();
  for (const [id, environment, status, ago] of [
    ["1", "prod-eu", "succeeded", 7_200_000],
    ["2", "prod-eu", "failed", 3_600_000],
    ["3", "staging", "succeeded", 1_800_000],
  ] as const) {
    const finishedAt = new Date(now - ago).toISOString();
    await door.post("/hooks/generic", {
      id,
      service: "web <shop>",
      environment,
      status,
      version: `v1.${id}`,
      finishedAt,
    });
  }
});
afterAll(() => door.close());

const path = (environment: string): string => `/badge/${encodeURIComponent("web <shop>")}/${environment}`;

test("says the version and what the last attempt was, as SVG that is safe", async () => {
  const fine = await door.ask(path("staging.svg"));
  expect(fine.status).toBe(200);
  expect(fine.headers["content-type"]).toBe("image/svg+xml; charset=utf-8");
  expect(fine.text).toContain('aria-label="web &lt;shop&gt; · staging: v1.3"');
  expect((await door.ask(path("prod-eu.svg"))).text).toContain("v1.1 · v1.2 failed");
});

test("the reader's own cache keeps it for a minute and may ask again by its tag", async () => {
  const first = await door.ask(path("staging.svg"));
  expect(first.headers["cache-control"]).toBe("private, max-age=60");
  const etag = String(first.headers["etag"]);
  const again = await door.ask(path("staging.svg"), { headers: { "if-none-match": etag } });
  expect([again.status, again.text]).toEqual([304, ""]);
});

test("a metric of the place, and an unknown one with the nearest name", async () => {
  const one = await door.ask(`${path("prod-eu.svg")}?metric=deployments`);
  expect(one.text).toContain("web &lt;shop&gt; deployments: 2");
  const wrong = await door.ask(`${path("prod-eu.svg")}?metric=deploiments`);
  expect(wrong.status).toBe(400);
  expect(wrong.text).toContain('"nearest":"deployments"');
  const dora = await door.ask(`${path("prod-eu.svg")}?metric=dora.deploymentFrequency`);
  expect([dora.status, dora.text.includes("deployment frequency")]).toEqual([200, true]);
});

test("a place that nobody knows is a picture too, with 404", async () => {
  const none = await door.ask(path("nowhere.svg"));
  expect([none.status, none.text.includes("not known")]).toEqual([404, true]);
  expect((await door.ask(path("staging"))).status).toBe(404);
});
