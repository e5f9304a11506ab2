/** Numbers that Example Shop pushes: orders a minute, which a deployment moved, and the tests of its newest builds. */
import { createRandom } from "./random.ts";
import type { Hook, Release } from "./story.ts";

const MINUTE = 60_000;
const MINUTES = 2 * 24 * 60;

export interface PushedSeries {
  name: string;
  labels: Readonly<Record<string, string>>;
  points: ReadonlyArray<readonly [ms: number, value: number]>;
}

/** Two days, minute by minute. @param betterMs since then more of them are paid */
export function orders(nowMs: number, betterMs: number): PushedSeries {
  const random = createRandom(7);
  const points = Array.from({ length: MINUTES }, (_, nth): readonly [number, number] => {
    const atMs = nowMs - (MINUTES - nth) * MINUTE;
    const value = (118 + random.between(-5, 5)) * (atMs > betterMs ? 1.17 : 1);
    return [atMs, Math.round(value)];
  });
  return { name: "orders_per_minute", labels: {}, points };
}

type Case = readonly [name: string, seconds: number, problem?: string];

/** A report of tests as JUnit XML of a build would say it. */
export function testReport(
  { service, commitSha, number }: Release,
  { kind, attempt = 1, cases }: { kind: string; attempt?: number; cases: readonly Case[] },
  atMs: number,
): Hook {
  const body = {
    ...{ format: "junit", service: service.name, kind, name: `${kind} tests`, commit: commitSha },
    run: `${number}.${attempt}`,
    cases: cases.map(([name, seconds, problem]) => ({
      ...{ name, status: problem === undefined ? "passed" : "failed", error: problem ?? null },
      durationMs: seconds * 1000,
    })),
  };
  return { atMs, source: "tests", headers: { "content-type": "application/json" }, body };
}

const UNIT: readonly Case[] = Array.from({ length: 38 }, (_, nth) => [
  `${["basket", "prices", "delivery", "address"][nth % 4]} › case ${nth + 1}`,
  0.02 + (nth % 7) / 100,
]);
const INTEGRATION: readonly Case[] = [
  ["orders › are stored once", 1.4],
  ["orders › survive a restart of the database", 4.1],
  ["prices › come from the price list", 0.9],
  ["mail › leaves after the order", 2.2],
];
const END_TO_END = "checkout › as a guest";

/** The newest build of the shop: many small tests, few large ones, of which one is flaky. */
export const shopTests = (made: Release, atMs: number): Hook[] => [
  testReport(made, { kind: "unit", cases: UNIT }, atMs),
  testReport(made, { kind: "integration", cases: INTEGRATION }, atMs),
  testReport(
    made,
    {
      kind: "e2e",
      cases: [
        [END_TO_END, 31, "Timed out after 30 s: no button Pay"],
        ["search › finds a size", 12],
      ],
    },
    atMs,
  ),
  testReport(
    made,
    {
      kind: "e2e",
      attempt: 2,
      cases: [
        [END_TO_END, 17],
        ["search › finds a size", 11],
      ],
    },
    atMs + 20 * MINUTE,
  ),
  testReport(made, { kind: "manual", cases: [["read the receipt aloud", 240]] }, atMs),
];
