/** `vice report dora [SERVICE]`: the five delivery metrics with their trend, week by week, and what they were made from. */
import { z } from "zod";
import type { Block } from "../../../domain/chart/document.ts";
import { dateOf } from "../../../domain/metrics/buckets.ts";
import { DORA_METRICS, DORA_RULES, type DoraMetric } from "../../../domain/metrics/dora.ts";
import { doraAnswer, doraOutput, NAMES, periodOf, sayDora, sayValue } from "../dora/index.ts";
import { doraCharts, incidentMarkers, sayDoraOverTime } from "./dora-charts.ts";
import { reportKind } from "./kind.ts";
import { bucketFor, bucketInput, markerSchema } from "./over-time.ts";
import { scopeInput, spanInput } from "./usual-input.ts";

const input = z.object({
  subject: z.string().optional().describe("What the report is about, for the kinds that need it"),
  ...scopeInput,
  ...spanInput,
  ...bucketInput,
  rule: z.enum(DORA_RULES).default("vice").describe("Whose definitions of the DORA metrics"),
});
const output = doraOutput.extend({ incidents: z.array(markerSchema).describe("That began in the span") });
type Data = z.output<typeof output>;

export const doraReport = reportKind({
  name: "dora",
  about: "The five DORA metrics: value, band, trend and week by week, by a rule that is named",
  input,
  output,
  subject: "SERVICE",
  data: async ({ subject, since, until, tz, bucket, ...given }, { services, now }) => {
    // The days that `vice metrics dora` counts too: one number must not have two values.
    const zone = tz ?? services.config.timeZone;
    const asked = periodOf({ from: since, to: until, tz: zone }, now());
    const period = { from: new Date(asked.fromMs).toISOString(), to: new Date(asked.toMs).toISOString() };
    const service = subject ?? given.service;
    const answer = await doraAnswer(
      { ...given, ...period, service, tz: zone, bucket: bucketFor({ ...asked, zone }, bucket) },
      services,
      now(),
    );
    return { ...answer, incidents: incidentMarkers(answer, { services, now }) };
  },
  render: (data) => ({
    title: titleOf(data),
    summary: `${dayIn(data, data.from)} to ${dayIn(data, data.to)}, ${data.scope.environment ?? data.scope.tier ?? ""}, counted by the rule ${data.rule}.`,
    blocks: blocksOf(data),
  }),
  text: (data, style) =>
    [sayDora(data, style), sayDoraOverTime(data, data.incidents, style)]
      .filter((part) => part !== "")
      .join("\n\n"),
  csv: ({ buckets }) => ({
    columns: ["from", "to", ...DORA_METRICS.flatMap((name) => [name, `${name}Count`])],
    rows: buckets.map(({ from, to, metrics }) => ({
      ...{ from, to },
      ...Object.fromEntries(
        DORA_METRICS.flatMap((name) => [
          [name, metrics[name].value],
          [`${name}Count`, metrics[name].count],
        ]),
      ),
    })),
  }),
});

const dayIn = ({ tz }: Data, at: string): string => dateOf(Date.parse(at), tz);
const saidOf = ({ metrics }: Data, metric: DoraMetric): string =>
  sayValue(metrics[metric].unit, metrics[metric].value);

function titleOf(data: Data): string {
  const name = data.scope.service ?? data.scope.team ?? "All services";
  const often = data.metrics.deploymentFrequency;
  if (often.value === null) return `${name}: ${often.reason}`;
  const fails =
    data.metrics.changeFailRate.value === null ? "" : `, ${saidOf(data, "changeFailRate")} of changes failed`;
  return `${name}: deployed ${saidOf(data, "deploymentFrequency")}${fails}`;
}

/** Before anything was told there is nothing to read; gaps in between stay. */
const sinceFirst = (buckets: Data["buckets"]): Data["buckets"] =>
  buckets.slice(
    Math.max(
      0,
      buckets.findIndex(({ metrics }) => DORA_METRICS.some((name) => metrics[name].value !== null)),
    ),
  );

/** Where the page lists what `GET /v1/metrics/dora/rows` gives. */
const pageOf = (rows: string): string => `/dashboards/dora/rows?${rows.split("?")[1] ?? ""}`;

function blocksOf(data: Data): Block[] {
  const { metrics, buckets } = data;
  return [
    {
      kind: "table",
      title: "Metrics",
      table: {
        columns: [
          { title: "metric" },
          { title: "value", align: "right" },
          { title: "9 of 10 in", align: "right" },
          { title: "band" },
          { title: "before", align: "right" },
          { title: "of", align: "right" },
          { title: "note" },
        ],
        rows: DORA_METRICS.map((name) => {
          const { band, trend, count, reason, unit, p90 } = metrics[name];
          const known = band === null ? "–" : `${band.name} (${band.year})`;
          const before = trend.previous === null ? "–" : sayValue(unit, trend.previous);
          const most = p90 == null ? "" : sayValue(unit, p90);
          return [NAMES[name], saidOf(data, name), most, known, before, String(count), reason ?? ""];
        }),
        linkAt: 1,
        links: DORA_METRICS.map((name) => pageOf(metrics[name].rows)),
      },
    },
    ...doraCharts(data, data.incidents),
    {
      kind: "table",
      title: `By ${data.bucket}`,
      table: {
        columns: [
          { title: "from" },
          ...DORA_METRICS.map((name) => ({ title: NAMES[name], align: "right" as const })),
        ],
        rows: sinceFirst(buckets).map((each) => [
          dayIn(data, each.from),
          ...DORA_METRICS.map((name) => sayValue(each.metrics[name].unit, each.metrics[name].value)),
        ]),
      },
    },
  ];
}
