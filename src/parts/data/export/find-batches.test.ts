// What is told of an activity while a batch is being gathered is in that batch.
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment, type House, openHouse, plainEvent, T0 } from "../../../../test/data-services.ts";
import { otlpExporterSchema } from "../../../domain/otlp/exporter-schema.ts";
import { batchesAfter } from "./find-batches.ts";

const EVERYTHING = otlpExporterSchema.parse({ url: "https://otlp.example.com" }).only;

let house: House;
beforeEach(() => {
  house = openHouse();
});
afterEach(() => house.close());

test("what was corrected between two slices is sent as it is now, once", async () => {
  const [first] = house.store.log.append(
    Array.from({ length: 120 }, (_, n) => deployment(`d${n}`, { service: "shop" })),
  );
  const id = first?.activities[0] ?? "";
  const batches = batchesAfter(
    0,
    () => 1000,
    { only: EVERYTHING },
    { services: house.services, now: () => T0 },
  );
  // It reads the first slice at once, and lets others work before the next.
  const gathered = batches.next();
  const facts = { version: "v2" };
  const corrected = plainEvent("vice.activity.amended.v1", { facts, status: null, reason: "a typo" }, id);
  house.store.log.append([{ delivery: null, events: [corrected] }]);
  const { value } = await gathered;
  const sent = value?.items.filter(({ activity }) => activity.id === id) ?? [];
  expect(sent.map(({ activity }) => activity.version)).toEqual(["v2"]);
  expect(value?.items).toHaveLength(120);
});
