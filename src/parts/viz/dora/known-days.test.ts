/** How often a house deploys is told over the days that are known: nobody knows what was before its first deployment. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type DoraHouse, deployed, doraHouse } from "../../../../test/dora-house.ts";
import { doraMetrics } from "./dora-command.ts";

let house: DoraHouse;
beforeEach(async () => {
  house = await doraHouse();
});
afterEach(() => house.close());

const plain = { width: 160, color: (_: string, text: string) => text } as never;

/** At noon: one a day, the first three days ago, so that 3.5 days are known of the 90.5 that are asked. */
const fourDays = (service = "shop") =>
  house.tell(...[3, 2, 1, 0].map((days) => deployed(house.ago(days, 1), `v${9 - days}`, { service })));

test("head figure, band, trend, weeks and text count the days since the first deployment known", async () => {
  await fourDays();
  const answer = await house.dora({});
  const { deploymentFrequency: often } = answer.metrics;
  expect(often).toMatchObject({ value: 4 / 3.5, count: 4, days: 3.5, reason: "in 3.5 days known" });
  expect(often).toMatchObject({ band: { name: "elite" }, trend: { previous: null, direction: null } });
  const weeks = answer.buckets.map(({ metrics }) => metrics.deploymentFrequency.value);
  expect(weeks.filter((value) => value !== null)).toEqual([4 / 3.5]);
  expect(doraMetrics.text?.(answer, plain)).toContain("of 4 deployments in 3.5 days known");
});

test("each service has its own first day, and all together the earliest of them", async () => {
  await fourDays();
  await house.tell(deployed(house.ago(40), "w1", { service: "cart" }));
  const { metrics, services } = await house.dora({ by: "service" });
  expect(metrics.deploymentFrequency).toMatchObject({
    value: 5 / 40.5,
    days: 40.5,
    reason: "in 41 days known",
  });
  expect(services?.map(({ service, metrics: own }) => [service, own.deploymentFrequency.value])).toEqual([
    ["shop", 4 / 3.5],
    ["cart", 1 / 40.5],
  ]);
});

test("a period of which all is known is counted whole, and one before the first deployment not at all", async () => {
  await fourDays();
  const from = new Date(house.ago(2)).toISOString();
  const { metrics } = await house.dora({ from });
  expect(metrics.deploymentFrequency).toMatchObject({ value: 2 / 2, reason: null });
  expect(metrics.deploymentFrequency).not.toHaveProperty("days");
  const before = await house.dora({ to: new Date(house.ago(4)).toISOString() });
  expect(before.metrics.deploymentFrequency).toMatchObject({
    value: null,
    reason: expect.stringMatching(/no deployment/),
  });
});

test("the first deployment of a house counts over no less than a day", async () => {
  await house.tell(deployed(house.ago(0, 1), "v1"));
  const { metrics } = await house.dora({});
  expect(metrics.deploymentFrequency).toMatchObject({ value: 1, days: 1, reason: "in one day known" });
});

test.each(["datadog", "gitlab"])("the rule %s counts the same days", async (rule) => {
  await fourDays();
  const { metrics } = await house.dora({ rule });
  expect(metrics.deploymentFrequency).toMatchObject({ value: 4 / 3.5, days: 3.5 });
});

test.each(["devlake", "fourkeys"])("the rule %s knows no weeks before the first deployment", async (rule) => {
  await fourDays();
  const { metrics } = await house.dora({ rule });
  const { value, reason } = metrics.deploymentFrequency;
  // Noon of a Friday: the four days lie in one week.
  expect(value).toBeCloseTo(4 / 7);
  expect(reason).toMatch(/^in 3\.5 days known; days with a deployment, the (lower )?median of the weeks$/);
});
