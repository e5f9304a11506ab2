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

test("a change that was told of many times shows the newest bodies, and says which it left out", async () => {
  const padding = "x".repeat(500_000);
  const told = (n: number) => ({
    ...{ source: "github", instance: "", origin: "poll", body: { n, padding } },
    transitions: [
      {
        object: { identityKind: "change", source: "github", instance: "", externalId: "15", attempt: 1 },
        ...{ reopens: true, step: n % 2 === 0 ? ("running" as const) : ("succeeded" as const) },
        at: new Date(house.clock.nowMs - (10 - n) * 60_000).toISOString(),
        facts: { kind: "change" as const, tags: { number: "15", title: "Pay" } },
      },
    ],
  });
  for (let n = 0; n < 8; n += 1) await house.services.intake.appendTransitions(told(n));
  const [found] = house.services.store.read.activities({ kind: "change" }, 1, null, house.clock.nowMs).items;
  const { deliveries } = showActivity.output.parse(await house.run(showActivity, { id: found?.id }));
  expect(deliveries.map(({ body, bodyLeftOut }) => [body === null, bodyLeftOut === true])).toEqual([
    ...Array.from({ length: 4 }, () => [true, true]),
    ...Array.from({ length: 4 }, () => [false, false]),
  ]);
});
