/** A test of a connection arrives through the real intake, is known as a test, and never counts. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import { voidActivity } from "../corrections/void.ts";
import { listNames } from "../names/list.ts";
import { listSources } from "./list.ts";
import { testSource } from "./send-test.ts";

interface Sent {
  outcome: string;
  activities: string[];
}

let house: WiredHouse;
const send = (source: string): Promise<Sent> => house.run(testSource, { source }) as Promise<Sent>;
const detail = (id: string) => house.services.store.read.detail(id, house.clock.nowMs);
const status = () => house.services.store.read.status({ ephemeral: true }, house.clock.nowMs);
const listed = (includeExcluded = false) =>
  house.services.store.read.activities({ includeExcluded }, 100, null, house.clock.nowMs).items;

beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

test("a test of any tool arrives and stands nowhere, a second one changes nothing", async () => {
  const names = house.services.sources.names().filter((name) => name !== "local");
  const told = new Set<string>();
  for (const name of names) {
    const first = await send(name);
    for (const id of first.activities) told.add(id);
    expect([name, first.outcome]).toEqual([name, "accepted"]);
    for (const id of first.activities) expect(detail(id)?.excluded).toMatch(/^voided: test\b/);
    const second = await send(name);
    expect(second).toMatchObject({ outcome: "duplicate", activities: first.activities });
  }
  expect(status()).toEqual([]);
  expect(listed()).toEqual([]);
  expect(new Set(listed(true).map(({ id }) => id))).toEqual(told);
  expect(told.size).toBeGreaterThanOrEqual(names.length);
  expect(await house.run(listNames, {})).toMatchObject({ services: [], unmatched: [], environments: [] });
  const sources = (await house.run(listSources, {})) as { items: Array<{ services: string[] }> };
  expect(sources.items.map(({ services }) => services)).toEqual(names.map(() => []));
});

test("the voiding stands in the log before the sample, under the name of who sent it", async () => {
  const { activities } = await send("github");
  const events = house.services.store.log.events(0, 100);
  expect(events.map(({ type, actor }) => [type, actor]).slice(0, 2)).toEqual([
    ["vice.activity.voided.v1", "local"],
    ["vice.activity.observed.v1", null],
  ]);
  expect(detail(activities[0] ?? "")?.history).toHaveLength(1);
});

test("the sample of the README does not stand in the way, and no sample has an id that a tool would give", async () => {
  const readme = readFileSync(new URL("../../../../README.md", import.meta.url), "utf8");
  const [, body = ""] = /hooks\/github .*?-d '(.*?)'\n/s.exec(readme) ?? [];
  const headers = { "x-github-event": "deployment_status" };
  const real = await house.send({ source: "github", headers, body: JSON.parse(body) });
  expect((await send("github")).outcome).toBe("accepted");
  expect(listed().map(({ id }) => id)).toEqual(real.activities);
  for (const name of house.services.sources.names().filter((each) => each !== "local")) {
    const { activities } = await send(name);
    const externalIds = activities.map((id) => detail(id)?.activity.externalId);
    for (const id of externalIds) expect(id).toMatch(/9000000|vice-?test|7e577e57/i);
  }
});

test("nothing is sent when something real has the id of the sample", async () => {
  const source = await house.services.sources.get("gitlab");
  const real = await house.send({ source: "gitlab", ...source?.sample, body: source?.sample.body });
  await expect(send("gitlab")).rejects.toMatchObject({ code: "conflict" });
  expect(listed().map(({ id }) => id)).toEqual(real.activities);
  await house.run(voidActivity, { id: real.activities[0], reason: "it was a test" });
  expect((await send("gitlab")).outcome).toBe("duplicate");
});
