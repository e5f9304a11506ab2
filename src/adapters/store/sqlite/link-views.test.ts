// Whether two activities fit in time is said twice, in the domain and in SQL: both say the same of every two.
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { expect, test } from "vitest";
import { REASONS } from "../../../domain/trace/anchors.ts";
import { fitsInTime } from "../../../domain/trace/join.ts";
import { FITS } from "./link-views.ts";

const DAY_MS = 86_400_000;
/** Near each other, and near the limits that the rules have. */
const near = [0, 1, 4999, 5000, 5001, 3_600_000, 3_600_001, 7 * DAY_MS, 7 * DAY_MS + 1];
const moment = fc.tuple(fc.constantFrom(...near), fc.constantFrom(1, -1)).map(([ms, sign]) => ms * sign);
const went = fc.record({
  kind: fc.constantFrom("ticket", "change", "build", "pipeline", "deployment"),
  beganMs: moment,
  finishMs: fc.option(moment),
});

test("links in SQL fit in time as those of traces do", () => {
  const db = new DatabaseSync(":memory:");
  const asked = db.prepare(`SELECT ${FITS} AS fits FROM (SELECT ? AS reason) x,
    (SELECT ? AS kind, ? AS start_ms, ? AS finish_ms, NULL AS occurred_ms) f,
    (SELECT ? AS start_ms, ? AS finish_ms, NULL AS occurred_ms) g`);
  fc.assert(
    fc.property(fc.constantFrom(...REASONS), went, went, (reason, cause, effect) => {
      const row = asked.get(
        ...[REASONS.indexOf(reason), cause.kind, cause.beganMs, cause.finishMs],
        ...[effect.beganMs, effect.finishMs],
      );
      const ended = (each: typeof cause) => ({ ...each, endedMs: each.finishMs ?? Number.POSITIVE_INFINITY });
      expect(row?.["fits"] === 1).toBe(fitsInTime(ended(cause), ended(effect), reason));
    }),
    { numRuns: 2000 },
  );
  db.close();
});
