// Where something is as far as tools tell: several repositories, a graph with holes, no imported commits, a way back.
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment } from "../../../../test/data-services.ts";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { Kind } from "../../../domain/activity.ts";
import type { Facts } from "../../../domain/transition.ts";
import { commitCommands } from "../../data/commits/commit-commands.ts";
import { type Where, where } from "./where.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

const SHOP = "https://github.com/example/shop";
const CART = "https://github.com/example/cart";
const sha = (n: number): string => n.toString(16).padStart(4, "b").repeat(10);
const short = (n: number): string => sha(n).slice(0, 8);
const ms = (minutes: number): number => house.clock.nowMs - 86_400_000 + minutes * 60_000;

type Seen = [n: number, parents: number[] | null, message: string];

async function see(repository: string, ...commits: Seen[]): Promise<void> {
  const [add] = commitCommands;
  if (add === undefined) throw new Error("no command");
  const rows = commits.map(([n, parents, message]) => ({
    ...{ sha: sha(n), parents: parents?.map(sha) ?? null, message },
  }));
  await house.run(add, { repository, commits: rows });
}

function tell(kind: Kind, id: string, facts: Facts, minutes = 0): void {
  house.services.store.log.append([deployment(id, { kind, ...facts }, "succeeded", ms(minutes))]);
}

function deployed(n: number, minutes: number, environment: string, more: Facts = {}): void {
  const facts = { service: "shop", environment, version: `v${n}`, commitSha: sha(n), ...more };
  tell("deployment", `${facts.service} ${environment} ${minutes}`, facts, minutes);
}

const ask = async (what: string): Promise<Where> => (await house.run(where, { what })) as Where;
const states = async (what: string) =>
  (await ask(what)).places.map(({ service, environment, state }) => `${service} ${environment} ${state}`);
const say = async (what: string): Promise<string> =>
  where.text(await ask(what), {
    ...{ nowMs: house.clock.nowMs, columns: 200, color: (_: string, text: string) => text },
  });

test("a ticket with commits in two repositories: each service shows where its own are, or that only some are", async () => {
  await see(SHOP, [1, [], "SHOP-7 one"], [2, [1], "SHOP-7 two"]);
  await see(CART, [0x31, [], "SHOP-7 in the cart"], [0x32, [0x31], "Other"]);
  deployed(2, 1, "staging", { repository: SHOP });
  deployed(1, 2, "prod-eu", { repository: SHOP });
  deployed(0x32, 3, "prod-eu", { service: "cart", repository: CART });
  const { places } = await ask("SHOP-7");
  expect(
    places.map(({ service, environment, state, isThere, commitsThere, commitsOf }) => [
      ...[service, environment, state, isThere, commitsThere, commitsOf],
    ]),
  ).toEqual([
    ["cart", "prod-eu", "there", true, 1, 1],
    ["shop", "staging", "there", true, 2, 2],
    ["shop", "prod-eu", "partly", false, 1, 2],
  ]);
  expect(await say("SHOP-7")).toContain("◐ partly: 1 of 2 commits");
});

test("what ran it before and runs an unknown commit now: not known, with the missing commit and what would bring it", async () => {
  await see(SHOP, [0x42, null, "Merge pull request #15 from example/pay"]);
  deployed(0x42, 1, "prod-eu");
  for (const what of ["#15", short(0x42)]) expect(await states(what), what).toEqual(["shop prod-eu there"]);
  deployed(0x43, 2, "prod-eu");
  for (const what of ["#15", short(0x42)]) {
    expect(await states(what), what).toEqual(["shop prod-eu unknown"]);
    expect(await say(what), what).toContain(`not known, because commit ${short(0x43)} is not known`);
    expect((await ask(what)).hint, what).toContain("vice data import git");
  }
  await see(SHOP, [0x43, null, "Next"]);
  expect((await ask("#15")).places[0]?.reason).toBe(`what is before commit ${short(0x43)} is not known`);
  await see(SHOP, [0x43, [0x42], "Next"]);
  expect(await states("#15")).toEqual(["shop prod-eu there"]);
});

test("where nothing says of which repository what runs is, nobody says that it is nowhere", async () => {
  await see(SHOP, [1, [], "SHOP-7 one"]);
  deployed(9, 1, "prod-eu");
  expect(await ask("SHOP-7")).toMatchObject({
    places: [],
    unsure: 1,
    hint: expect.stringContaining("import git"),
  });
  expect(await say("SHOP-7")).toContain("Where it is, is not known: of 1 place");
  await see(CART, [9, [], "Another"]);
  expect(await say("SHOP-7")).toContain("Nothing that runs anywhere is known");
});

test("without imported commits: the start of a sha, the number of a change and a ticket are found by what tools told", async () => {
  const tags = { number: "15", title: "Pay by card (SHOP-7)", mergeCommitSha: sha(2) };
  tell("change", "change 15", { repository: SHOP, commitSha: sha(8), tags });
  tell("ticket", "ticket 7", { tags: { key: "SHOP-7", title: "Cards" } });
  deployed(2, 5, "prod-eu", { repository: SHOP });
  deployed(5, 6, "staging");
  for (const what of ["#15", "example/shop#15", short(2), sha(2).slice(0, 5), sha(2), "SHOP-7"]) {
    expect(await states(what), what).toEqual(["shop staging unknown", "shop prod-eu there"]);
    expect((await ask(what)).commits, what).toEqual([sha(2)]);
  }
  expect(await ask("#15")).toMatchObject({ kind: "change", title: "Pay by card (SHOP-7)", repository: SHOP });
  expect(await ask(short(5))).toMatchObject({ kind: "commit", name: short(5) });
  tell("build", "build 1", { service: "shop", commitSha: sha(0x77) });
  expect(await states(short(0x77))).toEqual(["shop staging unknown", "shop prod-eu unknown"]);
  for (const what of ["#16", "example/cart#15", short(0x99), "SHOP-8"])
    await expect(ask(what), what).rejects.toThrow("is known as");
});

test("a change of a repository that nothing else names is found, and a number of several is asked back", async () => {
  tell("change", "a", { repository: SHOP, tags: { number: "15", mergeCommitSha: sha(2) } });
  expect(await ask("#15")).toMatchObject({ kind: "change", repository: SHOP, places: [], unsure: 0 });
  tell("change", "b", { repository: CART, tags: { number: "15", mergeCommitSha: sha(3) } });
  await expect(ask("#15")).rejects.toThrow("may mean several");
  expect(await ask("example/cart#15")).toMatchObject({ commits: [sha(3)] });
});

test("commits of a squashed branch never get anywhere: the merge stands for them in the answer of the ticket", async () => {
  await see(
    SHOP,
    [1, [], "First"],
    [2, [1], "SHOP-7 try"],
    [3, [2], "SHOP-7 again"],
    [4, [1], "Cards (#15)"],
  );
  tell("change", "c", {
    ...{ repository: SHOP, commitSha: sha(3), ref: "shop-7-cards" },
    tags: { number: "15", title: "Cards", mergeCommitSha: sha(4) },
  });
  deployed(4, 1, "prod-eu", { repository: SHOP });
  expect(await ask("SHOP-7")).toMatchObject({ commits: [sha(4)], places: [{ state: "there" }] });
});

test("after a way back it is no longer there, until when; brought again, it is there since then", async () => {
  await see(SHOP, [1, [], "First"], [2, [1], "SHOP-12 pay (#15)"]);
  deployed(1, 1, "prod-eu", { repository: SHOP });
  deployed(2, 10, "prod-eu", { repository: SHOP });
  deployed(1, 30, "prod-eu", { repository: SHOP });
  deployed(1, 40, "prod-eu", { repository: SHOP });
  deployed(1, 40, "prod-us", { repository: SHOP });
  expect((await ask("#15")).places).toMatchObject([
    { environment: "prod-eu", state: "no-longer", isThere: false, until: new Date(ms(30)).toISOString() },
    { environment: "prod-us", state: "not-yet", isThere: false, until: null },
  ]);
  expect(await say("#15")).toContain("○ no longer (until ");
  deployed(2, 50, "prod-eu", { repository: SHOP });
  expect((await ask("#15")).places[0]).toMatchObject({
    ...{ state: "there", until: null, since: new Date(ms(50)).toISOString() },
  });
});
