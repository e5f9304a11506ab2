// A run told twice stays one only as long as both name its page: what they say later counts as it would after a rebuild.
import { afterEach, beforeEach, expect, test } from "vitest";
import { type House, openHouse, plainEvent, T0 } from "../../../../test/data-services.ts";
import type { Facts, Step } from "../../../domain/transition.ts";
import { activityId } from "../../../kit/ids.ts";

let house: House;
beforeEach(() => {
  house = openHouse();
});
afterEach(() => house.close());

const [PAGE, OTHER] = ["https://ci.example.com/job/shop/1/", "https://ci.example.com/job/shop/2/"];

/** @returns the id of the run */
function tell(source: string, facts: Facts, step: Step, second: number): string {
  const object = { identityKind: "run", source, instance: "", externalId: "1", attempt: 1 };
  const data = {
    ...{ object, step, reopens: false, verified: true, generation: 0 },
    at: new Date(T0 + second * 1000).toISOString(),
    facts: { startedAt: new Date(T0).toISOString(), ...facts },
  };
  const id = activityId(object);
  house.store.log.append([
    { delivery: null, events: [plainEvent("vice.activity.observed.v1", data, id, data.at)] },
  ]);
  return id;
}

const standing = (id: string): unknown => [
  house.store.read.activity(id, T0)?.primaryId,
  house.store.figures
    .all()
    .map(({ source, count }) => ({ source, count }))
    .sort((a, b) => (a.source < b.source ? -1 : 1)),
];

function rebuilt(id: string): unknown {
  house.store.maintenance.startRebuild();
  while (!house.store.maintenance.work(50).idle);
  return standing(id);
}

const BOTH = [
  { source: "jenkins", count: 1 },
  { source: "otlp", count: 1 },
];

test.each<[what: string, source: string, later: Facts]>([
  ["its tool gives the run another page", "jenkins", { url: OTHER }],
  ["its span gives another page", "otlp", { url: OTHER }],
  ["its span turns out to be a stage", "otlp", { kind: "stage" }],
  [
    "its span turns out to be a build inside of a run",
    "otlp",
    {
      kind: "build",
      parentId: activityId({
        ...{ identityKind: "span", source: "otlp", instance: "", externalId: "above", attempt: 1 },
      }),
    },
  ],
])("%s: both count, as after a rebuild", (_what, source, later) => {
  const run = tell("jenkins", { kind: "pipeline", url: PAGE }, "running", 1);
  const span = tell("otlp", { kind: "pipeline", url: PAGE }, "running", 2);
  expect(standing(span)).toEqual([run, [{ source: "jenkins", count: 1 }]]);
  tell(source, { kind: "pipeline", url: PAGE, ...later }, "succeeded", 3);
  const found = standing(span);
  expect(found).toEqual([null, BOTH]);
  expect(rebuilt(span)).toEqual(found);
});
