/** Gets what a panel shows: by its query or its metric, as a block of a report. A panel that fails says why in its place. */
import { z } from "zod";
import type { Block } from "../../../domain/chart/document.ts";
import { type Dashboard, PANEL_KINDS, type Panel } from "../../../domain/dashboard/dashboard-schema.ts";
import { type Cell, chartFrom, tableFrom } from "../../../domain/dashboard/from-rows.ts";
import { METRIC_UNITS } from "../../../domain/dashboard/metrics.ts";
import { nameIn, parametersOf } from "../../../domain/query/saved-query.ts";
import type { CommandContext } from "../../../kit/command.ts";
import { toViceError } from "../../../kit/errors.ts";
import type { Services } from "../../../ports/services.ts";
import { findQuery, runQuery } from "../../data/index.ts";
import type { Scope } from "../reports/ask.ts";
import { bucketFor, type MarkerRow, toMarkers } from "../reports/over-time.ts";
import type { Span } from "../reports/usual-input.ts";
import { metricOver } from "./panel-metric.ts";

const cell = z.union([z.string(), z.number(), z.null()]);
export const panelDataSchema = z.strictObject({
  title: z.string(),
  kind: z.enum(PANEL_KINDS),
  columns: z.array(z.string()),
  rows: z.array(z.array(cell)),
  unit: z.string().nullable(),
  reason: z.string().nullable().describe("Why the value is not known"),
  problem: z.string().nullable().describe("Why there is nothing to see"),
  truncated: z.boolean(),
});
export type PanelData = z.output<typeof panelDataSchema>;

const LIMIT = 5000;
const SECONDS = 20;

export async function panelData(
  ctx: CommandContext<Services>,
  panel: Panel,
  around: { dashboard: Dashboard; scopes: readonly Scope[]; span: Span },
): Promise<PanelData> {
  const own = { title: panel.title, kind: panel.kind, reason: null, problem: null, truncated: false };
  try {
    if (panel.metric !== undefined) {
      const bucket = bucketFor(around.span, around.dashboard.bucket);
      const wanted = { metric: panel.metric, bucket, ...around, whole: panel.kind === "number" };
      return { ...own, unit: panel.unit ?? METRIC_UNITS[panel.metric], ...(await metricOver(ctx, wanted)) };
    }
    const { columns, rows, truncated } = await runQuery(ctx, {
      sql: panel.query ?? "",
      params: paramsFor(panel, around, ctx.services),
      ...{ limit: LIMIT, timeout: SECONDS },
    });
    return { ...own, columns, rows: rows as Cell[][], truncated, unit: panel.unit ?? null };
  } catch (error) {
    const { code, message, hint } = toViceError(error);
    if (code === "bug") throw error;
    return { ...own, columns: [], rows: [], unit: panel.unit ?? null, problem: `${message} ${hint}`.trim() };
  }
}

/** What the panel says, and beside it the selection and the span, as far as the query asks for them. */
function paramsFor(
  { query = "", params = {} }: Panel,
  { scopes, span, dashboard }: { scopes: readonly Scope[]; span: Span; dashboard: Dashboard },
  services: Services,
): Record<string, string | number | boolean | null> {
  const [only] = scopes;
  const name = nameIn(query);
  const asked = parametersOf(name === null ? query : findQuery(services, name).sql);
  const given: Record<string, string | number | null> = {
    ...{ from: span.fromMs, to: span.toMs, zone: span.zone },
    bucket: `1 ${bucketFor(span, dashboard.bucket)}`,
    service: scopes.length === 1 ? (only?.service ?? null) : null,
    ...{
      team: dashboard.team ?? null,
      environment: dashboard.environment ?? null,
      tier: dashboard.tier ?? null,
    },
  };
  const wanted = Object.entries(given).filter(([key]) => asked.includes(key));
  return { ...Object.fromEntries(wanted), ...params };
}

/** How it is shown. */
export function blockOf(
  data: PanelData,
  panel: Panel,
  {
    markers,
    span,
    nowMs,
  }: { markers: readonly MarkerRow[]; span: { fromMs: number; toMs: number }; nowMs: number },
): Block[] {
  const unit = data.unit ?? undefined;
  if (data.problem !== null) return [{ kind: "text", text: `${data.title}: ${data.problem}` }];
  if (panel.kind === "number") return [numberOf(data, panel)];
  const table: Block = {
    ...{ kind: "table", title: data.title, empty: "Nothing was found." },
    table: tableFrom(data, { limit: panel.limit, ...(unit === undefined ? {} : { unit }) }),
  };
  if (data.rows.length === 0 && panel.kind !== "line") return [table];
  const around = { ...span, nowMs, markers: panel.markers ? toMarkers(markers) : [] };
  const chart = chartFrom(data, { ...panel, ...(unit === undefined ? {} : { unit }) }, around);
  if (chart === null) return [table];
  if ("problem" in chart) return [{ kind: "text", text: `${data.title}: ${chart.problem}` }, table];
  return [{ kind: "chart", chart }];
}

/** One number, with what the next column says of it; or one for each service that is selected. */
function numberOf({ title, columns, rows, unit, reason }: PanelData, panel: Panel): Block {
  const [row = []] = rows;
  const note = row.find((each) => typeof each === "string");
  const numbers =
    panel.metric === undefined ? [row.findIndex((each) => typeof each === "number")] : [...row.keys()];
  return {
    kind: "figures",
    figures: numbers.map((at) => {
      const value = row[at] ?? null;
      return {
        label: numbers.length === 1 ? title : `${title}: ${columns[at] ?? ""}`,
        value: typeof value === "number" ? value : null,
        ...{ unit: unit ?? "", reason: reason ?? "the query gave no number" },
        ...(note === undefined ? {} : { note: String(note) }),
      };
    }),
  };
}
