// Commits in the real store: any order and any pieces give the same graph; persons stand in the log by pseudonym only.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Commit, CommitsSeen } from "../../../domain/commits/commit.ts";
import { type CommitNode, commitsBetween, isWholeBy } from "../../../domain/commits/walk.ts";
import type { Store } from "../../../ports/store.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const NOW = Date.parse("2026-11-20T12:00:00.000Z");
const settings = { configRules: [], sourceOrder: [], abandonAfterMs: 3_600_000, environmentOrder: [] };

let folder: string;
let store: Store;
const open = (): Store =>
  openSqliteStore({ file: join(folder, "store.db"), mode: "write", settings, now: () => NOW });
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vice-commits-"));
  store = open();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const shaOf = (n: number): string => n.toString(16).padStart(8, "0").padStart(40, "c");
const commit = (n: number, parents: readonly number[] | null, more: Partial<Commit> = {}): Commit => ({
  sha: shaOf(n),
  parents: parents?.map(shaOf) ?? null,
  committedAt: new Date(NOW - 86_400_000 + n * 1000).toISOString(),
  authoredAt: null,
  author: { name: "Kim Lee", login: "kim@example.com" },
  message: `Change ${n}`,
  url: null,
  ...more,
});

function see(commits: readonly Commit[], more: Partial<CommitsSeen> = {}, to = store): void {
  const data: CommitsSeen = { repository: "https://git.example.com/app", commits, ...more };
  const bare = { source: "/commits", subject: null, actor: null, traceparent: null, delivery: null };
  const time = new Date(NOW).toISOString();
  to.log.append([{ delivery: null, events: [{ type: "vice.commits.seen.v1", time, data, ...bare }] }]);
}

const shas = (base: number | null, head: number): string[] | null => {
  const range = store.commits.range(base === null ? null : shaOf(base), shaOf(head));
  return range.known ? range.commits.map(({ sha }) => sha) : null;
};

test("three hundred commits, one of them rebased and older than the deployment: exactly three hundred", () => {
  const line = Array.from({ length: 400 }, (_, n) => commit(n, n === 0 ? [] : [n - 1]));
  // Committed long before what ran, as a rebase with the date kept leaves it.
  line[250] = { ...commit(250, [249]), committedAt: "2020-01-01T00:00:00.000Z" };
  see(line);
  const range = store.commits.range(shaOf(99), shaOf(399));
  expect(range).toMatchObject({ known: true, behind: 0 });
  expect(shas(99, 399)).toEqual(Array.from({ length: 300 }, (_, n) => shaOf(399 - n)));
  expect(store.commits.count(shaOf(99), shaOf(399))).toBe(300);
  expect(store.commits.range(shaOf(399), shaOf(99))).toEqual({ known: true, commits: [], behind: 300 });
});

test("in any order, in any pieces, told twice, by pushes without parents: the graph is the same", () => {
  const rows = fc.array(fc.array(fc.nat(), { maxLength: 2 }), { minLength: 2, maxLength: 16 });
  const plan = fc.tuple(rows, fc.infiniteStream(fc.nat()), fc.nat(), fc.nat());
  fc.assert(
    fc.property(plan, ([picks, chance, a, b]) => {
      const other = openSqliteStore({
        file: join(mkdtempSync(join(folder, "o-")), "s.db"),
        mode: "write",
        settings,
        now: () => NOW,
      });
      const parents = picks.map((each, at) => (at === 0 ? [] : [...new Set(each.map((pick) => pick % at))]));
      const told = parents
        .flatMap((each, at) => [commit(at, each), commit(at, null), commit(at, each)])
        .map((each): [number, Commit] => [chance.next().value as number, each])
        .sort(([x], [y]) => x - y)
        .map(([, each]) => each);
      for (let at = 0; at < told.length; at += 3) see(told.slice(at, at + 3), {}, other);
      const known = new Map<string, CommitNode>();
      for (const [at, each] of parents.entries()) {
        const own = each.map(shaOf);
        known.set(shaOf(at), {
          parents: own,
          level: at,
          isWhole: isWholeBy(own, (sha) => known.get(sha) ?? null),
        });
      }
      const [base, head] = [shaOf(a % picks.length), shaOf(b % picks.length)];
      const truth = commitsBetween((sha) => known.get(sha) ?? null, base, head);
      const found = other.commits.range(base, head);
      other.close();
      if (!found.known || !truth.known) throw new Error("not known");
      expect(found.commits.map(({ sha }) => sha).sort()).toEqual([...truth.shas].sort());
    }),
    { numRuns: 25 },
  );
});

test("a missing commit is named, and comes in later", () => {
  see([commit(1, [0]), commit(3, [2])]);
  expect(store.commits.range(shaOf(1), shaOf(3))).toEqual({ known: false, missing: [shaOf(2)] });
  expect(store.commits.isIn(shaOf(3), shaOf(1))).toEqual({ known: false, missing: [shaOf(2)] });
  expect(store.commits.unknown([shaOf(1), shaOf(2), shaOf(3)])).toEqual([shaOf(2)]);
  see([commit(2, null)]);
  expect(store.commits.unknown([shaOf(2)])).toEqual([shaOf(2)]);
  see([commit(2, [1])]);
  expect(shas(1, 3)).toEqual([shaOf(3), shaOf(2)]);
  expect(store.commits.isIn(shaOf(3), shaOf(1))).toEqual({ known: true, reaches: true });
  expect(store.commits.isIn(shaOf(1), shaOf(3))).toEqual({ known: true, reaches: false });
});

test("what a forge compared is known without the history behind it, when all of it has come", () => {
  const compared = { base: shaOf(1), head: shaOf(4), total: 2, behind: 0 };
  see([commit(4, [3, 9])], { compared });
  expect(shas(1, 4)).toBeNull();
  see([commit(3, [1])], { compared });
  expect(shas(1, 4)).toEqual([shaOf(4), shaOf(3)]);
  expect(store.commits.isIn(shaOf(4), shaOf(1))).toEqual({ known: true, reaches: true });
});

test("persons stand in the log by pseudonym, also where the message names them, and can be forgotten", () => {
  const message = "Pay (#15)\n\nSHOP-12\nCo-authored-by: Ana Roy <ana@example.com>";
  see([commit(1, [], { message })]);
  const body = JSON.stringify(store.log.events(0, 10));
  for (const word of ["Kim", "kim@", "Ana", "ana@"]) expect(body).not.toContain(word);
  expect(store.commits.get(shaOf(1))).toMatchObject({
    author: { name: "Kim Lee", login: "kim@example.com" },
    coAuthors: [{ name: "Ana Roy", login: "ana@example.com" }],
    message,
    mentions: { tickets: ["SHOP-12"], changes: ["15"] },
  });
  for (const id of store.maintenance.findPersons("ana@example.com")) store.maintenance.forgetPerson(id);
  const after = store.commits.get(shaOf(1));
  expect(after?.coAuthors).toEqual([]);
  expect(after?.message).not.toContain("Ana");
});

test("commits are found by the start of a sha and by what they mention, also after a rebuild", () => {
  see([
    commit(0x1b, [], { message: "SHOP-12 pay" }),
    commit(0x2c, [0x1b], { message: `Revert it\n\nThis reverts commit ${shaOf(0x1b)}.` }),
  ]);
  const look = () => ({
    start: store.commits.find("ccccc", 10).length,
    whole: store.commits.find(shaOf(0x2c), 10).map(({ sha }) => sha),
    odd: store.commits.find(shaOf(0x2c).slice(0, 39), 10).length,
    bad: store.commits.find("zz", 10).length + store.commits.find("aa", 10).length,
    ticket: store.commits.mentioning("ticket", "SHOP-12", 10).map(({ sha }) => sha),
    revert: store.commits.mentioning("revert", shaOf(0x1b), 10).map(({ sha }) => sha),
  });
  const expected = {
    ...{ start: 2, whole: [shaOf(0x2c)], odd: 1, bad: 0, ticket: [shaOf(0x1b)], revert: [shaOf(0x2c)] },
  };
  expect(look()).toEqual(expected);
  store.maintenance.startRebuild();
  expect(look()).toEqual(expected);
});

test("who says that a commit is its own ancestor is not believed, and nothing hangs", () => {
  see([commit(1, [3]), commit(2, [1]), commit(3, [2])]);
  see([commit(4, [3]), commit(5, [5])]);
  expect(shas(1, 4)).toHaveLength(3);
  expect(store.commits.unknown([1, 2, 3, 4, 5].map(shaOf))).toHaveLength(2);
});
