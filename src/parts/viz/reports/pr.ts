/** `vice report pr`: how long changes wait for review and merge, as rows or by interval, with the columns of vsperformancereport. */
import { z } from "zod";
import type { Block } from "../../../domain/chart/document.ts";
import { sayValue } from "../../../domain/chart/say-value.ts";
import { quantile } from "../../../domain/quantile.ts";
import {
  AGGREGATE_COLUMNS,
  aggregate,
  type Change,
  RAW_COLUMNS,
  type RawRow,
  rawRow,
} from "../../../domain/review/pull-performance.ts";
import { count } from "../../../kit/count.ts";
import type { Services } from "../../../ports/services.ts";
import { ask, IN_SCOPE, type Row, sayScope, scopeParams, textIn } from "./ask.ts";
import { reportKind } from "./kind.ts";
import { deploymentMarkers, markerSchema, saySpan, toMarkers } from "./over-time.ts";
import { scopeInput, spanInput, spanOf } from "./usual-input.ts";

const WINDOWS = ["day", "week", "month"] as const;
const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const output = z.strictObject({
  from: z.string(),
  to: z.string(),
  scope: z.string(),
  agg: z.enum(WINDOWS).nullable().describe("null = rows are changes"),
  changes: z.int(),
  merged: z.int(),
  hours: z.strictObject({
    p50: z.number().nullable(),
    p95: z.number().nullable(),
    p99: z.number().nullable(),
  }),
  rows: z
    .array(z.record(z.string(), cell))
    .describe("Columns as in the CSV: durations in seconds; with agg in hours and rounded"),
  weeks: z.array(z.record(z.string(), cell)).describe("The same by week, for the chart"),
  markers: z.array(markerSchema),
});
type Data = z.output<typeof output>;

const { service, team } = scopeInput;

export const prReport = reportKind({
  name: "pr",
  about:
    "Review performance of changes (pull and merge requests): rows, or --agg day, week or month, also as CSV",
  input: z.object({
    ...{ service, team },
    ...spanInput,
    agg: z.enum(WINDOWS).optional().describe("Aggregates by the interval in which a change was opened"),
  }),
  output,
  data: async (input, ctx) => {
    const span = spanOf(input, ctx.now(), 90);
    const scope = { service: input.service, team: input.team };
    const rows = await ask(
      ctx,
      `SELECT * FROM (SELECT id, repository, service, status, actor, url, tags, started_at, finished_at, duration_ms, occurred_ms
       FROM activities WHERE kind = 'change' AND status IN ('succeeded', 'canceled') AND ${IN_SCOPE})
       ORDER BY occurred_ms`,
      scopeParams(scope, span, ctx.services),
    );
    const changes = rows.flatMap((row) => changeOf(row, null));
    const hours = changes.map(({ createdMs, endedMs }) => (endedMs - createdMs) / 3_600_000);
    return {
      from: new Date(span.fromMs).toISOString(),
      to: new Date(span.toMs).toISOString(),
      ...{ scope: sayScope(scope), agg: input.agg ?? null },
      ...{ changes: changes.length, merged: changes.filter(({ merged }) => merged).length },
      hours: { p50: quantile(hours, 0.5), p95: quantile(hours, 0.95), p99: quantile(hours, 0.99) },
      rows:
        input.agg === undefined
          ? await rawRows(rows, ctx.services)
          : aggregate(changes, input.agg, span.zone),
      weeks: aggregate(
        changes.map((change) => ({ ...change, owner: "", repo: "" })),
        "week",
        span.zone,
      ),
      markers: await deploymentMarkers(ctx, scope, span),
    };
  },
  csv: ({ agg, rows }) => ({ columns: agg === null ? RAW_COLUMNS : AGGREGATE_COLUMNS, rows }),
  render: (data, { zone }) => {
    const { p50 } = data.hours;
    return {
      title:
        p50 === null
          ? `No change${data.scope} was merged or closed`
          : `Half of the changes${data.scope} are done within ${sayValue(p50 * 3_600_000, "ms")}`,
      summary: `${saySpan(data, zone)}: ${count(data.changes, "change")}, ${data.merged} of them merged.`,
      blocks: [figuresOf(data), ...(data.weeks.length === 0 ? [] : [chartOf(data)]), tableOf(data)],
    };
  },
});

/** So many rows are one piece of work; others have their turn between them. */
const PIECE = 100;

async function rawRows(rows: readonly Row[], { store }: Pick<Services, "store">): Promise<RawRow[]> {
  const raw: RawRow[] = [];
  for (const [at, row] of rows.entries()) {
    if (at % PIECE === 0) await new Promise((resolve) => setImmediate(resolve));
    raw.push(...changeOf(row, lastTold(store.flows.transitions(String(row["id"])))).map(rawRow));
  }
  return raw;
}

/** Tools tell a change with the time at which it moved last: the newest of these is when it was updated, as far as they told. */
const lastTold = (transitions: ReadonlyArray<{ at: string }>): number | null =>
  transitions.reduce<number | null>((last, { at }) => Math.max(last ?? 0, Date.parse(at)), null);

/** Until it was merged, else closed; what was never opened as far as is known has no duration. */
function changeOf(row: Row, updatedMs: number | null): Change[] {
  const created = textIn(row, "started_at");
  const ended = textIn(row, "finished_at");
  if (created === null || ended === null) return [];
  const tags = tagsIn(row);
  const amount = (name: string): number | null => {
    const text = tags[name];
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
  };
  const [owner, repo] = ownerAndName(textIn(row, "repository"), textIn(row, "service") ?? "");
  return [
    {
      ...{ owner, repo, createdMs: Date.parse(created), endedMs: Date.parse(ended) },
      ...{ merged: row["status"] === "succeeded", updatedMs },
      ...{ comments: amount("comments"), additions: amount("additions"), deletions: amount("deletions") },
      ...{
        author: tags["author"] ?? textIn(row, "actor"),
        url: textIn(row, "url"),
        title: tags["title"] ?? null,
      },
      reviewers: tags["reviewers"] ?? null,
    },
  ];
}

function tagsIn(row: Row): Readonly<Record<string, string>> {
  return JSON.parse(textIn(row, "tags") ?? "{}") as Record<string, string>;
}

/** `https://github.com/example-shop/shop` is of `example-shop`, and called `shop`; groups in groups are the owner. */
function ownerAndName(repository: string | null, service: string): [string, string] {
  const path =
    repository === null ? service : repository.replace(/^\w+:\/\/[^/]+\//, "").replace(/\.git$/, "");
  const at = path.lastIndexOf("/");
  return at < 0 ? ["", path] : [path.slice(0, at), path.slice(at + 1)];
}

function figuresOf({ changes, merged, hours, weeks }: Data): Block {
  const duration = (label: string, value: number | null) => ({
    ...{ label, value: value === null ? null : value * 3_600_000, unit: "ms" },
    reason: "no change was merged or closed",
  });
  return {
    kind: "figures",
    figures: [
      {
        ...{ label: "Merged", value: changes === 0 ? null : merged / changes, unit: "ratio" },
        ...{ reason: "no change was merged or closed", note: `${merged} of ${changes}` },
      },
      {
        ...duration("Half are done within", hours.p50),
        trend: weeks.map((week) => numberOf(week["AvgDurationHours"])),
      },
      duration("95 % within", hours.p95),
      duration("99 % within", hours.p99),
    ],
  };
}

const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);

function chartOf({ weeks, markers }: Data): Block {
  const points = (column: string): Array<readonly [number, number | null]> =>
    weeks.map((week) => [Number(week["UnixTime"]) * 1000, hoursToMs(numberOf(week[column]))]);
  const last = weeks.at(-1);
  return {
    kind: "chart",
    chart: {
      ...{ kind: "line", unit: "ms", markers: toMarkers(markers) },
      title: `Changes opened in the last week took ${sayValue(hoursToMs(numberOf(last?.["AvgDurationHours"])), "ms")} on average`,
      series: [
        { name: "average of the week", points: points("AvgDurationHours") },
        { name: "running p50", points: points("DurationP50RunningHours") },
        { name: "running p95", points: points("DurationP95RunningHours") },
      ],
    },
  };
}

const hoursToMs = (hours: number | null): number | null => (hours === null ? null : hours * 3_600_000);

/** Persons and addresses are in the CSV; here stands what is compared. */
const SHOWN_RAW = ["repo", "title", "created_at", "merged", "duration", "comments", "total_changes"];
const SHOWN_AGGREGATES = [
  ...["Interval", "Repo", "TotalPullRequests", "MergeRatio", "AvgDurationHours", "AvgTotalLinesChanged"],
  ...["AvgNumberOfComments", "DurationP50RunningHours", "DurationP95RunningHours"],
];
const MOST_ROWS = 100;

function tableOf({ agg, rows }: Data): Block {
  const columns = agg === null ? SHOWN_RAW : SHOWN_AGGREGATES;
  const shown = rows.slice(-MOST_ROWS).reverse();
  return {
    kind: "table",
    title: rows.length > shown.length ? `The newest ${MOST_ROWS} of ${rows.length}` : "Rows",
    empty: "No change was merged or closed in this time.",
    table: {
      columns: columns.map((title) => ({
        title,
        ...(["repo", "Repo", "title", "Interval", "created_at", "merged"].includes(title)
          ? {}
          : { align: "right" as const }),
      })),
      rows: shown.map((row) => columns.map((column) => sayCell(column, row[column] ?? null))),
    },
  };
}

function sayCell(column: string, value: string | number | boolean | null): string {
  if (value === null) return "–";
  if (column === "duration" && typeof value === "number") return sayValue(value * 1000, "ms");
  if (column === "created_at") return String(value).slice(0, 10);
  return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
}
