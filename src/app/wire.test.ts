/** A house that cannot be closed in order still lets go of its home. */
import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import { openWired } from "../../test/wired-house.ts";
import { ViceError } from "../kit/errors.ts";
import { lockHome } from "./home.ts";

test("the home is free again when the last catching up fails", async () => {
  const house = await openWired();
  house.services.store.maintenance.catchUp = () => {
    throw new ViceError("store.damaged", { file: "vice.db", problem: "a test" });
  };
  await expect(house.wired.close()).rejects.toMatchObject({ code: "store.damaged" });
  const unlock = await lockHome(house.home, 0);
  unlock();
  expect(() => house.services.store.log.head(), "the store is closed").toThrow();
  rmSync(house.home, { recursive: true, force: true });
});
