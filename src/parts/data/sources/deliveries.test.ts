/** What is asked of deliveries that are not kept: their number, and where it stands. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import { sample } from "../../../adapters/source/gitlab/sample.ts";
import type { Command } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { listDeliveries } from "./deliveries.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
  for (let times = 0; times < 3; times += 1) await house.send({ source: "gitlab", ...sample });
});
afterEach(() => house.close());

const list = (input: unknown) => house.run(listDeliveries as Command<Services>, input);

test.each([
  [{ outcome: "duplicate" }, "sent again are counted, not kept: 2 so far."],
  [{ outcome: "duplicate", source: "github" }, "sent again are counted, not kept: 0 so far."],
  [{ outcome: "rejected" }, "rejected are counted, not kept: 0 so far."],
])("%j: %s", async (input, message) => {
  await expect(list(input)).rejects.toMatchObject({
    code: "input.invalid",
    message: `Deliveries that were ${message}`,
    hint: expect.stringContaining("vice source list"),
  });
});

test("what is kept is listed", async () => {
  expect(await list({ outcome: "accepted" })).toMatchObject({ items: [{ source: "gitlab" }] });
});
