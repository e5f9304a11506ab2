/** `vice report batches`: how much one deployment brings (H2), and how long it is from one to the next (H3). */
import { z } from "zod";
import type { Block } from "../../../domain/chart/document.ts";
import { sayMs, sayValue } from "../../../domain/chart/say-value.ts";
import { sayMoment } from "../../../domain/chart/time-axis.ts";
import { count } from "../../../kit/count.ts";
import { sayScope } from "./ask.ts";
import { reportKind } from "./kind.ts";
import { saySpan } from "./over-time.ts";
import { type Batch, batches, batchSchema, spreadOf, spreadSchema } from "./overview-data.ts";
import { scopeInput, spanInput, spanOf } from "./usual-input.ts";

const output = z.strictObject({
  from: z.string(),
  to: z.string(),
  scope: z.string(),
  commits: spreadSchema,
  intervalMs: spreadSchema,
  rows: z.array(batchSchema),
});
type Data = z.output<typeof output>;

export const batchesReport = reportKind({
  name: "batches",
  about: "Batch size (commits in a deployment) and intervals (time between deployments) of each place",
  input: z.object({ ...scopeInput, ...spanInput }),
  output,
  data: async (input, ctx) => {
    const span = spanOf(input, ctx.now(), 30);
    const { service, team, environment } = input;
    // Every step on the way counts its commits again: production, unless another place is asked for.
    const tier = input.tier ?? (environment === undefined ? "production" : undefined);
    const scope = { service, team, environment, tier };
    const rows = await batches(ctx, scope, span);
    return {
      from: new Date(span.fromMs).toISOString(),
      to: new Date(span.toMs).toISOString(),
      scope: sayScope(scope),
      commits: spreadOf(rows.map((row) => row.commits)),
      intervalMs: spreadOf(rows.map((row) => row.intervalMs)),
      rows,
    };
  },
  csv: ({ rows }) => ({ columns: Object.keys(batchSchema.shape), rows }),
  render: (data, { zone }) => ({
    title: titleOf(data),
    summary: `${saySpan(data, zone)}: ${count(data.rows.length, "delivery", "deliveries")}${data.scope}; the commits of ${data.commits.known} of them are known.`,
    blocks: [figuresOf(data), ...chartsOf(data), tableOf(data, zone)],
  }),
});

function titleOf({ commits, intervalMs, scope }: Data): string {
  if (commits.p50 === null && intervalMs.p50 === null) return `Nothing is known of batches${scope}`;
  const size =
    commits.p50 === null
      ? ""
      : `Half of the deployments bring at most ${count(Math.round(commits.p50), "commit")}`;
  const pause = intervalMs.p50 === null ? "" : `${sayMs(intervalMs.p50)} apart`;
  return size === ""
    ? `Deployments are usually ${pause}`
    : [size, pause].filter(Boolean).join(", and are usually ");
}

function figuresOf({ commits, intervalMs, rows }: Data): Block {
  const reason =
    rows.length === 0
      ? "nothing was deployed"
      : "no commits between deployments are known; vice data import brings them";
  const alone = rows.length === 0 ? "nothing was deployed" : "no place was deployed twice";
  return {
    kind: "figures",
    figures: [
      {
        label: "Commits, usual",
        value: commits.p50,
        unit: "count",
        reason,
        trend: rows.map((row) => row.commits),
      },
      { label: "Commits, 95 % at most", value: commits.p95, unit: "count", reason },
      { label: "Between two, usual", value: intervalMs.p50, unit: "ms", reason: alone },
      { label: "Longest pause", value: intervalMs.most, unit: "ms", reason: alone },
    ],
  };
}

/** Newest last; more bars than this are too thin to tell apart. */
const MOST_BARS = 60;

function chartsOf({ rows }: Data): Block[] {
  const shown = rows.slice(-MOST_BARS);
  const bar = (title: string, unit: string, value: (row: Batch) => number | null): Block => ({
    kind: "chart",
    chart: {
      ...{
        kind: "bar",
        title,
        unit,
        parts: [{ name: unit === "ms" ? "time since the one before" : "commits", tone: "accent" }],
      },
      bars: shown.map((row) => ({ label: `${row.service} ${row.release}`, values: [value(row)] })),
    },
  });
  if (shown.length === 0) return [];
  const largest = shown.reduce((most, row) => ((row.commits ?? -1) > (most.commits ?? -1) ? row : most));
  return [
    ...(largest.commits === null
      ? []
      : [
          bar(
            `The largest brought ${count(largest.commits, "commit")}: ${largest.service} ${largest.release}`,
            "count",
            (row) => row.commits,
          ),
        ]),
    bar("Time since the deployment before in the same place", "ms", (row) => row.intervalMs),
  ];
}

const tableOf = ({ rows }: Data, zone: string): Block => ({
  kind: "table",
  title: "Deliveries, newest first",
  empty: "None.",
  table: {
    columns: [
      ...["when", "service", "environment", "release"].map((title) => ({ title })),
      ...["commits", "since the one before"].map((title) => ({ title, align: "right" as const })),
    ],
    rows: rows
      .slice(-MOST_BARS)
      .reverse()
      .map((row) => [
        ...[sayMoment(Date.parse(row.at), zone), row.service, row.environment, row.release],
        ...[sayValue(row.commits, "count"), sayValue(row.intervalMs, "ms")],
      ]),
  },
});
