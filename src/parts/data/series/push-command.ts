/** `vice data push`: takes in points of a series, one from flags or many from a file or standard input. */
import { z } from "zod";
import { readSeriesText } from "../../../domain/series/read-text.ts";
import { inEvents, readSeriesName, type SeriesPart } from "../../../domain/series/series.ts";
import { count } from "../../../kit/count.ts";
import { ViceError } from "../../../kit/errors.ts";
import { parseMoment } from "../../../kit/moment.ts";
import { toIso } from "../../../kit/time.ts";
import { dataCommand } from "../define-command.ts";
import { recordEvents, saidEvent } from "../log/record-events.ts";

const MOST_POINTS = 200_000;
const FORMATS = 'JSON {"name", "labels", "points": [[time, value]]}, or Prometheus text';

const label = z.record(z.string(), z.string());
const input = z.object({
  series: z.string().optional().describe('orders, or orders{shop="eu"}'),
  value: z.number().optional(),
  at: z.string().optional().describe("When; default: now"),
  label: label.optional().describe("More labels: shop=eu"),
  file: z
    .string()
    .optional()
    .meta({ file: "content" })
    .describe(`Many points: ${FORMATS}; - is standard input`),
  points: z
    .array(
      z.strictObject({
        name: z.string(),
        labels: label.default({}),
        points: z.array(z.tuple([z.union([z.number(), z.string()]), z.number()])),
      }),
    )
    .optional()
    .describe("The same as JSON, for callers over HTTP"),
});
const output = z.strictObject({ series: z.int(), points: z.int() });

export const pushSeries = dataCommand({
  id: "data.push",
  words: null,
  part: "data",
  summary: "Take in points of a series of numbers (a KPI, an error rate), to see what deployments do to it.",
  examples: [
    "vice data push orders_per_minute --value 118",
    "vice data push 'orders{shop=\"eu\"}' --value 118 --at '10 minutes ago'",
    "curl -s http://app.example.com/metrics | vice data push --file -",
  ],
  effect: "write",
  positional: ["series"],
  input,
  output,
  http: { method: "POST", path: "/v1/series" },
  run: async (given, ctx) => {
    const series = seriesFrom(given, ctx.now());
    const points = series.reduce((sum, part) => sum + part.points.length, 0);
    if (points === 0)
      throw wrong("There is no point in it.", `Write: vice data push orders --value 118, or ${FORMATS}`);
    if (points > MOST_POINTS)
      throw wrong(`${points} points are too many at once.`, `Send at most ${MOST_POINTS} at a time.`);
    const events = inEvents(series).map((data) => saidEvent(ctx, "vice.series.pushed.v1", null, data));
    await recordEvents(ctx, events);
    return { series: series.length, points };
  },
  text: ({ series, points }) => `${count(points, "point")} of ${count(series, "series", "series")}.`,
});

const wrong = (message: string, hint: string): ViceError => new ViceError("input.invalid", { message, hint });

const timeOf = (value: unknown): number | null => {
  const iso = typeof value === "number" || typeof value === "string" ? toIso(value) : null;
  return iso === null ? null : Date.parse(iso);
};

/** @throws ViceError `input.invalid` */
function seriesFrom(
  { series, value, at, label: more = {}, file, points }: z.output<typeof input>,
  nowMs: number,
) {
  const list: SeriesPart[] = [];
  if (series !== undefined) list.push(oneFrom(series, value, at, nowMs));
  if (file !== undefined) list.push(...manyFrom(file, nowMs));
  if (points !== undefined) list.push(...manyFrom(JSON.stringify(points), nowMs));
  return list.map((part) => ({ ...part, labels: { ...part.labels, ...more } }));
}

function oneFrom(
  series: string,
  value: number | undefined,
  at: string | undefined,
  nowMs: number,
): SeriesPart {
  const name = readSeriesName(series);
  if (name === null)
    throw wrong(`"${series}" is no name of a series.`, 'Write orders, or orders{shop="eu"}.');
  if (value === undefined)
    throw wrong(`The value of ${series} is missing.`, `Write: vice data push ${name.name} --value 118`);
  const atMs = at === undefined ? nowMs : parseMoment(at, nowMs);
  if (atMs === null) throw wrong(`"${at}" is no moment.`, "Write 2026-11-20T14:32Z or 10 minutes ago.");
  return { ...name, points: [[atMs, value]] };
}

function manyFrom(text: string, nowMs: number): SeriesPart[] {
  const { series, problems } = readSeriesText(text, nowMs, timeOf);
  const [first] = problems;
  if (first !== undefined)
    throw wrong(
      `Line ${first.line}: ${first.problem}.`,
      `${problems.length === 1 ? "Nothing was taken in." : `${problems.length} places are not right; nothing was taken in.`} It reads ${FORMATS}.`,
    );
  return series;
}
