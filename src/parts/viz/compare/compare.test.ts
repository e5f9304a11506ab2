// Comparing two environments and two moments, on a real store.
import { afterAll, beforeAll, expect, test } from "vitest";
import { deployment, type House, openHouse, plainEvent, T0 } from "../../../../test/data-services.ts";
import { invoke } from "../../../kit/command.ts";
import { compare } from "./compare.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = T0 + 30 * DAY;
const STYLE = { nowMs: NOW, columns: 120, color: (_: string, text: string) => text };

let house: House;
type Output = ReturnType<typeof compare.output.parse>;
const ask = (input: Record<string, unknown>): Promise<Output> =>
  invoke(compare, input, house.context({ now: () => NOW })) as Promise<Output>;
const short = async (input: Record<string, unknown>) =>
  (await ask(input)).items.map(({ service, environment, change, from, to, deployments }) => [
    [service, environment].filter(Boolean).join(" "),
    change,
    from?.version ?? null,
    to?.version ?? null,
    deployments === null ? null : `${deployments.ahead} ${deployments.count}`,
  ]);
const failure = (input: Record<string, unknown>) =>
  ask(input).then(
    () => "no failure",
    (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
  );

beforeAll(() => {
  house = openHouse();
  let id = 0;
  const came = (service: string, environment: string, version: string, day: number, more = {}) => {
    id += 1;
    return deployment(String(id), { service, environment, version, ...more }, "succeeded", T0 + day * DAY);
  };
  house.store.log.append([
    ...["v1", "v2", "v3", "v4", "v5"].map((version, day) => came("shop", "staging", version, day)),
    came("shop", "prod-eu", "v1", 1),
    came("shop", "prod-eu", "v2", 20),
    came("cart", "staging", "c1", 0),
    came("cart", "prod-eu", "c1", 2),
    came("mail", "prod-eu", "m7", 2),
    came("mail", "staging", "m6", 1),
    came("new", "staging", "n1", 25),
    came("old", "prod-eu", "o1", 1),
    came("old", "prod-eu", "o1", 22, { deploymentKind: "teardown" }),
    came("shop", "prod-us", "v9", 3),
  ]);
});
afterAll(() => house.close());

test("two environments: who is ahead, by how many deployments, and what is the same", async () => {
  expect(await short({ from: "prod-eu", to: "Staging" })).toEqual([
    ["mail", "changed", "m7", "m6", null],
    ["new", "added", null, "n1", null],
    ["shop", "changed", "v2", "v5", "to 3"],
  ]);
  expect(await short({ from: "staging", to: "prod-eu", service: "shop" })).toEqual([
    ["shop", "changed", "v5", "v2", "from 3"],
  ]);
  const { same, items } = await ask({ from: "prod-eu", to: "staging" });
  expect(same).toBe(1);
  expect(items.map(({ reason }) => reason)).toEqual([
    "neither ran where the other one does",
    "nothing in prod-eu",
    null,
  ]);
  const [gone] = (await ask({ from: "prod-eu@2 weeks ago" })).items;
  expect(gone?.reason).toBe("nothing runs any more");
  expect((await short({ from: "prod-eu", to: "staging", all: true })).map(([service]) => service)).toContain(
    "cart",
  );
});

test("one environment at two moments", async () => {
  const changed = ["shop", "changed", "v1", "v2", "to 1"];
  expect(await short({ from: "prod-eu@2 weeks ago", to: "prod-eu" })).toEqual([
    ["old", "removed", "o1", null, null],
    changed,
  ]);
  expect(await short({ from: "prod-eu@{2.weeks.ago}" })).toContainEqual(changed);
  expect(await short({ from: "prod-eu", to: "2 weeks ago" })).toContainEqual([
    "shop",
    "changed",
    "v2",
    "v1",
    "from 1",
  ]);
});

test("deployments after the later moment do not count", async () => {
  expect(await short({ from: "staging@29 days ago", to: "staging@27 days ago", service: "shop" })).toEqual([
    ["shop", "changed", "v2", "v4", "to 2"],
  ]);
});

test("everything at two moments, each in its environment", async () => {
  expect(await short({ from: "28 days ago", to: "@1 week ago", service: "shop" })).toEqual([
    ["shop prod-eu", "changed", "v1", "v2", "to 1"],
    ["shop prod-us", "added", null, "v9", null],
    ["shop staging", "changed", "v3", "v5", "to 2"],
  ]);
});

test("what runs on both sides now as then is the same, also when it was deployed again", async () => {
  expect(await ask({ from: "staging@2 weeks ago", service: "shop" })).toMatchObject({ items: [], same: 1 });
});

test("commits between the two, when they are known", async () => {
  const own = openHouse();
  const sha = (letter: string) => letter.repeat(40);
  const commit = (letter: string, parents: string[]) => ({
    ...{ sha: sha(letter), parents: parents.map(sha), message: letter, url: null, author: null },
    ...{ committedAt: new Date(T0).toISOString(), authoredAt: null },
  });
  const commits = [
    commit("a", []),
    commit("b", ["a"]),
    commit("c", ["b"]),
    commit("d", ["b"]),
    commit("e", ["c", "d"]),
  ];
  own.store.log.append([
    { delivery: null, events: [plainEvent("vice.commits.seen.v1", { repository: null, commits })] },
    deployment("1", { environment: "prod", version: "v1", commitSha: sha("b") }),
    deployment("2", { environment: "staging", version: "v2", commitSha: sha("e") }),
    deployment("3", { environment: "prod", service: "cart", version: "v1", commitSha: sha("b") }),
    deployment("4", { environment: "staging", service: "cart", version: "v2", commitSha: sha("f") }),
  ]);
  const found = (await invoke(compare, { from: "prod", to: "staging" }, own.context())) as Output;
  expect(found.items.map(({ service, commits: many }) => [service, many])).toEqual([
    ["cart", null],
    ["shop", 3],
  ]);
  expect(compare.text(found, STYLE)).toMatch(/shop +v1 +v2 +3 commits/);
  own.close();
});

test("said in words", async () => {
  expect(
    compare
      .text(await ask({ from: "prod-eu", to: "staging" }), STYLE)
      .split("\n")
      .slice(0, 4),
  ).toEqual([
    "prod-eu now → staging now",
    "",
    "   SERVICE  FROM     TO  BETWEEN",
    "≠  mail     m7       m6  neither ran where the other one does",
  ]);
  expect(compare.text(await ask({ from: "prod-eu", to: "staging" }), STYLE)).toContain(
    "1 is the same. Show them: --all",
  );
});

test("what is no side says what would be one", async () => {
  expect(await failure({ from: "prod-ue", to: "staging" })).toMatch(/^not-found: .*"prod-ue"/);
  expect(await failure({ from: "prod-eu" })).toMatch(/^usage: Both sides are the same/);
  expect(await failure({ from: "prod-eu@soon" })).toMatch(/^input.invalid: "soon" is no moment/);
  expect(await failure({ from: "prod-eu", to: "staging", service: "shp" })).toMatch(/^not-found: .*"shp"/);
});
