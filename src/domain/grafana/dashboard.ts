/**
 * A dashboard of Grafana over /metrics, as its "Dashboard JSON model" asks: what delivery does, and how vice is. Pure.
 * It is imported and chooses its Prometheus then, so nothing of one installation stands in it.
 */

interface Query {
  expr: string;
  legend: string;
}

interface Panel {
  title: string;
  about: string;
  type: "timeseries" | "stat" | "table" | "bargauge";
  /** Grafana's name of the unit. */
  unit: string;
  /** Of the 24 columns. */
  width: number;
  queries: readonly Query[];
  /** The value of now, not the way it went. */
  instant?: boolean;
}

const OF = 'service=~"$service",environment=~"$environment"';
const ended = (more = ""): string => `increase(vice_deployments_total{${OF}${more}}[$__range])`;

const PANELS: readonly Panel[] = [
  {
    ...{ title: "Deployments", about: "That ended in the time shown", type: "stat", unit: "short", width: 6 },
    queries: [{ expr: `round(sum(${ended()}))`, legend: "deployments" }],
    instant: true,
  },
  {
    ...{
      title: "Failed",
      about: "Share of those that succeeded or failed",
      type: "stat",
      unit: "percentunit",
      width: 6,
    },
    queries: [
      {
        expr: `sum(${ended(',status="failed"')}) / sum(${ended(',status=~"succeeded|failed"')})`,
        legend: "failed",
      },
    ],
    instant: true,
  },
  {
    ...{ title: "Usual duration", about: "Median of deployments", type: "stat", unit: "s", width: 6 },
    queries: [
      {
        expr: `histogram_quantile(0.5, sum by (le) (increase(vice_deployment_duration_seconds_bucket{${OF}}[$__range])))`,
        legend: "p50",
      },
    ],
    instant: true,
  },
  {
    ...{ title: "Oldest that is open", about: "What runs or waits now", type: "stat", unit: "s", width: 6 },
    queries: [{ expr: "max by (kind) (vice_oldest_open_activity_age_seconds)", legend: "{{kind}}" }],
    instant: true,
  },
  {
    ...{
      title: "Deployments per hour, by how they ended",
      about: "",
      type: "timeseries",
      unit: "short",
      width: 12,
    },
    queries: [
      { expr: `sum by (status) (increase(vice_deployments_total{${OF}}[1h]))`, legend: "{{status}}" },
    ],
  },
  {
    ...{ title: "How long deployments take", about: "", type: "timeseries", unit: "s", width: 12 },
    queries: [0.5, 0.95].map((share) => ({
      expr: `histogram_quantile(${share}, sum by (le) (increase(vice_deployment_duration_seconds_bucket{${OF}}[1d])))`,
      legend: `p${share * 100}`,
    })),
  },
  {
    ...{
      title: "What runs where",
      about: "Since when, and which version",
      type: "table",
      unit: "dateTimeAsIso",
      width: 16,
    },
    queries: [
      {
        expr: `vice_last_deployment_timestamp_seconds{${OF}} * on (service, environment, tenant) group_left (version, tier) vice_deployed_version_info * 1000`,
        legend: "since",
      },
    ],
    instant: true,
  },
  {
    ...{ title: "What is open", about: "By kind", type: "bargauge", unit: "short", width: 8 },
    queries: [{ expr: "sum by (kind) (vice_activities_open)", legend: "{{kind}}" }],
    instant: true,
  },
  {
    ...{
      title: "Webhook deliveries per minute",
      about: "By what became of them",
      type: "timeseries",
      unit: "short",
      width: 12,
    },
    queries: [{ expr: "sum by (outcome) (rate(vice_deliveries_total[5m])) * 60", legend: "{{outcome}}" }],
  },
  {
    ...{
      title: "How vice is",
      about: "What waits to be written and to be shown",
      type: "timeseries",
      unit: "short",
      width: 12,
    },
    queries: [
      { expr: "vice_projection_lag_events", legend: "events behind" },
      { expr: "vice_append_queue_items", legend: "waiting to be written" },
    ],
  },
];

const SOURCE = { type: "prometheus", uid: `\${DS_PROMETHEUS}` };
const HEIGHT: Readonly<Record<Panel["type"], number>> = { stat: 4, timeseries: 8, table: 9, bargauge: 9 };

/** Names of the series that it asks for. */
export const metricsOf = (): string[] => [
  ...new Set(PANELS.flatMap(({ queries }) => queries.flatMap(({ expr }) => expr.match(/\bvice_\w+/g) ?? []))),
];

/** Expressions of its panels, with the values that Grafana would put into them. */
export const expressionsOf = (range: string): string[] =>
  PANELS.flatMap(({ queries }) => queries).map(({ expr }) =>
    expr.replaceAll("$__range", range).replace(/\$(?:service|environment)/g, ".*"),
  );

export function grafanaDashboard(): Record<string, unknown> {
  return {
    __inputs: [
      {
        name: "DS_PROMETHEUS",
        label: "Prometheus",
        type: "datasource",
        pluginId: "prometheus",
        pluginName: "Prometheus",
      },
    ],
    ...{
      id: null,
      uid: "vice-delivery",
      title: "Delivery (vice)",
      tags: ["vice"],
      timezone: "browser",
      editable: true,
    },
    ...{ graphTooltip: 1, refresh: "1m", schemaVersion: 39, version: 1, links: [] },
    time: { from: "now-7d", to: "now" },
    templating: { list: ["service", "environment"].map(variable) },
    annotations: { list: [annotations()] },
    panels: laidOut(),
  };
}

const variable = (name: string): Record<string, unknown> => ({
  ...{
    name,
    label: name,
    type: "query",
    datasource: SOURCE,
    multi: true,
    includeAll: true,
    allValue: ".*",
    refresh: 2,
    sort: 1,
  },
  query: { query: `label_values(vice_deployments_total, ${name})`, refId: name },
  current: { selected: true, text: ["All"], value: ["$__all"] },
});

/** The marks that the channel `grafana` writes. */
const annotations = (): Record<string, unknown> => ({
  ...{ name: "Deployments", enable: true, iconColor: "blue", type: "dashboard" },
  datasource: { type: "grafana", uid: "-- Grafana --" },
  target: { type: "tags", tags: ["vice"], matchAny: false, limit: 100 },
});

/** From left to right, the next row below when there is no room. */
function laidOut(): Array<Record<string, unknown>> {
  let [x, y, row] = [0, 0, 0];
  return PANELS.map((panel, at) => {
    const [w, h] = [panel.width, HEIGHT[panel.type]];
    if (x + w > 24) [x, y, row] = [0, y + row, 0];
    const gridPos = { x, y, w, h };
    x += w;
    row = Math.max(row, h);
    return { id: at + 1, gridPos, ...panelOf(panel) };
  });
}

function panelOf({ title, about, type, unit, queries, instant = false }: Panel): Record<string, unknown> {
  return {
    ...{ title, type, datasource: SOURCE },
    ...(about === "" ? {} : { description: about }),
    fieldConfig: { defaults: { unit }, overrides: [] },
    targets: queries.map(({ expr, legend }, at) => ({
      ...{
        refId: String.fromCharCode(65 + at),
        datasource: SOURCE,
        expr,
        legendFormat: legend,
        instant,
        range: !instant,
      },
      ...(type === "table" ? { format: "table" } : {}),
    })),
  };
}
