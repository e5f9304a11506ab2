/** Tests how a comparison is asked for and said. */
import { expect, test } from "vitest";
import { sayBetween, sideText } from "./say-compare.ts";

test("a side is an environment, a moment, or both", () => {
  expect([
    sideText("prod", ""),
    sideText("prod", "monday"),
    sideText("", "monday"),
    sideText("", ""),
  ]).toEqual([...["prod", "prod@monday", "@monday", ""]]);
});

test("what lies between, or why nobody knows", () => {
  const none = { change: "changed", deployments: null, commits: null, reason: null } as const;
  expect(sayBetween({ ...none, deployments: { count: 1, ahead: "to" }, commits: 12 })).toBe(
    "1 deployment, 12 commits",
  );
  expect(sayBetween({ ...none, deployments: { count: 3, ahead: "from" } })).toBe("3 deployments back");
  expect(sayBetween({ ...none, reason: "nothing ran before" })).toBe("nothing ran before");
  expect(sayBetween({ ...none, change: "same" })).toBe("the same");
});
