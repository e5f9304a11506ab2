/** Deliveries normalised again: the newest reading of each counts, once, whoever else ran at the same time. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment, openStore, T0 } from "../../../../test/data-services.ts";
import type { NewEvent } from "../../../domain/event.ts";
import type { Reprocessed } from "../../../ports/maintenance.ts";
import type { Store } from "../../../ports/store.ts";

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vice-supersede-"));
  store = openStore(join(folder, "vice.db"), "write");
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What delivery number `n` says now. */
function again(n: number, events: Reprocessed["events"]): Reprocessed {
  const [delivery] = store.deliveries.walk({}, n - 1, 1);
  if (delivery === undefined) throw new Error(`there is no delivery ${n}`);
  const ref = { id: delivery.id, sha256: delivery.bodySha256 };
  const outcome = events.length === 0 ? "ignored" : "accepted";
  return { delivery, outcome, reason: null, events: events.map((each) => ({ ...each, delivery: ref })) };
}

const saying = (step: "succeeded" | "failed", version = "v1"): Reprocessed["events"] =>
  deployment("1", { version }, step).events as Array<NewEvent<"vice.activity.observed.v1">>;
const versions = () => store.read.activities({}, 10, null, T0).items.map(({ version }) => version);

test("a delivery that another run took in since is left alone", () => {
  store.log.append([deployment("1", { version: "v1" })]);
  const [one, two] = [again(1, saying("succeeded", "v2")), again(1, saying("succeeded", "v3"))];
  expect(store.maintenance.supersede([one], true)).toEqual([true]);
  expect(store.maintenance.supersede([two], true)).toEqual([false]);
  expect(versions()).toEqual(["v2"]);
});

test("what a delivery says again counts although others said it too", () => {
  for (const note of ["a", "b"]) {
    const item = deployment("1", { version: "v1" });
    const delivery = item.delivery === null ? null : { ...item.delivery, seenSha256: note.repeat(64) };
    store.log.append([{ ...item, delivery }]);
  }
  expect(versions()).toEqual(["v1"]);
  const more = deployment("2").events as Reprocessed["events"];
  store.maintenance.supersede([again(1, [...saying("succeeded"), ...more])], true);
  store.maintenance.catchUp();
  store.maintenance.supersede([again(2, [])], true);
  expect(versions().sort()).toEqual(["v1", "v2"]);
});
