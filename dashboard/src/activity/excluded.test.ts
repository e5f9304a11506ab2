/** Tests what is said of activities that do not count. */
import { expect, test } from "vitest";
import { isTest, isVoided, whyLeftOut } from "./excluded.ts";

test.each([
  ["voided: test: a sample sent by vice itself", true, true],
  ["test run", false, true],
  ["voided: the latest one was wrong", true, false],
  ["bot", false, false],
  [null, false, false],
])("%s", (excluded, voided, asTest) => {
  expect([isVoided(excluded), isTest(excluded)]).toEqual([voided, asTest]);
});

test("the reason is said in a sentence, without the word of the store", () => {
  expect(whyLeftOut("voided: a mistake.")).toBe("Voided, so it stands in no view and no number: a mistake.");
  expect(whyLeftOut("voided: test: a sample")).toBe(
    "A test, so it stands in no view and no number: a sample.",
  );
  expect(whyLeftOut("bot")).toBe("A rule leaves it out of all views and numbers: bot.");
});
