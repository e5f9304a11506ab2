/** Sets the clock back in the middle of intake and between two starts: the order of the log stays. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import type { Wired } from "../../src/app/wire.ts";
import { builtTwice } from "./read-models.ts";
import { GITHUB_SECRET, type Story, signedDelivery } from "./signed-delivery.ts";

const home = mkdtempSync(join(tmpdir(), "vice-clock-"));
const HOUR = 3_600_000;
const NOON = Date.parse("2026-11-20T12:00:00.000Z");
let clockMs = NOON;

afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A start in what is as good as a new process: nothing is remembered but what is stored. */
async function start(): Promise<Wired> {
  vi.resetModules();
  const { wire } = await import("../../src/app/wire.ts");
  const { loadServerConfig } = await import("../../src/app/config/server-config.ts");
  const env = { VICE_HOME: home, VICE_HOOK_SECRET_GITHUB: GITHUB_SECRET };
  return wire({ config: loadServerConfig(env), env, mode: "write", now: () => clockMs });
}

function take({ services }: Wired, id: string, story: Story): Promise<unknown> {
  const { headers, body } = signedDelivery(id, { ...story, atMs: clockMs });
  const place = { source: "github", instance: null, key: null };
  return services.intake.receive({ ...place, headers, rawBody: body, allowUnsigned: false });
}

const ascending = <T>(values: readonly T[]): T[] => [...values].sort();

test("ids ascend, numbers follow and the fold is right when the clock jumps back", async () => {
  const before = await start();
  await take(before, "a", { deployment: 1, state: "in_progress" });
  clockMs = NOON - 5 * HOUR;
  await take(before, "b", { deployment: 2, state: "in_progress" });
  await take(before, "c", { deployment: 2, state: "success" });
  await before.close();

  clockMs = NOON - 24 * HOUR;
  const house = await start();
  await take(house, "d", { deployment: 1, state: "success" });
  clockMs = NOON + HOUR;
  await take(house, "e", { deployment: 3, state: "success" });

  const { store } = house.services;
  const events = store.log.events(0, 100);
  expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  const ids = events.map(({ id }) => id);
  expect(ids).toEqual(ascending(ids));
  const deliveries = events.map(({ delivery }) => delivery?.id ?? "");
  expect(deliveries).toEqual(ascending(deliveries));
  expect(store.deliveries.list({}, 10, null).items.map(({ id }) => id)).toEqual([...deliveries].reverse());

  const { items } = store.read.activities({}, 10, null, clockMs);
  const found = items.map(({ externalId, status }) => `${externalId?.split("/")[1]} ${status}`);
  expect(found).toEqual(["3 succeeded", "2 succeeded", "1 succeeded"]);
  for (const { durationMs } of items) expect(durationMs ?? 0).toBeGreaterThanOrEqual(0);
  expect(await store.log.verify(null, () => {})).toMatchObject({ ok: true, events: 5 });
  const { live, rebuilt } = builtTwice(store, join(home, "vice.db"));
  expect(live).toEqual(rebuilt);
  await house.close();
});
