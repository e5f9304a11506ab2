// In which environments a commit, a change or a ticket is, on a real store.
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment } from "../../../../test/data-services.ts";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { Facts } from "../../../domain/transition.ts";
import { commitCommands } from "../../data/commits/commit-commands.ts";
import { type Where, where } from "./where.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

const REPOSITORY = "https://github.com/example/shop";
const sha = (n: number): string => n.toString(16).padStart(4, "b").repeat(10);
const ms = (minutes: number): number => house.clock.nowMs - 86_400_000 + minutes * 60_000;

async function see(...commits: Array<[n: number, parents: number[] | null, message: string]>): Promise<void> {
  const [add] = commitCommands;
  if (add === undefined) throw new Error("no command");
  const rows = commits.map(([n, parents, message]) => ({
    sha: sha(n),
    parents: parents?.map(sha) ?? null,
    message,
  }));
  await house.run(add, { repository: REPOSITORY, commits: rows });
}

function deployed(n: number, minutes: number, environment: string, more: Facts = {}): void {
  const facts = { environment, version: `v${n}`, repository: REPOSITORY, commitSha: sha(n), ...more };
  house.services.store.log.append([deployment(`${environment}-${minutes}`, facts, "succeeded", ms(minutes))]);
}

const ask = async (what: string): Promise<Where> => (await house.run(where, { what })) as Where;
const places = async (what: string) =>
  (await ask(what)).places.map(({ environment, isThere, since, reason }) =>
    [environment, isThere, since === null ? null : (Date.parse(since) - ms(0)) / 60_000, reason].filter(
      (each) => each !== null,
    ),
  );

test("since when it is where: a later deployment that has it too does not make it newer, a way back takes it away", async () => {
  await see([1, [], "First"], [2, [1], "SHOP-12 pay (#15)"], [3, [2], "Third"]);
  for (const [n, minutes, environment] of [
    [1, 1, "staging"],
    [2, 10, "staging"],
    [3, 30, "staging"],
    [3, 40, "prod-eu"],
    [1, 5, "prod-us"],
    [2, 20, "prod-ca"],
    [1, 50, "prod-ca"],
  ] as const)
    deployed(n, minutes, environment);
  const expected = [
    ["staging", true, 10],
    ["prod-ca", false],
    ["prod-eu", true, 40],
    ["prod-us", false],
  ];
  for (const what of [
    "SHOP-12",
    "shop-12",
    "#15",
    "15",
    "example/shop#15",
    sha(2),
    sha(2).slice(0, 7),
    `${REPOSITORY}/pull/15`,
    `${REPOSITORY}/commit/${sha(2)}`,
  ])
    expect(await places(what), what).toEqual(expected);
  const style = { nowMs: house.clock.nowMs, columns: 100, color: (_: string, text: string) => text };
  expect(where.text(await ask("#15"), style)).toContain("✓ yes");
});

test("a ticket of several commits is there when all of them are; another repository has nothing to do with it", async () => {
  await see([1, [], "SHOP-7 one"], [2, [1], "SHOP-7 two"]);
  deployed(1, 1, "prod-eu");
  deployed(2, 2, "staging");
  deployed(9, 3, "prod-eu", { service: "other", repository: "https://github.com/example/other" });
  expect(await places("SHOP-7")).toEqual([
    ["staging", true, 2],
    ["prod-eu", false],
  ]);
});

test("without the graph equal shas are seen, and everything else is not known", async () => {
  deployed(1, 1, "prod-eu");
  deployed(2, 2, "staging");
  const found = await places(sha(1));
  expect(found).toContainEqual(["prod-eu", true, 1]);
  expect(found).toContainEqual([
    "staging",
    `commit ${sha(2).slice(0, 8)} is not known, so only an equal sha would be seen`,
  ]);
  expect((await ask(sha(1))).hint).toContain("vice data import git");
});

test("a change that a tool told of, by its merge; what several are called is asked back; what nobody knows is said", async () => {
  const pull = {
    number: 16,
    id: 16,
    title: "Find",
    state: "closed",
    merged: true,
    merged_at: new Date(ms(1)).toISOString(),
    closed_at: new Date(ms(1)).toISOString(),
    updated_at: new Date(ms(1)).toISOString(),
    created_at: new Date(ms(0)).toISOString(),
    merge_commit_sha: sha(2),
    html_url: `${REPOSITORY}/pull/16`,
    head: { ref: "find", sha: sha(8) },
    base: { ref: "main" },
    user: { login: "kim" },
  };
  await house.send({
    source: "github",
    headers: { "x-github-event": "pull_request", "x-github-delivery": "d1" },
    body: {
      action: "closed",
      number: 16,
      pull_request: pull,
      repository: { id: 1, full_name: "example/shop", html_url: REPOSITORY },
    },
  });
  await see([1, [], "First"], [2, [1], "Find"]);
  deployed(2, 5, "staging");
  expect(await ask("#16")).toMatchObject({
    kind: "change",
    name: "#16",
    title: "Find",
    commits: [sha(2)],
    places: [{ isThere: true }],
  });
  await see([0x11, [], "a"], [0x12, [0x11], "b"]);
  await expect(ask("bb1")).rejects.toThrow('No commit, change or ticket is known as "bb1"');
  await expect(ask("bb11b")).resolves.toMatchObject({ title: "a" });
  await expect(ask("NOPE-1")).rejects.toThrow("is known as");
});
