/** Incidents of PagerDuty, Opsgenie and Statuspage: the suite of the port for each, and their lives from begin to end. */
import { expect, test } from "vitest";
import { rowsOf } from "../../conformance/folding.ts";
import { orders } from "../../conformance/orders.ts";
import { sourceConformance } from "../../conformance/source.ts";
import type { Reading, Source } from "../../ports/source.ts";
import opsgenie from "./opsgenie.ts";
import pagerduty from "./pagerduty.ts";
import statuspage from "./statuspage.ts";

for (const source of [pagerduty, opsgenie, statuspage]) sourceConformance(source);

const reading = (body: unknown): Reading => ({
  ...{ headers: {}, instance: null, receivedAt: "2026-11-20T12:00:00.000Z", options: undefined },
  body,
});
function inAnyOrder(source: Source, bodies: unknown[], expected: object): void {
  for (const order of orders(bodies.map(reading))) {
    const [row, ...others] = rowsOf(source, order);
    expect(others).toEqual([]);
    expect(row).toMatchObject(expected);
  }
}

test("PagerDuty: triggered, acknowledged, raised, resolved; a note is not used", () => {
  const { event } = pagerduty.sample.body;
  const told = (type: string, time: string, data: object = {}) => ({
    event: {
      ...event,
      id: `e-${type}`,
      event_type: `incident.${type}`,
      occurred_at: `2026-11-20T${time}Z`,
      data: { ...event.data, ...data },
    },
  });
  const story = [
    told("triggered", "10:00:00", { priority: null }),
    told("acknowledged", "10:02:00", { priority: null }),
    told("priority_updated", "10:10:00"),
    told("resolved", "10:30:00"),
  ];
  inAnyOrder(pagerduty, story, {
    kind: "incident",
    service: "shop",
    status: "succeeded",
    startedAt: "2026-11-20T10:00:00.000Z",
    durationMs: 1_800_000,
    attempt: 1,
    tags: { key: "#42", severity: "P1", urgency: "high", title: "Checkout is slow", team: "storefront" },
  });
  // Told two minutes after the incident began, whatever came later.
  const late = [told("triggered", "10:02:00"), ...story.slice(1)];
  const toldAt = "2026-11-20T10:02:00.000Z";
  inAnyOrder(pagerduty, late, { startedAt: "2026-11-20T10:00:00.000Z", tags: { toldAt } });
  const note = told("annotated", "10:03:00", { id: "N1", type: "incident_note" });
  expect(pagerduty.normalise(reading(note))).toMatchObject({ outcome: "ignored" });
  const again = [...story, told("reopened", "11:00:00")];
  inAnyOrder(pagerduty, again, { status: "running", attempt: 2 });
  expect(pagerduty.deliveryId({}, story[0])).toBe("e-triggered");
});

test("Opsgenie: created and closed, with a time in nanoseconds", () => {
  const { body } = opsgenie.sample;
  const closed = { ...body, action: "Close", alert: { ...body.alert, updatedAt: 1795170600000000500 } };
  const acknowledged = {
    ...body,
    action: "Acknowledge",
    alert: { ...body.alert, updatedAt: 1795168860000000000 },
  };
  inAnyOrder(opsgenie, [body, acknowledged, closed], {
    kind: "incident",
    service: "shop",
    environment: "production",
    status: "succeeded",
    startedAt: "2026-11-20T10:00:00.000Z",
    finishedAt: "2026-11-20T10:30:00.000Z",
    durationMs: 1_800_000,
    tags: { key: "#42", severity: "P1", title: "Checkout is slow" },
  });
  expect(opsgenie.normalise(reading({ ...body, action: "AddNote" }))).toMatchObject({ outcome: "ignored" });
});

test("Statuspage: investigated and resolved; of several components none is chosen; maintenance is no incident", () => {
  const { body } = statuspage.sample;
  const of = (over: object) => ({ ...body, incident: { ...body.incident, ...over } });
  const begun = of({ status: "investigating", updated_at: "2026-11-20T10:00:00.000Z", resolved_at: null });
  inAnyOrder(statuspage, [begun, body], {
    kind: "incident",
    service: "shop",
    status: "succeeded",
    startedAt: "2026-11-20T10:00:00.000Z",
    durationMs: 1_800_000,
    tags: { severity: "major", title: "Checkout is slow" },
  });
  // The page told of it ten minutes after it had begun, and said so.
  const [created_at, toldAt] = ["2026-11-20T10:10:00.000Z", "2026-11-20T10:10:00.000Z"];
  for (const begin of [
    { started_at: "2026-11-20T10:00:00.000Z" },
    { incident_updates: [{ display_at: "2026-11-20T10:20:00Z" }, { display_at: "2026-11-20T10:00:00Z" }] },
  ])
    inAnyOrder(statuspage, [of({ ...begin, created_at })], {
      startedAt: "2026-11-20T10:00:00.000Z",
      tags: { toldAt },
    });
  const [plain] = rowsOf(statuspage, [reading(body)]);
  expect(plain).not.toHaveProperty("tags.toldAt");
  const [several] = rowsOf(statuspage, [reading(of({ components: [{ name: "shop" }, { name: "basket" }] }))]);
  expect(several).not.toHaveProperty("service");
  expect(several).toMatchObject({ tags: { "statuspage.components": "shop, basket" } });
  expect(statuspage.normalise(reading(of({ status: "in_progress" })))).toMatchObject({ outcome: "ignored" });
  const component = { component_update: { new_status: "operational" }, component: { id: "c1" } };
  expect(statuspage.normalise(reading(component))).toMatchObject({ outcome: "ignored" });
});
