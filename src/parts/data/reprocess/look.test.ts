/** Looking at the log and trying mappings: `vice data tail`, `vice data map`, `vice data rebuild`. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import { dryRun } from "../../../adapters/source/generic/index.ts";
import { sample as github } from "../../../adapters/source/github/sample.ts";
import { mapCommand } from "./map.ts";
import { rebuild } from "./rebuild.ts";
import { tail } from "./tail.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired({ mappings: { deployer: { id: "$.run", status: "$.state", service: "$.app" } } });
});
afterEach(() => house.close());

const send = (n: number) =>
  house.send({
    source: "generic",
    body: {
      id: String(n),
      service: "shop",
      environment: "prod",
      status: "succeeded",
      version: `v${n}`,
      finishedAt: "2026-11-20T10:00:00Z",
    },
  });
interface Tail {
  items: Array<{ seq: number; type: string; hash?: string }>;
  next: number;
}
const tailed = (input: object) => house.run(tail, input) as Promise<Tail>;

describe("vice data tail", () => {
  test("gives the newest events, then what came after", async () => {
    for (const n of [1, 2, 3]) await send(n);
    const first = await tailed({ lines: 2 });
    expect(first.items.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(
      tail
        .text(first, { nowMs: 0, columns: 80, color: (_, text) => text })
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(first.items);
    await send(4);
    expect(await tailed({ after: first.next })).toMatchObject({ items: [{ seq: 4 }], next: 4 });
    expect(await tailed({ after: 4 })).toEqual({ items: [], next: 4 });
    expect((await tailed({ after: 0, type: "vice.names" })).items).toEqual([]);
  });

  test("waits for what comes, no longer than asked", async () => {
    const waiting = tailed({ after: 0, wait: 5 });
    await send(1);
    expect((await waiting).items).toHaveLength(1);
    const from = performance.now();
    expect((await tailed({ after: 1, wait: 0.1 })).items).toEqual([]);
    expect(performance.now() - from).toBeLessThan(2000);
  });

  test("followed, it says how to go on; else that was all", () => {
    expect(tail.again?.({ follow: true, lines: 20, wait: 0 }, { items: [], next: 7 })).toMatchObject({
      after: 7,
      follow: true,
    });
    expect(tail.again?.({ follow: false, lines: 20, wait: 0 }, { items: [], next: 7 })).toBeNull();
  });
});

describe("vice data map", () => {
  const map = mapCommand(dryRun);
  const sample = JSON.stringify({ run: 7, state: "ok", app: "shop", when: "2026-11-20T10:00:00Z" });

  test("says for each field what it found and what is wrong with it", async () => {
    const mapping =
      "map:\n  id: $.run\n  status: $.state\n  service: $.app\n  finishedAt: $.wen\n  commitSha: $.app\n";
    const result = (await house.run(map, { sample, mapping })) as {
      items: Array<{
        outcome: string;
        fields: Array<{ field: string; value: string | null; problem: string | null }>;
      }>;
    };
    expect(result.items).toMatchObject([
      { outcome: "accepted", transitions: [{ step: "succeeded", facts: { service: "shop" } }] },
    ]);
    const fields = Object.fromEntries(result.items[0]?.fields.map((each) => [each.field, each]) ?? []);
    expect(fields["service"]).toMatchObject({ value: "shop", problem: null });
    expect(fields["commitSha"]?.problem).not.toBeNull();
    expect(map.text(result, { nowMs: 0, columns: 100, color: (_, text) => text })).toContain("$.app");
    expect(house.services.store.log.head().seq).toBe(0);
  });

  test("takes the mapping of a configured source, or a source that vice knows", async () => {
    expect(await house.run(map, { sample, source: "deployer" })).toMatchObject({
      items: [{ outcome: "accepted" }],
    });
    const whole = JSON.stringify({ headers: { "X-GitHub-Event": "deployment_status" }, body: github.body });
    expect(await house.run(map, { sample: whole, source: "github" })).toMatchObject({
      items: [{ outcome: "accepted" }],
    });
  });

  test.each([
    [{ sample: "{", source: "deployer" }, "data.invalid"],
    [{ sample, mapping: "a: [" }, "data.invalid"],
    [{ sample, mapping: "id: $.run\nstatsu: $.state\nstatus: $.state" }, "data.invalid"],
    [{ sample, source: "githob" }, "source.unknown"],
    [{ sample }, "input.invalid"],
  ])("%j is %s", async (input, code) => {
    await expect(house.run(map, input)).rejects.toMatchObject({ code });
  });
});

test("a rebuild that is stopped goes on at the next start, and run again it ends", async () => {
  for (let n = 0; n < 600; n++) void send(n);
  await send(600);
  const before = house.services.store.read.status({}, house.clock.nowMs);
  const stop = new AbortController();
  stop.abort();
  await expect(house.run(rebuild, {}, { signal: stop.signal })).rejects.toThrow();
  expect(await house.run(rebuild, {})).toMatchObject({ events: 601, activities: 601 });
  expect(house.services.store.read.status({}, house.clock.nowMs)).toEqual(before);
});
