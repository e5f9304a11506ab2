/** How long things take: percentiles and trend by step, pipeline, service or tool; of one step exactly, from its rows. */
import { z } from "zod";
import type { TableTwin } from "../../../domain/chart/chart.ts";
import type { Block } from "../../../domain/chart/document.ts";
import { ERROR } from "../../../domain/durations/histogram.ts";
import { DIMENSIONS, type Dimension, STEP_KINDS } from "../../../domain/durations/step.ts";
import { sayAgo } from "../../../kit/ago.ts";
import { count } from "../../../kit/count.ts";
import { sayDuration } from "../../../kit/duration.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import { type Group, groupSchema, groupsOf, periodOfDays } from "../durations/groups.ts";
import { exactOf, readSteps } from "../durations/rows-of-step.ts";
import { reportKind } from "./kind.ts";

const SHOWN = 30;
const ROWS = 20;

export const durationInput = {
  service: z.string().optional(),
  days: z
    .int()
    .min(1)
    .max(3650)
    .default(90)
    .describe("Days that are counted, those of the workspace's time zone"),
  stepKind: z
    .enum(STEP_KINDS)
    .optional()
    .describe("Only steps of this kind; action = what people run by hand"),
};

const input = z.object({
  ...durationInput,
  by: z.enum(DIMENSIONS).default("step").describe("What durations are gathered by"),
  step: z.string().optional().describe("Only this step: exact figures, and the rows behind them"),
});
const exactMs = z.number().nullable();
const output = z.strictObject({
  service: z.string().nullable(),
  days: z.int(),
  by: z.enum(DIMENSIONS),
  items: z.array(groupSchema),
  errorBound: z.number().describe("Largest relative error of p50 to p99 in items"),
  exact: z
    .strictObject({
      step: z.string(),
      p50: exactMs,
      p75: exactMs,
      p95: exactMs,
      p99: exactMs,
      runs: z.int(),
      sampled: z.boolean().describe("Whether only the newest rows were looked at"),
      rows: z.array(
        z.strictObject({
          id: z.string(),
          service: z.string().nullable(),
          status: z.string(),
          durationMs: exactMs,
          occurredAt: z.string(),
          commitSha: z.string().nullable(),
        }),
      ),
    })
    .nullable()
    .describe("With --step: from the rows, newest first"),
});
type Data = z.output<typeof output>;

export const durationsReport = reportKind({
  name: "durations",
  about:
    "How long steps, pipelines, services and tools take: p50 to p99, against the time before; one step exactly",
  input,
  output,
  data: async ({ service, days, stepKind, by, step }, { services, now }) => {
    const nowMs = now();
    const asked = { by: step === undefined ? by : ("step" as const), service, kind: stepKind, days };
    const all = groupsOf(services, asked, nowMs);
    const items = step === undefined ? all : all.filter(({ name }) => name === step);
    if (step !== undefined && items.length === 0)
      throw new ViceError("not-found", {
        ...{ what: "step", name: step, hint: "See them all: vice report durations" },
        nearest: nearest(
          step,
          all.map(({ name }) => name),
        ),
      });
    const base = { service: service ?? null, days, by: asked.by, items, errorBound: ERROR };
    if (step === undefined) return { ...base, exact: null };
    const { fromMs, toMs } = periodOfDays(services, days, nowMs);
    const span = { service, sinceMs: fromMs, untilMs: toMs };
    const isMeant = (each: { name: string; kind: string }): boolean =>
      each.name === step && (stepKind === undefined || each.kind === stepKind);
    const { rows, sampled } = await readSteps(services, span, isMeant, nowMs);
    const shown = rows.slice(0, 1000).map(({ activity, step: { outcome, ms, commitSha } }) => {
      const { id, service: own, occurredAt } = activity;
      return { id, service: own, status: outcome, durationMs: ms, occurredAt, commitSha };
    });
    return { ...base, exact: { step, ...exactOf(rows), runs: rows.length, sampled, rows: shown } };
  },
  render: (data, { nowMs }) => {
    const { days, by, items, exact, service, errorBound } = data;
    const of = service === null ? "" : ` of ${service}`;
    return {
      title: titleOf(data),
      summary: `Last ${days} days${of}, ${count(items.length, NOUNS[by][0], NOUNS[by][1])}; percentiles within ${(errorBound * 100).toFixed(1)} %${exact === null ? "" : ", those of the step exact"}.`,
      blocks: exact === null ? groupBlocks(data) : exactBlocks(exact, nowMs),
    };
  },
  csv: ({ items }) => ({
    columns: CSV,
    rows: items.map(({ before, ...item }) => ({ ...item, p50Before: before.p50, runsBefore: before.runs })),
  }),
});

const CSV = [
  ...["name", "kind", "runs", "succeeded", "failed", "canceled", "failureRate"],
  ...["p50", "p75", "p95", "p99", "totalMs", "change", "p50Before", "runsBefore"],
];

const NOUNS: Readonly<Record<Dimension, readonly [string, string]>> = {
  step: ["step", "steps"],
  pipeline: ["pipeline", "pipelines"],
  service: ["service", "services"],
  tool: ["tool", "tools"],
};

function titleOf({ items: [first], exact }: Data): string {
  if (exact !== null)
    return exact.p50 === null
      ? `How long ${exact.step} takes is not known`
      : `${exact.step} usually takes ${sayDuration(exact.p50)}, 95 % within ${sayDuration(exact.p95 ?? exact.p50)}`;
  if (first === undefined) return "No ended step is known";
  return `Most time goes into ${first.name}: ${sayDuration(first.totalMs)} in ${count(first.runs, "run")}`;
}

const or = (ms: number | null): string => (ms === null ? "–" : sayDuration(ms));

/** `+20 %` */
export const sayChange = (change: number | null): string =>
  change === null ? "–" : `${change < 0 ? "−" : "+"}${Math.abs(Math.round(change * 100))} %`;

export const groupTable = (items: readonly Group[]): TableTwin => ({
  columns: [
    { title: "name" },
    { title: "kind" },
    ...["runs", "failed", "p50", "p75", "p95", "p99", "together", "trend"].map((title) => ({
      title,
      align: "right" as const,
    })),
  ],
  rows: items.map((each) => [
    ...[each.name, each.kind ?? "–", String(each.runs), String(each.failed)],
    ...[or(each.p50), or(each.p75), or(each.p95), or(each.p99), or(each.totalMs), sayChange(each.change)],
  ]),
});

function groupBlocks({ items }: Data): Block[] {
  if (items.length === 0)
    return [{ kind: "text", text: "Connect a CI system (vice source list), or run: vice run -- make test" }];
  const shown = items.slice(0, SHOWN);
  const rest = items.length - shown.length;
  return [
    { kind: "table", table: groupTable(shown) },
    ...(rest > 0 ? [{ kind: "text" as const, text: `${rest} more: --json or --format csv` }] : []),
  ];
}

function exactBlocks(exact: NonNullable<Data["exact"]>, nowMs: number): Block[] {
  const reason = "no run has a known duration";
  const figure = (label: string, value: number | null) => ({ label, value, unit: "ms" as const, reason });
  return [
    {
      kind: "figures",
      figures: [
        figure("Half within", exact.p50),
        figure("75 % within", exact.p75),
        figure("95 % within", exact.p95),
        figure("99 % within", exact.p99),
        { label: "Runs", value: exact.runs, unit: "count", ...(exact.sampled ? { note: "the newest" } : {}) },
      ],
    },
    {
      kind: "table",
      title: "Last runs",
      table: {
        columns: [
          { title: "when" },
          { title: "service" },
          { title: "status" },
          { title: "took", align: "right" },
          { title: "id" },
        ],
        rows: exact.rows
          .slice(0, ROWS)
          .map((row) => [
            ...[sayAgo(row.occurredAt, nowMs), row.service ?? "–", row.status, or(row.durationMs)],
            row.id.slice(0, 13),
          ]),
      },
    },
  ];
}
