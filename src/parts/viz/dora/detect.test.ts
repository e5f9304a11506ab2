/** Time to detect: from the end of a deployment to its incident's beginning, and to its being told. */
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  DAY,
  type DoraHouse,
  deployed,
  doraHouse,
  type Facts,
  HOUR,
  told,
} from "../../../../test/dora-house.ts";
import { incidentCommands } from "../../data/incidents/incident-commands.ts";

let house: DoraHouse;
beforeEach(async () => {
  house = await doraHouse();
});
afterEach(() => house.close());

const detect = async (input: object = {}) => (await house.dora(input)).more.timeToDetect;
const incident = (at: number, tags: Record<string, string> = {}, more: Facts = {}) =>
  told("incident", at, { service: "shop", startedAt: new Date(at).toISOString(), tags, ...more }, "running");

test("without an incident that is linked there is none, and the reason says so", async () => {
  await house.tell(deployed(house.ago(5), "v1"), incident(house.ago(4), { deployment: "none" }));
  expect(await detect({ service: "shop" })).toMatchObject({
    ...{ medianSeconds: null, toldMedianSeconds: null, count: 0, told: 0 },
    reason: "no incident is linked to a deployment of this period",
  });
});

test("median over linked incidents, told ones apart; the rows behind it say the same", async () => {
  const { ago, tell } = house;
  const iso = (ms: number): string => new Date(ms).toISOString();
  await tell(deployed(ago(9), "v1"), deployed(ago(6), "v2"), deployed(ago(3), "v3"));
  await tell(
    incident(ago(9) + HOUR, { toldAt: iso(ago(9) + 3 * HOUR) }),
    incident(ago(6) + 2 * HOUR),
    incident(ago(3) + 9 * HOUR, { toldAt: iso(ago(3) + 10 * HOUR) }),
  );
  const found = await detect({ service: "shop" });
  expect(found).toMatchObject({
    medianSeconds: 2 * 3600,
    toldMedianSeconds: 6.5 * 3600,
    count: 3,
    told: 2,
    reason: null,
  });
  const asked = Object.fromEntries(new URL(found.rows, "http://h").searchParams);
  const { items } = await house.rows("timeToDetect", asked);
  expect(items.map(({ release, value, toldAfter }) => [release, value, toldAfter])).toEqual([
    ["v1", 3600, 3 * 3600],
    ["v2", 2 * 3600, null],
    ["v3", 9 * 3600, 10 * 3600],
  ]);
  expect(items[0]?.because).toEqual([expect.stringMatching(/^incident [0-9a-f]{8}$/)]);
  expect(await detect({ service: "shop", from: iso(ago(4)) })).toMatchObject({
    count: 1,
    medianSeconds: 9 * 3600,
  });
  expect(await detect({ tier: "staging" })).toMatchObject({ count: 0 });
});

test("an incident said by hand is told when it is said; what broke during the deployment took no time", async () => {
  const { ago, tell, clock } = house;
  await tell(deployed(ago(0, 3), "v1"), deployed(ago(2), "w1", { service: "cart" }));
  const open = incidentCommands.find(({ id }) => id === "incident.open");
  if (open === undefined) throw new Error("no command");
  const since = new Date(clock.nowMs - 2 * HOUR).toISOString();
  await house.run(open, { service: "shop", reason: "orders are lost", since });
  expect(await detect({ service: "shop" })).toMatchObject({
    medianSeconds: 3600,
    toldMedianSeconds: 3 * 3600,
  });
  const [cart] = house.services.store.dora.rows(
    { service: "cart", tier: "production" },
    { fromMs: 0, toMs: clock.nowMs },
    1,
  );
  const early = { tags: { deployment: cart?.id ?? "" }, service: "cart" };
  await tell(incident(ago(2) - HOUR, {}, early), incident(ago(2) - 8 * DAY, {}, early));
  expect(await detect({ service: "cart" })).toMatchObject({ medianSeconds: 0, count: 1 });
  expect((await house.rows("timeToDetect", { service: "cart" })).items).toMatchObject([{ value: 0 }]);
});
