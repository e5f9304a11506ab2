// What one activity says in a terminal: only what should have a version is said to have an unknown one.
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment } from "../../../test/data-services.ts";
import { openWired, type WiredHouse } from "../../../test/wired-house.ts";
import type { Kind } from "../../domain/activity.ts";
import { showActivity } from "./detail.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

const style = { nowMs: 0, columns: 100, color: (_: string, text: string) => text };

test.each([
  ["deployment", true],
  ["ticket", false],
  ["change", false],
] as const)("a %s without a version: told as unknown is %s", async (kind: Kind, isTold) => {
  const facts = { kind, service: "shop", environment: null, version: null };
  const event = deployment("1", facts, "succeeded");
  await house.services.log.append(event);
  await house.services.log.settled();
  const [found] = house.services.store.read.activities({ kind }, 1, null, house.clock.nowMs).items;
  const shown = await house.run(showActivity, { id: found?.id });
  expect(/^version +unknown$/m.test(showActivity.text(shown as never, style))).toBe(isTold);
});
