// Reasons as the store words them become clauses; what a person wrote stays as it is.
import { expect, test } from "vitest";
import { sayReason } from "./say-reason.ts";

test.each([
  ["commit 4bf92f35", "both have commit 4bf92f35"],
  ["commit 4bf92f35, which it brought", "commit 4bf92f35 was among what was brought"],
  ["commit 4bf92f35 names SHOP-12", "commit 4bf92f35 names SHOP-12"],
  ["ticket SHOP-12", "named as ticket SHOP-12"],
  ["change #15", "named as change #15"],
  ["version v1.4.2", "the same version v1.4.2"],
  ["branch fix-login", "worked on in branch fix-login"],
  ["part of it", "one is a part of the other"],
  ["said by hand: commit looks right", "said by hand: commit looks right"],
])("%j", (reason, says) => {
  expect(sayReason(reason)).toBe(says);
});
