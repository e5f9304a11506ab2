// What happened around a moment, and why which of it stands first.
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment } from "../../../../test/data-services.ts";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import { type Happened, rankOf } from "../../../domain/changed/rank.ts";
import type { Facts } from "../../../domain/transition.ts";
import { commitCommands } from "../../data/commits/commit-commands.ts";
import { whatChanged } from "./what-changed.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

const AT = "2026-11-20T10:00:00.000Z";
const MINUTE = 60_000;
const sha = (n: number): string => n.toString(16).repeat(40);

function happened(
  id: string,
  minutes: number,
  facts: Facts = {},
  step: "succeeded" | "failed" = "succeeded",
): void {
  const at = Date.parse(AT) + minutes * MINUTE;
  house.services.store.log.append([deployment(id, facts, step, at)]);
}
const ask = async (input: object = {}) =>
  whatChanged.output.parse(await house.run(whatChanged, { at: AT, ...input }));
const names = async (input: object = {}): Promise<string[]> =>
  (await ask(input)).items.map(({ name }) => name);

test("nearer before farther, before rather than after, outside the window not at all", async () => {
  happened("far", -100, { version: "far" });
  happened("near", -5, { version: "near" });
  happened("after", 5, { version: "after" });
  happened("outside", -130, { version: "outside" });
  expect(await names()).toEqual(["shop near to prod-eu", "shop far to prod-eu", "shop after to prod-eu"]);
  const { items, total } = await ask({ limit: 1 });
  expect([items[0]?.why, total]).toEqual([["5 min before", "in production"], 3]);
  expect(await names({ within: "10m" })).toHaveLength(2);
});

test("the same service stands before another, a flag before a build; the size of a deployment is told", async () => {
  const [add] = commitCommands;
  if (add === undefined) throw new Error("no command");
  const commits = [1, 2, 3].map((n) => ({ sha: sha(n), parents: n === 1 ? [] : [sha(n - 1)] }));
  await house.run(add, { commits });
  happened("old", -600, { commitSha: sha(1) });
  happened("own", -30, { commitSha: sha(3), version: "own" });
  happened("other", -20, { service: "cart", version: "other" });
  happened("flag", -20, {
    kind: "exposure",
    environment: null,
    version: null,
    tags: { name: "new-checkout" },
  });
  happened(
    "build",
    -20,
    { kind: "build", environment: null, version: null, tags: { name: "build it" } },
    "failed",
  );
  const { items } = await ask({ service: "shop" });
  expect(items.map(({ name }) => name)).toEqual([
    "new-checkout",
    "shop own to prod-eu",
    "build it",
    "cart other to prod-eu",
  ]);
  expect(items[1]).toMatchObject({
    commits: 2,
    why: ["30 min before", "the same service", "in production", "2 commits"],
  });
  expect(items[2]?.why).toContain("it failed");
  await expect(ask({ service: "shopp" })).rejects.toThrow('There is no service "shopp"');
  await expect(ask({ within: "soon" })).rejects.toThrow("is no duration");
  await expect(ask({ within: "99999999999d" })).rejects.toThrow("is not between 1s and 366d");
});

test("what persons changed in the rules is among it", async () => {
  const data = {
    andonId: "a1",
    scope: { service: "shop", team: null, environment: null, tier: null },
    reason: "wrong prices",
  };
  const bare = { source: "/commands", subject: null, actor: "local", traceparent: null, delivery: null };
  await house.services.log.append({
    delivery: null,
    events: [{ type: "vice.andon.pulled.v1", time: AT, data, ...bare }],
  });
  expect(await names()).toEqual(["the andon cord was pulled: wrong prices"]);
});

test("what was done long ago is found though much came since, and the own service among many others", async () => {
  const pulled = {
    andonId: "a1",
    scope: { service: "shop", team: null, environment: null, tier: null },
    reason: "r",
  };
  const bare = { source: "/commands", subject: null, actor: "local", traceparent: null, delivery: null };
  const late = new Date(house.clock.nowMs).toISOString();
  await house.services.log.append({
    delivery: null,
    events: [{ type: "vice.andon.pulled.v1", time: AT, data: pulled, ...bare }],
  });
  happened("own", -5, { version: "own" });
  for (let n = 0; n < 201; n += 1) happened(`other${n}`, -1, { service: "cart", version: `c${n}` });
  expect(await names({ service: "shop", limit: 200 })).toContain("shop own to prod-eu");
  house.clock.nowMs += 86_400_000;
  const noise = {
    type: "vice.andon.released.v1" as const,
    data: { andonId: "a0", reason: "over" },
    time: late,
    ...bare,
  };
  for (let n = 0; n < 6; n += 1)
    await house.services.log.append({ delivery: null, events: Array.from({ length: 5000 }, () => noise) });
  expect(await names({ service: "shop" })).toContain("the andon cord was pulled: r");
});

test("a production deployment before the moment, and its incident, stand before a preview, and before what came after", async () => {
  happened("cause", -64, { version: "cause" });
  happened("preview", -15, { service: "cart", environment: "pr-477", tier: "ephemeral", version: "preview" });
  happened("dev", -5, { environment: "dev", tier: "development", version: "dev" });
  happened("answer", 3, { version: "answer" });
  const incident = {
    kind: "incident" as const,
    version: null,
    startedAt: new Date(Date.parse(AT) - 60 * 60_000).toISOString(),
  };
  happened("incident", -60, { ...incident, tags: { title: "Prices are wrong" } });
  const { items } = await ask({ service: "shop", at: AT });
  expect(items.map(({ name }) => name)).toEqual([
    "shop cause to prod-eu",
    "Prices are wrong",
    "shop dev to dev",
    "cart preview to pr-477",
    "shop answer to prod-eu",
  ]);
  expect(items.map(({ isAfter }) => isAfter)).toEqual([false, false, false, false, true]);
  const said = whatChanged.text(
    (await house.run(whatChanged, { service: "shop", at: AT })) as Parameters<typeof whatChanged.text>[0],
    {
      ...{ nowMs: house.clock.nowMs, columns: 200, color: (_: string, text: string) => text },
    },
  );
  expect(said.split("After it:")[1]).toContain("shop answer to prod-eu");
  expect(said.split("After it:")[0]).not.toContain("answer");
});

test("the rank is what the file says: halved with every quarter of the window, 0.3 after, 0.5 when linked, 0.3 in staging", () => {
  const one: Happened = {
    ms: 0,
    kind: "deployment",
    failed: false,
    relation: "same",
    link: null,
    tier: "production",
    commits: 63,
  };
  const score = (over: Partial<Happened>): number => rankOf({ ...one, ...over }, 0, 4000).score;
  expect([
    score({}),
    score({ ms: -1000 }),
    score({ ms: -2000 }),
    score({ relation: "linked" }),
    score({ commits: 0 }),
    score({ tier: "staging" }),
  ]).toEqual([1, 0.5, 0.25, 0.5, 0.8, 0.3]);
  expect(score({ ms: 1000 })).toBeCloseTo(0.15, 5);
});
