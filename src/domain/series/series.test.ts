// A KPI that halves after a deployment names it; noise, trends and waves name none, measured over many; formats are read.
import { expect, test } from "vitest";
import { impactOf } from "./impact.ts";
import { readSeriesText } from "./read-text.ts";
import { inEvents, MOST_POINTS, type Point, readSeriesName, seriesName } from "./series.ts";
import { ranksOf, shiftAt, tTail } from "./shift.ts";
import { judgeExperiment } from "./verdict.ts";

const MINUTE = 60_000;

/** The same chance each time. */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 4294967296;
  };
}
const normal = (chance: () => number): number =>
  Math.sqrt(-2 * Math.log(chance())) * Math.cos(2 * Math.PI * chance());

type Make = (at: number, noise: number, before: number) => number;
function seriesOf(length: number, seed: number, make: Make): Point[] {
  const chance = chanceOf(seed);
  let before = 0;
  return Array.from({ length }, (_, at): Point => {
    before = make(at, normal(chance), before);
    return [at * MINUTE, before];
  });
}
const deployedAt = (...at: number[]) => at.map((n, i) => ({ id: `d${i + 1}`, atMs: n * MINUTE }));

test("a KPI that halves after the third of five deployments names the third, and only it", () => {
  const kpi = seriesOf(250, 1, (at, noise) => (at < 150 ? 100 : 50) + 6 * noise);
  const list = impactOf(kpi, deployedAt(50, 100, 150, 200, 230));
  expect(
    list.filter(({ isCause }) => isCause).map(({ deployments }) => deployments.map(({ id }) => id)),
  ).toEqual([["d3"]]);
  expect(list[2]?.shift?.change).toBeCloseTo(-0.5, 1);
});

test("a drop that came well after a deployment is not laid at its door", () => {
  for (const late of [15, 25, 40, 80]) {
    const kpi = seriesOf(200, 3, (at, noise) => (at < 80 + late ? 100 : 50) + 4 * noise);
    expect([late, impactOf(kpi, deployedAt(80))[0]?.isCause]).toEqual([late, false]);
  }
});

test("deployments with too few points between them are named together", () => {
  const kpi = seriesOf(100, 4, (at, noise) => (at < 52 ? 100 : 50) + 4 * noise);
  const [first] = impactOf(kpi, deployedAt(50, 52));
  expect(first?.deployments.map(({ id }) => id)).toEqual(["d1", "d2"]);
  expect(first?.isCause).toBe(true);
  expect(impactOf(kpi.slice(0, 8), deployedAt(5))[0]).toMatchObject({ shift: null, isCause: false });
});

const RUNS = 300;
test.each<[string, Make]>([
  ["noise", (_at, noise) => 100 + 10 * noise],
  ["a steady rise", (at, noise) => 100 + at + 10 * noise],
  [
    "neighbours that are alike",
    (_at, noise, before) => (before === 0 ? 100 : 100 + 0.6 * (before - 100) + 8 * noise),
  ],
  ["rare outliers", (_at, noise) => 100 + 5 * noise + (Math.abs(noise) > 2.2 ? 300 : 0)],
])("%s names no deployment: false alarms of the whole series at most 2 %%", (_name, make) => {
  let alarms = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const kpi = seriesOf(200, run * 7919 + 13, make);
    if (impactOf(kpi, deployedAt(40, 80, 120, 160)).some(({ isCause }) => isCause)) alarms += 1;
  }
  expect(alarms / RUNS).toBeLessThanOrEqual(0.02);
});

test("a drop of a fifth with a tenth of noise is found in nine of ten", () => {
  let found = 0;
  for (let run = 0; run < 200; run += 1) {
    const kpi = seriesOf(120, run * 104729 + 5, (at, noise) => (at < 60 ? 100 : 80) + 8 * noise);
    if (impactOf(kpi, deployedAt(60))[0]?.isCause === true) found += 1;
  }
  expect(found / 200).toBeGreaterThan(0.9);
});

test("known values: ranks with ties, the tail of Student's t", () => {
  expect(ranksOf([10, 30, 10, 20])).toEqual([1.5, 4, 1.5, 3]);
  expect(tTail(2.228, 10)).toBeCloseTo(0.05, 3);
  expect(tTail(3.182, 3)).toBeCloseTo(0.05, 2);
});

test("a shift of a series without any noise is told whole", () => {
  const flat = Array.from({ length: 20 }, (_, at): Point => [at, at < 10 ? 4 : 2]);
  expect(shiftAt(flat, 10)).toMatchObject({ before: 4, after: 2, change: -0.5 });
  expect(shiftAt(flat, 10)?.p).toBeLessThan(0.01);
});

test("an experiment gets a verdict with its method", () => {
  const kpi = seriesOf(120, 9, (at, noise) => (at < 60 ? 100 : 112) + 5 * noise);
  const judge = (direction: "up" | "down", by: number, points = kpi) =>
    judgeExperiment(points, 60 * MINUTE, 120 * MINUTE, { direction, by }).verdict;
  expect(judge("up", 0.05)).toBe("supported");
  expect(judge("down", 0.05)).toBe("refuted");
  expect(judge("up", 0.3)).toBe("no clear effect");
  expect(
    judge(
      "up",
      0,
      seriesOf(120, 10, (_at, noise) => 100 + 5 * noise),
    ),
  ).toBe("no clear effect");
  expect(judge("up", 0, kpi.slice(0, 62))).toBe("not enough data");
});

const toMs = (value: unknown): number | null =>
  typeof value === "number" ? value : typeof value === "string" ? Date.parse(value) || null : null;

test("the Prometheus text format, with comments, escapes and times", () => {
  const text = `# HELP orders Orders.\n# TYPE orders counter\norders{service="a \\"b\\" }",env="eu"} 12.5 1700000000000\norders 3\nwrong line here and more\nrate NaN\n`;
  expect(readSeriesText(text, 42, toMs)).toEqual({
    series: [
      { name: "orders", labels: { service: 'a "b" }', env: "eu" }, points: [[1700000000000, 12.5]] },
      { name: "orders", labels: {}, points: [[42, 3]] },
    ],
    problems: [
      { line: 5, problem: 'is no sample: name{label="value"} value' },
      { line: 6, problem: '"NaN" is no finite number' },
    ],
  });
});

test("JSON: a document, a list, one per line", () => {
  const one = '{"name":"kpi","labels":{"n":1},"points":[["2026-11-20T10:00:00Z",1],[5,2]]}';
  const points = [
    [Date.parse("2026-11-20T10:00:00Z"), 1],
    [5, 2],
  ];
  expect(readSeriesText(one, 0, toMs).series).toEqual([{ name: "kpi", labels: { n: "1" }, points }]);
  expect(readSeriesText(`${one}\n{"name":"x","value":7}\n{"no":1}`, 9, toMs)).toMatchObject({
    series: [{ name: "kpi" }, { name: "x", points: [[9, 7]] }],
    problems: [{ line: 3 }],
  });
});

test("a time that no clock says is refused with its line", () => {
  const read = (value: unknown): number | null => (Number(value) < 5e12 ? Number(value) : null);
  expect(readSeriesText("orders 1 9999999999999999999\norders 2 1700000000000", 0, read)).toEqual({
    series: [{ name: "orders", labels: {}, points: [[1700000000000, 2]] }],
    problems: [{ line: 1, problem: '"9999999999999999999" is no time in milliseconds since 1970' }],
  });
});

test("three weeks of minutes and three hundred deployments are looked at in no time", () => {
  const many = seriesOf(30_000, 11, (_at, noise) => 100 + 5 * noise);
  const began = performance.now();
  expect(shiftAt(many, 15_000 * MINUTE)?.points).toEqual({ before: 15_000, after: 15_000 });
  impactOf(many, deployedAt(...Array.from({ length: 300 }, (_, at) => at * 100)));
  expect(performance.now() - began).toBeLessThan(5000);
});

test("names of series are read as they are written; many points are several events", () => {
  const said = { name: "orders", labels: { b: "1", a: 'x"y' } };
  expect(readSeriesName(seriesName(said))).toEqual(said);
  expect(readSeriesName("orders{")).toBeNull();
  const points = Array.from({ length: MOST_POINTS + 5 }, (_, at): Point => [at, at]);
  const events = inEvents([
    { name: "a", labels: {}, points },
    { name: "b", labels: {}, points: points.slice(0, 3) },
  ]);
  expect(events.map(({ series }) => series.map((part) => part.points.length))).toEqual([
    [MOST_POINTS],
    [5, 3],
  ]);
});
