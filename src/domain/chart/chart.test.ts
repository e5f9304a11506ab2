// Pictures: round axes with units, gaps where nothing is known, pins for deployments, safe text, and the same numbers as a table.
import fc from "fast-check";
import { expect, test } from "vitest";
import { aheadMs } from "../time-zone.ts";
import { drawBadge } from "./badge.ts";
import type { BarChart, Chart, LineChart } from "./chart.ts";
import { drawChart } from "./draw.ts";
import { roundTicks, sayValue } from "./say-value.ts";
import { tableTwin } from "./table-twin.ts";
import { timeTicks } from "./time-axis.ts";

const DAY = 86_400_000;
const T = Date.parse("2026-10-05T00:00:00Z");
const drawing = { width: 600, zone: "UTC" };

const line = (values: ReadonlyArray<number | null>, more: Partial<LineChart> = {}): LineChart => ({
  kind: "line",
  title: "It takes longer",
  unit: "ms",
  series: [{ name: "p50", points: values.map((value, day) => [T + day * DAY, value] as const) }],
  ...more,
});

test.each([
  [[0, 7], "count", [0, 2, 4, 6, 8]],
  [[0, 1], "count", [0, 1]],
  [[0, 95_000], "ms", [0, 30_000, 60_000, 90_000, 120_000]],
  [[0, 10 * 3_600_000], "ms", [0, 4, 8, 12].map((hours) => hours * 3_600_000)],
  [[0, 0.061], "ratio", [0, 0.02, 0.04, 0.06, 0.08]],
  [[-3, 3], "per day", [-4, -2, 0, 2, 4]],
  [[0, 0], "count", [0, 1]],
] as const)("the axis of %j in %s has round steps", ([low, high], unit, ticks) => {
  expect(roundTicks(low, high, unit, 4)).toEqual(ticks);
});

test("values are said by their unit, and what is not known is a dash", () => {
  const said = [
    ...[sayValue(450, "ms"), sayValue(90_000, "ms"), sayValue(3 * 3_600_000, "ms"), sayValue(3 * DAY, "ms")],
    ...[sayValue(0.0612, "ratio"), sayValue(12_345, "count"), sayValue(1.25, "per day")],
    ...[sayValue(null, "ms"), sayValue(Number.NaN, "count")],
  ];
  expect(said).toEqual(["450 ms", "1 min 30 s", "3 h", "3 d", "6.12 %", "12,345", "1.25 per day", "–", "–"]);
});

test("a time axis cuts at midnight and Monday of its zone, also over a change of clocks", () => {
  // Clocks in Berlin went back on 2026-10-25.
  const ticks = timeTicks(
    Date.parse("2026-10-23T00:00:00Z"),
    Date.parse("2026-10-28T00:00:00Z"),
    "Europe/Berlin",
    6,
  );
  expect(ticks.map(({ atMs }) => new Date(atMs).toISOString())).toEqual([
    "2026-10-23T22:00:00.000Z",
    "2026-10-24T22:00:00.000Z",
    "2026-10-25T23:00:00.000Z",
    "2026-10-26T23:00:00.000Z",
    "2026-10-27T23:00:00.000Z",
  ]);
  expect(ticks[0]?.label).toBe("24 Oct");
  const weeks = timeTicks(T, T + 40 * DAY, "UTC", 8);
  expect(weeks.map(({ atMs }) => new Date(atMs).getUTCDay())).toEqual(weeks.map(() => 1));
  expect(timeTicks(T, T + 700 * DAY, "UTC", 8).map(({ label }) => label)).toContain("Jan 27");
  expect(aheadMs(Date.parse("2026-07-01T00:00:00Z"), "Asia/Kolkata")).toBe(5.5 * 3_600_000);
});

test("a value that is not known is a gap in the line, never 0", () => {
  const svg = drawChart(line([1000, null, 3000, 2000]), drawing);
  const [, path = ""] = /d="([^"]*)" fill="none"/.exec(svg) ?? [];
  expect(path.match(/M/g)).toHaveLength(2);
  expect(path.match(/[ML]/g)).toHaveLength(3);
  expect(tableTwin(line([1000, null]), "UTC").rows).toEqual([
    ["5 Oct 2026", "1 s"],
    ["6 Oct 2026", "–"],
  ]);
});

test("a deployment is a pin at its moment; one outside of the axis is not drawn", () => {
  const markers = [
    { atMs: T + DAY, label: "v1.2.0" },
    { atMs: T + 2 * DAY, label: "v1.3.0", tone: "bad" as const },
    { atMs: T - DAY, label: "v1.1.0" },
  ];
  const svg = drawChart(line([1, 2, 3, 4], { markers }), drawing);
  expect(svg).toContain("<title>v1.2.0, 6 Oct 2026, 00:00</title>");
  expect(svg).toContain("v1.3.0");
  expect(svg).not.toContain("v1.1.0");
});

const bars: BarChart = {
  kind: "bar",
  title: "3 deployments, 1 failed",
  unit: "count",
  parts: [
    { name: "succeeded", tone: "ok" },
    { name: "failed", tone: "bad" },
  ],
  bars: [
    { label: "Mon", atMs: T, values: [2, 1] },
    { label: "Tue", atMs: T + DAY, values: [null, null] },
    { label: "Wed", atMs: T + 2 * DAY, values: [0, 0] },
  ],
};

test("parts stand on each other, failed ones are told by shape too, and nothing known is a dash", () => {
  const svg = drawChart(bars, drawing);
  const boxes = [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"/g)].slice(
    2,
  );
  expect(boxes).toHaveLength(2);
  expect(svg.match(/fill="var\(--chart-ground, #ffffff\)" stroke="var\(--chart-bad/g)).toHaveLength(2);
  expect(svg).toContain("<title>Mon: 2 succeeded, 1 failed</title>");
  expect(svg).toContain(">–</text>");
});

const charts: readonly Chart[] = [
  line([1, null, 2], { markers: [{ atMs: T, label: "v1" }] }),
  bars,
  { ...bars, lying: true },
  {
    kind: "heatmap",
    title: "Tuesdays",
    unit: "count",
    rows: ["Mon"],
    columns: ["0", "1"],
    cells: [[1, null]],
  },
  {
    kind: "matrix",
    title: "Behind",
    rows: ["shop"],
    columns: ["dev", "prod"],
    cells: [[{ text: "v1", tone: "bad" }, null]],
  },
  {
    ...{ kind: "waterfall", title: "One day", nowMs: T + DAY },
    spans: [{ label: "build", depth: 0, startMs: T, endMs: null }],
  },
  { kind: "sparkline", title: "Up", unit: "count", values: [1, null, 3] },
];

test.each(charts)("$kind has a title, a description, colours that follow the page, and a table", (chart) => {
  const svg = drawChart(chart, drawing);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(svg).toContain(`<title>${chart.title}</title><desc>`);
  expect(svg).toContain('role="img"');
  for (const [color] of svg.matchAll(/(?:fill|stroke)="(?!none)[^"]*"/g))
    expect(color).toMatch(/"var\(--chart-/);
  const twin = tableTwin(chart, "UTC");
  expect(twin.rows.length).toBeGreaterThan(0);
  for (const row of twin.rows) expect(row).toHaveLength(twin.columns.length);
  expect(drawChart(chart, drawing)).toBe(svg);
});

test("whatever the names and numbers are, no picture holds another element or a number that is none", () => {
  const value = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }));
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.array(value, { maxLength: 20 }), (name, values) => {
      const all: readonly Chart[] = [
        { ...line(values), title: name },
        { ...bars, title: name, bars: values.map((each) => ({ label: name, values: [each, each] })) },
        { ...bars, lying: true, bars: values.map((each) => ({ label: name, values: [each] })) },
        { kind: "sparkline", title: name, unit: name, values },
        {
          kind: "heatmap",
          title: name,
          unit: "ms",
          rows: [name],
          columns: values.map(String),
          cells: [values],
        },
      ];
      for (const chart of all) {
        const svg = drawChart(chart, { ...drawing, titled: true });
        expect(svg).not.toMatch(/NaN|Infinity|<script|height="-|width="-/);
        expect(svg.includes("\u0000")).toBe(false);
        expect(svg.replace(/<\/?[a-z]+(?: [a-zA-Z:-]+="[^"<>]*")*\/?>/g, "")).not.toMatch(/[<>]/);
      }
    }),
    { numRuns: 200 },
  );
});

test("a badge is white on its own dark colours, and says both words", () => {
  const svg = drawBadge({ label: "shop <prod>", message: "v1.4.2", tone: "ok" });
  expect(svg).toContain('aria-label="shop &lt;prod&gt;: v1.4.2"');
  expect(svg).not.toContain("var(");
});

test("a bar below nothing hangs from the axis and is as long as its value", () => {
  const both: BarChart = {
    ...{ kind: "bar", title: "Change", unit: "count", parts: [{ name: "change" }] },
    bars: [
      { label: "up", values: [10] },
      { label: "down", values: [-10] },
    ],
  };
  const heights = [...drawChart(both, drawing).matchAll(/<rect[^>]* y="([\d.]+)"[^>]* height="([\d.]+)"/g)];
  const [up, down] = heights.map(([, y, height]) => [Number(y), Number(height)]);
  expect(down?.[1]).toBe(up?.[1]);
  expect(down?.[0]).toBe((up?.[0] ?? 0) + (up?.[1] ?? 0));
});
