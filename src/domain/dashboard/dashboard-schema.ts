/** The form of a dashboard: a selection, a span, and panels that each draw a query or a named metric. */
import { z } from "zod";
import { TIERS } from "../activity.ts";
import { BUCKETS } from "../metrics/buckets.ts";
import { isTimeZone } from "../time-zone.ts";
import { METRIC_NAMES } from "./metrics.ts";

const filled = z.string().trim().min(1);

export const PANEL_KINDS = ["number", "table", "line", "bar", "heatmap", "matrix", "waterfall"] as const;
export type PanelKind = (typeof PANEL_KINDS)[number];

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const panelSchema = z
  .strictObject({
    title: filled.describe("What it shows; best says the finding"),
    kind: z.enum(PANEL_KINDS),
    query: filled
      .optional()
      .describe(
        "SQL over the documented views, or @name of a saved query. Columns by place: number: value, note. line: time, then a value for each series. bar: label or time, then a value for each part. heatmap: row, column, value. matrix: row, column, text, more, tone. waterfall: label, start, end, state.",
      ),
    metric: z.enum(METRIC_NAMES).optional().describe("Instead of a query: for number, line, bar and table"),
    params: z.record(z.string(), value).optional().describe("Values of :name in the query"),
    unit: filled.optional().describe("ms (durations), ratio (percent), count, or any word"),
    markers: z.boolean().default(true).describe("Deployments as pins on a time axis"),
    lying: z.boolean().default(false).describe("Lying bars, for long names"),
    limit: z.int().min(1).max(1000).default(100).describe("Rows of a table at most"),
  })
  .superRefine((panel, ctx) => {
    const both = panel.query !== undefined && panel.metric !== undefined;
    if (both || (panel.query === undefined && panel.metric === undefined))
      ctx.addIssue({ code: "custom", path: ["query"], message: "a panel has either a query or a metric" });
    if (panel.metric !== undefined && !["number", "line", "bar", "table"].includes(panel.kind))
      ctx.addIssue({ code: "custom", path: ["kind"], message: `a metric cannot be drawn as ${panel.kind}` });
  });
export type Panel = z.output<typeof panelSchema>;

/** What narrows every panel that has a metric, and gives `:service`, `:team`, `:environment`, `:tier` to queries. */
export const selectionShape = {
  services: z.array(filled).min(1).optional().describe("Only these services"),
  team: filled.optional(),
  environment: filled.optional(),
  tier: z.enum(TIERS).optional(),
};

export const drawnShape = {
  title: filled.optional().describe("Default: its name"),
  about: filled.optional().describe("One sentence below the title"),
  since: filled.optional().describe("Where the span begins: 30d, 2 weeks ago; default 30d"),
  bucket: z.enum(BUCKETS).optional().describe("What stands together; default: by the length of the span"),
  tz: filled
    .refine(isTimeZone, "there is no such time zone; write Europe/Berlin or UTC")
    .optional()
    .describe("In whose days and weeks; default: UTC"),
  panels: z.array(panelSchema).min(1).max(50).optional(),
};

/** A file `dashboards/<name>.yaml`, or what is saved in the page. */
export const dashboardSchema = z.strictObject({
  ...drawnShape,
  ...selectionShape,
  panels: z.array(panelSchema).min(1).max(50),
});
export type Dashboard = z.output<typeof dashboardSchema>;

/** As it is typed behind `vice report`: no shell and no address reads more than a word. */
export const DASHBOARD_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
