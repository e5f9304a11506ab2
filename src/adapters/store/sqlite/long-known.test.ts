/** An activity with many transitions is kept in memory: it must read as if it were read from the log each time. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment, openStore, T0 } from "../../../../test/data-services.ts";
import type { Reprocessed } from "../../../ports/maintenance.ts";
import type { Store } from "../../../ports/store.ts";

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vice-long-"));
  store = openStore(join(folder, "vice.db"), "write");
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

let said = 0;
const say = (version: string): void => {
  store.log.append([deployment("1", { version, tags: { [version]: "said" } }, "observed", T0 + said++)]);
  store.maintenance.catchUp();
};
const state = () => {
  const [activity] = store.read.activities({}, 1, null, T0).items;
  return { tags: activity?.tags, of: store.read.detail(activity?.id ?? "", T0)?.transitions.length };
};

test("live, after a delivery was read anew, and built again are the same", () => {
  for (let i = 0; i < 100; i += 1) say(`v${i}`);
  const [delivery] = store.deliveries.walk({}, 49, 1);
  if (delivery === undefined) throw new Error("there is no delivery 50");
  const nothing: Reprocessed = { delivery, outcome: "ignored", reason: null, events: [] };
  expect(store.maintenance.supersede([nothing], true)).toEqual([true]);
  for (let i = 100; i < 110; i += 1) say(`v${i}`);
  const live = state();
  expect(live.of).toBe(109);
  expect(live.tags).not.toHaveProperty("v49");
  expect(live.tags).toHaveProperty("v109");
  store.maintenance.startRebuild();
  while (!store.maintenance.work(50).idle);
  expect(state()).toEqual(live);
});
