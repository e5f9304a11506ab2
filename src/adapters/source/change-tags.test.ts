/** What titles, descriptions, branches and labels say of a change, in the words that the forges write by themselves. */
import { expect, test } from "vitest";
import { changeTags, earliest } from "./change-tags.ts";

const NONE = { revert: null, reverts: null, hotfix: null, mentions: null };

test.each<[Parameters<typeof changeTags>[0], object]>([
  [
    { title: 'Revert "Pay by card"', body: "Reverts example-shop/shop#41" },
    { revert: "true", reverts: "#41" },
  ],
  [{ title: "Revert: pay by card" }, { revert: "true" }],
  [{ body: "This reverts commit 279484C09fbe." }, { revert: "true", reverts: "279484c09fbe" }],
  [{ body: "This reverts merge request web/shop!15" }, { revert: "true", reverts: "!15" }],
  [{ title: "Revert to the plain list when there is no script" }, {}],
  [{ body: "Nobody reverts 41 changes" }, {}],
  [{ ref: "hotfix/basket" }, { hotfix: "true" }],
  [{ labels: ["kind: hotfix"] }, { hotfix: "true" }],
  [{ labels: ["no hotfixes please"], ref: "feature/hotfix" }, {}],
  [
    { body: "Closes #12, #13 and refs acme/api#4.\n\nUnlike #99 it is fast.\n\nSHOP-7" },
    { mentions: "SHOP-7 #12 #13 acme/api#4" },
  ],
  [{ body: "Fixes: #5 (see SHA-256, UTF-8)" }, { mentions: "#5" }],
  [{ title: 7, body: {}, labels: [null] }, {}],
])("%j", (change, expected) => {
  expect(changeTags(change)).toEqual({ ...NONE, ...expected });
});

test("the earliest of the times that are known", () => {
  expect(earliest([null, "2026-11-20T11:00:00.000Z", "2026-11-20T10:00:00.000Z"])).toBe(
    "2026-11-20T10:00:00.000Z",
  );
  expect(earliest([null])).toBeNull();
});
