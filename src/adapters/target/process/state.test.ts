// A folder of releases belongs to one service in one environment: what somebody else has there is never cleared away.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ProcessHouse } from "../../../../test/process-house.ts";
import type { TargetCall } from "../../../ports/target.ts";

let house: ProcessHouse;
beforeEach(() => {
  house = new ProcessHouse();
});
afterEach(() => house.close());

async function act(verb: "prepare" | "cleanup", more: Partial<TargetCall> = {}) {
  const release = await house.release("1");
  const spec = { start: "node app.cjs", root: join(house.root, "srv") };
  return house.adapter().acts[verb]?.(house.call(verb, release, { spec, ...more }));
}

test("a folder with files that vice did not put there is refused, and they stay", async () => {
  const theirs = join(house.root, "srv/releases/20260101");
  mkdirSync(theirs, { recursive: true });
  writeFileSync(join(theirs, "app.js"), "");
  for (const verb of ["prepare", "cleanup"] as const)
    expect(await act(verb)).toMatchObject({
      outcome: "failed",
      error: expect.stringContaining("something that vice did not put there"),
    });
  expect(existsSync(join(theirs, "app.js"))).toBe(true);
});

test("two environments with the same root are told apart", async () => {
  expect(await act("prepare")).toMatchObject({ outcome: "succeeded" });
  const { place } = house.call("prepare", await house.release("1"), { spec: { start: "true" } });
  expect(await act("prepare", { place: { ...place, environment: "other" } })).toMatchObject({
    outcome: "failed",
    error: expect.stringMatching(/srv is the folder of .*Nothing was changed/),
  });
});
