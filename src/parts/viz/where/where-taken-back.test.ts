// What was reverted is not there, although its commit is: on a real store.
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment } from "../../../../test/data-services.ts";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import { commitCommands } from "../../data/commits/commit-commands.ts";
import { type Where, where } from "./where.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

const SHOP = "https://github.com/example/shop";
const sha = (n: number): string => n.toString(16).padStart(4, "b").repeat(10);
const ms = (minutes: number): number => house.clock.nowMs - 86_400_000 + minutes * 60_000;

type Seen = [n: number, parents: number[], message: string];

async function see(...commits: Seen[]): Promise<void> {
  const [add] = commitCommands;
  if (add === undefined) throw new Error("no command");
  const rows = commits.map(([n, parents, message]) => ({ sha: sha(n), parents: parents.map(sha), message }));
  await house.run(add, { repository: SHOP, commits: rows });
}
function merged(number: string, n: number, title: string): void {
  const tags = {
    ...{ number, title, mergeCommitSha: sha(n) },
    ...(title.startsWith("Revert") ? { revert: "true" } : {}),
  };
  const facts = { kind: "change" as const, repository: SHOP, commitSha: sha(n), tags };
  house.services.store.log.append([deployment(`change ${number}`, facts, "succeeded", ms(0))]);
}
function deployed(n: number, minutes: number, environment = "prod-eu"): void {
  const facts = { environment, version: `v${n}`, repository: SHOP, commitSha: sha(n) };
  house.services.store.log.append([deployment(`${environment}-${minutes}`, facts, "succeeded", ms(minutes))]);
}
const ask = async (what: string): Promise<Where> => (await house.run(where, { what })) as Where;
const stateOf = async (what: string) =>
  (await ask(what)).places.map(({ state, takenBackBy }) => [state, takenBackBy?.name ?? null].join(" "));
const text = async (what: string): Promise<string> =>
  where.text(await ask(what), {
    ...{ nowMs: house.clock.nowMs, columns: 200, color: (_: string, said: string) => said },
  });

const REVERT = (n: number, title = "SHOP-7 Rank (#15)"): string =>
  `Revert "${title}" (#20)\n\nThis reverts commit ${sha(n)}.`;

test("a ticket, change or commit whose revert runs there too: taken back, by which change and until when", async () => {
  await see([1, [], "First"], [2, [1], "SHOP-7 Rank (#15)"], [3, [2], REVERT(2)], [4, [3], "Other"]);
  merged("15", 2, "SHOP-7 Rank");
  merged("20", 3, 'Revert "SHOP-7 Rank"');
  deployed(2, 1);
  deployed(2, 1, "staging");
  for (const what of ["SHOP-7", "#15", sha(2)])
    expect((await ask(what)).places, what).toMatchObject([{ state: "there" }, { state: "there" }]);
  deployed(4, 30);
  for (const what of ["SHOP-7", "#15", sha(2)]) {
    expect((await ask(what)).places, what).toMatchObject([
      { environment: "staging", state: "there", isThere: true, takenBackBy: null },
      {
        ...{ environment: "prod-eu", state: "taken-back", isThere: false, commitsThere: 0, since: null },
        ...{ until: new Date(ms(30)).toISOString(), takenBackBy: { name: "!20", sha: sha(3) } },
      },
    ]);
    expect(await text(what), what).toContain("✗ taken back by !20 (until ");
  }
  expect(await stateOf("#20")).toEqual(["not-yet ", "there "]);
});

test("a revert that was reverted holds no more, and work made again on top of it is there", async () => {
  await see([1, [], "First"], [2, [1], "SHOP-7 Rank (#15)"], [3, [2], REVERT(2)]);
  await see([4, [3], `Reapply "SHOP-7 Rank (#15)"\n\nThis reverts commit ${sha(3)}.`]);
  await see([5, [3], "SHOP-7 Rank better (#22)"]);
  deployed(3, 1);
  expect(await stateOf("SHOP-7")).toEqual(["taken-back #20"]);
  deployed(4, 2);
  expect(await stateOf(sha(2))).toEqual(["there "]);
  deployed(5, 3);
  expect(await stateOf("SHOP-7")).toEqual(["there "]);
  expect(await stateOf("#15")).toEqual(["taken-back #20"]);
});

test("one of two commits taken back is partly there; of a merge that is taken back all that it brought is", async () => {
  await see([1, [], "First"], [2, [1], "SHOP-7 one"], [3, [2], "SHOP-7 two"]);
  await see([4, [3], `Undo\n\nThis reverts commit ${sha(3).slice(0, 9)}.`]);
  deployed(4, 1);
  expect((await ask("SHOP-7")).places).toMatchObject([{ state: "partly", commitsThere: 1, commitsOf: 2 }]);
  expect(await text("SHOP-7")).toContain(`◐ partly: 1 of 2 commits, taken back by ${sha(4).slice(0, 8)}`);
  await see([10, [4], "SHOP-9 in a branch"], [11, [4], "Main"], [12, [11, 10], "Merge branch 'x'"]);
  await see([13, [12], `Revert "Merge branch 'x'"\n\nThis reverts commit ${sha(12)}, reversing changes`]);
  deployed(12, 2);
  expect(await stateOf("SHOP-9")).toEqual(["there "]);
  deployed(13, 3);
  expect(await stateOf("SHOP-9")).toEqual([`taken-back ${sha(13).slice(0, 8)}`]);
  expect(await stateOf(sha(11))).toEqual(["there "]);
});

test("a revert that names the change by its number alone; one of another repository takes nothing back", async () => {
  await see(
    [1, [], "First"],
    [2, [1], "Rank (#15)"],
    [3, [2], 'Revert "Rank" (#20)\n\nReverts example/shop#15'],
  );
  await see([6, [1], "Pay (#16)"], [7, [6], 'Revert "Pay" (#8)\n\nReverts example/cart#16']);
  deployed(3, 1);
  deployed(7, 1, "staging");
  expect(await stateOf("#15")).toEqual(["not-yet ", "taken-back #20"]);
  expect(await stateOf("#16")).toEqual(["there ", "not-yet "]);
});
