/** Which change a commit's message takes back, as forges and git write it. */
import { expect, test } from "vitest";
import { changesTakenBack, isRevert } from "./taking-back.ts";

test.each([
  ['Revert "Pay by card (#15)" (#20)', ["#15"]],
  ['Revert "Revert "Pay by card (#15)" (#20)" (#22)', ["#20"]],
  ['Revert "Pay by card" (#20)\n\nReverts example/shop#15', ["example/shop#15"]],
  ["Revert \"Merge branch 'pay'\"\n\nThis reverts merge request !15", ["!15"]],
  ["Revert \"Merge branch 'pay'\"\n\nThis reverts merge request group/app!15", ["group/app!15"]],
  ["Pay by card (#15)", []],
  ["Speak of reverts (#15)", []],
])("%s", (message, expected) => {
  expect(changesTakenBack(message)).toEqual(expected);
});

test.each([
  ['Revert "Pay"', true],
  ["Undo\n\nThis reverts commit abcdef1.", true],
  ['Reapply "Pay"', true],
  ["Show reverted orders", false],
  [null, false],
])("%s is a revert: %s", (message, expected) => {
  expect(isRevert(message)).toBe(expected);
});
