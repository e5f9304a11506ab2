/** What is kept of commits that a push tells of: whole shas, no addresses, no lines that only name persons. */
import { expect, test } from "vitest";
import { pushedCommits } from "./github/push.ts";
import { commitsSeen } from "./pushed.ts";

const SHA = "279484c09fbe69ededfced8c1bb6e6d24616b468";

test("addresses and lines that name persons go, what the message says stays", () => {
  const message = `Show the date

Refs: SHOP-12, asked by kim@shop.example.com
Co-authored-by: Robin Example <robin@shop.example.com>
Signed-off-by: Robin Example <robin@shop.example.com>
Reverts: 8f14e45fceea167a5a36dedd4bea2543c1b0a4e1`;
  const [commit] =
    commitsSeen(null, [{ sha: SHA, message, author: { name: "robin@shop.example.com" } }])?.commits ?? [];
  expect(commit).toMatchObject({ sha: SHA, parents: null, author: { name: "robin", login: null } });
  expect(commit?.message).toBe(
    "Show the date\n\nRefs: SHOP-12, asked by \nReverts: 8f14e45fceea167a5a36dedd4bea2543c1b0a4e1",
  );
});

test("a short sha names no commit, and a short parent makes the parents unknown", () => {
  expect(commitsSeen(null, [{ sha: "279484c0" }])).toBeUndefined();
  const parents = (told: unknown[]) => commitsSeen(null, [{ sha: SHA, parents: told }])?.commits[0]?.parents;
  expect(parents([SHA])).toEqual([SHA]);
  expect(parents([])).toEqual([]);
  expect(parents(["279484c0"])).toBeNull();
});

test("a message that is made to be read slowly is read in no time", () => {
  const read = (message: string): string | null | undefined =>
    commitsSeen(null, [{ sha: SHA, message }])?.commits[0]?.message;
  const began = performance.now();
  for (const nasty of ["@", "a@", "a@a.", "x", ".a", "-by:"]) read(nasty.repeat(200_000));
  expect(performance.now() - began).toBeLessThan(1000);
  expect(read("by <kim@shop.example.com>, a@b and @kim.example.com")).toBe("by , a@b and @kim.example.com");
});

const NEW = "0".repeat(40);
const at = (day: number): string => `2026-11-0${day}T10:00:00Z`;
const moved = (over: object) =>
  pushedCommits({
    ...{
      ref: "refs/heads/feature",
      before: NEW,
      after: SHA,
      repository: { html_url: "https://github.com/e/shop" },
    },
    commits: [
      { id: SHA, timestamp: at(5), distinct: true },
      { id: "a".repeat(40), timestamp: at(3), distinct: true },
      { id: "b".repeat(40), timestamp: at(1), distinct: false },
    ],
    ...over,
  })?.pushed;

test("a push says where its branch stood and when the earliest new commit was written; what another branch had is not new", () => {
  const made = { branch: "feature", before: null, after: SHA, firstAt: "2026-11-03T10:00:00.000Z" };
  expect(moved({})).toEqual(made);
  expect(moved({ before: "c".repeat(40) })).toEqual({ ...made, before: "c".repeat(40) });
  expect(moved({ forced: true })).toEqual({ ...made, firstAt: null });
  const many = Array.from({ length: 2048 }, () => ({ id: SHA, timestamp: at(3), distinct: true }));
  expect(moved({ commits: many })).toEqual({ ...made, firstAt: null });
  expect(moved({ commits: [], head_commit: { id: SHA, timestamp: at(3) } })).toEqual({
    ...made,
    firstAt: null,
  });
  expect(moved({ ref: "refs/tags/v1" })).toBeUndefined();
  expect(moved({ before: "c0ffee" })).toBeUndefined();
});
