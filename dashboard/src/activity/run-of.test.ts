/** Tests the way from an activity to its run. */
import { expect, test } from "vitest";
import { runOf } from "./run-of.ts";

test.each([
  ["vice", "deployment", { run: "r1" }, "/runs/r1"],
  ["vice", "stage", { run: "r1", name: "build 1" }, "/runs/r1?step=build%201"],
  ["vice", "deployment", {}, null],
  ["gitlab", "deployment", { run: "r1" }, null],
] as const)("%s %s %j", (source, kind, tags, to) => {
  expect(runOf({ source, kind, tags })).toBe(to);
});
