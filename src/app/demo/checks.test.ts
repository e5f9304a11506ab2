/** Of most services of the demonstration it would be known that they fail, and some did: its fail rate says something. */
import { expect, test } from "vitest";
import { UNMATCHED } from "./company.ts";
import { tellPast } from "./play.ts";
import { isHook, isLocal } from "./story.ts";
import { createWorld } from "./world.ts";

const NOW = Date.UTC(2026, 10, 20, 15, 30);

test.each([
  1, 2, 20_261_120,
])("ten services are checked after each deployment to production (seed %i)", (seed) => {
  const checks = tellPast(createWorld(seed), NOW)
    .filter(isLocal)
    .flatMap(({ record }) => (record.op === "start" && record.kind === "check" ? [record] : []));
  const checked = new Set(checks.map(({ service }) => service));
  expect(checked.size).toBe(10);
  expect(UNMATCHED.filter(({ name }) => checked.has(name))).toEqual([]);
  expect(checks.every(({ environment }) => environment?.startsWith("prod"))).toBe(true);
  expect(checks.length).toBeGreaterThan(80);
});

test.each([
  1, 2, 20_261_120,
])("incidents of several services are told, each of which ended (seed %i)", (seed) => {
  const told = tellPast(createWorld(seed), NOW).filter(isHook);
  const said = told.filter(({ source }) => source === "pagerduty").map(({ body }) => JSON.stringify(body));
  const begun = said.filter((text) => text.includes('"incident.triggered"')).length;
  expect(begun).toBeGreaterThanOrEqual(4);
  expect(begun).toBeLessThanOrEqual(16);
  expect(said.filter((text) => text.includes('"incident.resolved"'))).toHaveLength(begun);
});
