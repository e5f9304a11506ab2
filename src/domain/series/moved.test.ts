// Of many series those that moved are named first; noise in hundreds of them names none, as Holm's correction promises.
import { expect, test } from "vitest";
import { judged, testedOf } from "./impact.ts";
import { holm, movedOf } from "./moved.ts";
import type { Point } from "./series.ts";

const MINUTE = 60_000;

/** The same chance each time. */
function noiseOf(seed: number): () => number {
  let state = seed >>> 0;
  const chance = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 4294967296;
  };
  return () => Math.sqrt(-2 * Math.log(chance())) * Math.cos(2 * Math.PI * chance());
}

function seriesOf(seed: number, level: (at: number) => number): Point[] {
  const noise = noiseOf(seed);
  return Array.from({ length: 120 }, (_, at): Point => [at * MINUTE, level(at) + 5 * noise()]);
}
const deployed = [{ id: "d1", atMs: 60 * MINUTE }];
const asked = (series: string, points: Point[]) => ({ series, tested: testedOf(points, deployed) });

test("Holm by hand: 0.01, 0.02, 0.03 and 0.04 of four are 0.04, 0.06, 0.06 and 0.06; what is not known does not count", () => {
  const round = (list: Array<number | null>) => list.map((p) => (p === null ? null : Number(p.toFixed(10))));
  expect(round(holm([0.04, 0.01, null, 0.03, 0.02]))).toEqual([0.06, 0.04, null, 0.06, 0.06]);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
});

test("of forty series the three that moved are named, the largest shift first", () => {
  const still = Array.from({ length: 37 }, (_, n) =>
    asked(
      `still_${n}`,
      seriesOf(n * 7919 + 3, () => 100),
    ),
  );
  const list = movedOf([
    ...still,
    asked(
      "errors",
      seriesOf(11, (at) => (at < 60 ? 100 : 160)),
    ),
    asked(
      "orders",
      seriesOf(12, (at) => (at < 60 ? 100 : 50)),
    ),
    asked(
      "latency",
      seriesOf(13, (at) => (at < 60 ? 100 : 130)),
    ),
    asked("short", seriesOf(14, () => 100).slice(0, 62)),
  ]);
  const named = list.filter(({ isCause }) => isCause).map(({ series }) => series);
  expect(named).toEqual(["errors", "orders", "latency"]);
  expect(list.at(-1)).toMatchObject({
    series: "short",
    p: null,
    reason: expect.stringContaining("fewer than"),
  });
});

test("noise in a hundred series at once: one question of twenty names something, where each alone would in most", () => {
  const options = { leastChange: 0, alpha: 0.01 };
  let [alarms, alone] = [0, 0];
  for (let run = 0; run < 20; run += 1) {
    const all = Array.from({ length: 100 }, (_, n) =>
      asked(
        `s${n}`,
        seriesOf(run * 104729 + n * 7919 + 1, () => 100),
      ),
    );
    if (movedOf(all, options).some(({ isCause }) => isCause)) alarms += 1;
    const each = all.flatMap(({ tested }) => tested.map((one) => judged(one, one.shift?.p ?? null, options)));
    if (each.some(({ isCause }) => isCause)) alone += 1;
  }
  expect(alarms).toBeLessThanOrEqual(1);
  expect(alone).toBeGreaterThan(5);
});
