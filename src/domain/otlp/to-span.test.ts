/** Tests that whatever times an activity has, its span has numbers that a collector can read. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Activity } from "../activity.ts";
import { spanOf } from "./to-span.ts";

const activity: Activity = {
  ...{ id: "0193a1b2-0000-8000-8000-000000000001", kind: "deployment", deploymentKind: "deploy" },
  ...{ source: "generic", instance: "generic", externalId: "1", attempt: 1, service: "shop", team: null },
  ...{ repository: null, environment: "prod-eu", tier: "production", tenant: null, status: "succeeded" },
  ...{ version: "v1", commitSha: null, ref: null, artifact: null, startedAt: null, finishedAt: null },
  ...{ durationMs: null, durationFrom: null, occurredAt: "2026-11-20T10:00:00.000Z", actor: null, url: null },
  ...{ traceId: "4bf92f3577b34da6a3ce929d0e0e4736", parentId: null, primaryId: null, verified: true },
  ...{ tags: {}, error: null },
};

test("times are whole nanoseconds since 1970, however long it is said to have taken", () => {
  const ms = fc.integer({ min: 0, max: 4_102_444_800_000 });
  const duration = fc.double({ min: 0, max: Number.MAX_SAFE_INTEGER, noNaN: true });
  fc.assert(
    fc.property(ms, duration, (endMs, durationMs) => {
      const ended = { ...activity, finishedAt: new Date(endMs).toISOString(), durationMs };
      const { startTimeUnixNano, endTimeUnixNano } = spanOf(ended, { parentTraceId: null, links: [] });
      for (const nano of [startTimeUnixNano, endTimeUnixNano]) expect(nano).toMatch(/^(0|[1-9]\d*)$/);
      expect(BigInt(startTimeUnixNano)).toBeLessThanOrEqual(BigInt(endTimeUnixNano));
    }),
  );
});
