// The bars of swimlanes: one after the other over the whole time, none for what is not known.
import { expect, test } from "vitest";
import type { Stay } from "../../../src/domain/flow/stays.ts";
import { lanesOf } from "./lanes.ts";

const at = (hours: number): string => new Date(hours * 3_600_000).toISOString();
const stay = (column: string, from: number | null, to: number | null, more: Partial<Stay> = {}): Stay => ({
  ...{ column, meaning: "work", ms: null, current: false },
  ...{ enteredAt: from === null ? null : at(from), leftAt: to === null ? null : at(to) },
  ...more,
});

test("stays fill the axis in their order; unknown ends and done have no bar", () => {
  const lanes = lanesOf(
    [
      stay("a", 0, 5),
      stay("b", 5, null),
      stay("c", null, 8),
      stay("d", 8, 10),
      stay("done", 10, null, { meaning: "done", current: true }),
    ],
    99 * 3_600_000,
  );
  expect(lanes).toEqual([{ start: 0, width: 50 }, null, null, { start: 80, width: 20 }, null]);
});

test("the current stay goes on until now, and a short one is still seen", () => {
  const lanes = lanesOf([stay("a", 0, 0.001), stay("b", 0.001, null, { current: true })], 10 * 3_600_000);
  expect(lanes[0]).toEqual({ start: 0, width: 0.5 });
  expect((lanes[1]?.start ?? 0) + (lanes[1]?.width ?? 0)).toBeCloseTo(100);
});
