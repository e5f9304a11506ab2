// Durations kept by counting equal those computed from all rows, whatever was reported, corrected or taken back in which order.
import fc from "fast-check";
import { expect, test } from "vitest";
import { deployment, openHouse, plainEvent, T0 } from "../../../../../test/data-services.ts";
import type { Activity } from "../../../../domain/activity.ts";
import { bucketOf, count, type Histogram } from "../../../../domain/durations/histogram.ts";
import { DIMENSIONS, type Dimension, stepOf, VALUE_OF } from "../../../../domain/durations/step.ts";
import { dayOf } from "../../../../domain/metrics/buckets.ts";
import { activityId } from "../../../../kit/ids.ts";
import type { Store } from "../../../../ports/store.ts";
import { pieces } from "../durations.ts";

const DAY = 86_400_000;
const SPAN = { fromDay: dayOf(T0, "UTC") - 80, toDay: dayOf(T0, "UTC") + 2 };
const plain = (histogram: Histogram): unknown => [...histogram].sort((a, b) => a[0] - b[0]);

/** All rows, each looked at. */
function recomputed(store: Store, dimension: Dimension, service: string | undefined): unknown {
  const groups = new Map<string, { s: number; f: number; c: number; ms: number; histogram: Histogram }>();
  const all: Activity[] = store.read.activities({ service }, 1000, null, T0 + DAY).items;
  for (const activity of all) {
    const step = stepOf(activity);
    const value = step === null ? null : VALUE_OF[dimension](step);
    const day = dayOf(Date.parse(activity.occurredAt), "UTC");
    if (step === null || value === null || activity.primaryId !== null) continue;
    if (day < SPAN.fromDay || day >= SPAN.toDay) continue;
    const group = groups.get(value) ?? { s: 0, f: 0, c: 0, ms: 0, histogram: new Map() };
    groups.set(value, group);
    group[step.outcome === "succeeded" ? "s" : step.outcome === "failed" ? "f" : "c"] += 1;
    if (step.ms === null) continue;
    group.ms += step.ms;
    count(group.histogram, bucketOf(step.ms), 1);
  }
  return [...groups]
    .map(([value, { s, f, c, ms, histogram }]) => [value, s, f, c, ms, plain(histogram)])
    .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
}

const kept = (store: Store, dimension: Dimension, service: string | undefined): unknown =>
  store.durations
    .gathered(dimension, { ...SPAN, service })
    .map((each) => [
      ...[each.value, each.succeeded, each.failed, each.canceled, each.totalMs],
      plain(each.histogram),
    ])
    .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));

const word = fc.record({
  id: fc.integer({ min: 1, max: 6 }),
  kind: fc.constantFrom("build", "stage", "pipeline", "deployment" as const),
  service: fc.constantFrom("shop", "mail", null),
  name: fc.constantFrom("test", "package"),
  step: fc.constantFrom("running", "succeeded", "failed", "canceled" as const),
  durationMs: fc.option(fc.integer({ min: 0, max: 4_000_000 })),
  daysAgo: fc.integer({ min: 0, max: 90 }),
  commit: fc.constantFrom("a".repeat(40), "b".repeat(40)),
  say: fc.constantFrom("report", "report", "report", "void", "restore" as const),
});

test("incremental equals a full recompute", () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 25 }), (words) => {
      const house = openHouse();
      house.store.maintenance.work(1000);
      try {
        for (const { id, kind, service, name, step, durationMs, daysAgo, commit, say } of words) {
          const atMs = T0 - daysAgo * DAY;
          const facts = { kind, service, durationMs, commitSha: commit, tags: { name, workflow: "ci" } };
          const item = deployment(String(id), facts, step, atMs);
          const subject = activityId({
            ...{ identityKind: "deployment", source: "gitlab", instance: "gitlab.example.com" },
            ...{ externalId: String(id), attempt: 1 },
          });
          const type = say === "void" ? "vice.activity.voided.v1" : "vice.activity.restored.v1";
          const events = [plainEvent(type, { reason: "test" }, subject)];
          house.store.log.append([say === "report" ? item : { delivery: null, events }]);
          // Now and then somebody reads in between, so that what was taken in is taken back again.
          if (id % 2 === 0) house.store.durations.gathered("step", SPAN);
        }
        for (const dimension of DIMENSIONS) {
          expect(kept(house.store, dimension, undefined)).toEqual(
            recomputed(house.store, dimension, undefined),
          );
          if (dimension !== "service")
            expect(kept(house.store, dimension, "shop")).toEqual(recomputed(house.store, dimension, "shop"));
        }
      } finally {
        house.close();
      }
    }),
    { numRuns: 25 },
  );
});

test("a step that failed and succeeded on one commit is known to have done both", () => {
  const house = openHouse();
  house.store.maintenance.work(1000);
  const sha = "c".repeat(40);
  const facts = { kind: "stage" as const, commitSha: sha, tags: { name: "test" } };
  house.store.log.append([deployment("1", facts, "failed"), deployment("2", facts, "succeeded", T0 + 1000)]);
  const step = { kind: "stage" as const, name: "test", service: "shop" };
  expect(house.store.durations.onCommit(step, sha)).toEqual({ succeeded: 1, failed: 1 });
  expect(house.store.durations.onCommit(step, "d".repeat(40))).toEqual({ succeeded: 0, failed: 0 });
  house.close();
});

test("a span is days, whole weeks from Monday, and days again: each day once", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 30_000 }), fc.integer({ min: 0, max: 200 }), (fromDay, days) => {
      const list = pieces({ fromDay, toDay: fromDay + days });
      const covered = list.reduce((sum, [, from, to]) => sum + Math.max(0, to - from), 0);
      expect(covered).toBe(days);
      for (const [grain, from, to] of list.filter(([, from, to]) => to > from)) {
        expect(from >= fromDay && to <= fromDay + days).toBe(true);
        if (grain > 1) expect([new Date(from * DAY).getUTCDay(), (to - from) % grain]).toEqual([1, 0]);
      }
    }),
  );
});
