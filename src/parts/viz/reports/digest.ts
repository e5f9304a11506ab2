/** `vice report digest`: the week of delivery in one letter, as text for a chat or HTML for a mail. */
import { z } from "zod";
import type { Block, Figure } from "../../../domain/chart/document.ts";
import { sayMs, sayValue } from "../../../domain/chart/say-value.ts";
import { sayMoment } from "../../../domain/chart/time-axis.ts";
import { count } from "../../../kit/count.ts";
import { ask, IN_SCOPE, numberIn, sayScope, scopeParams, textIn } from "./ask.ts";
import { reportKind } from "./kind.ts";
import {
  DELIVERIES,
  deploymentMarkers,
  markerSchema,
  overTime,
  pointSchema,
  saySpan,
  toMarkers,
} from "./over-time.ts";
import { byService, placeCountSchema } from "./overview-data.ts";
import { scopeInput, spanInput, spanOf } from "./usual-input.ts";

const failure = z.strictObject({
  id: z.string(),
  at: z.string(),
  service: z.string(),
  environment: z.string(),
  release: z.string(),
  error: z.string().nullable(),
});
const incident = z.strictObject({
  id: z.string(),
  title: z.string(),
  service: z.string().nullable(),
  at: z.string(),
  durationMs: z.number().nullable().describe("null = still open"),
});
const output = z.strictObject({
  from: z.string(),
  to: z.string(),
  scope: z.string(),
  deployments: pointSchema,
  before: pointSchema,
  days: z.array(pointSchema),
  changesMerged: z.int(),
  services: z.array(placeCountSchema),
  failures: z.array(failure),
  incidents: z.array(incident),
  behind: z.int().describe("Places that are behind the environment before them"),
  markers: z.array(markerSchema),
});
type Data = z.output<typeof output>;

const { service, team } = scopeInput;
const MOST = 10;

export const digestReport = reportKind({
  name: "digest",
  about:
    "The last week in one letter: deployments against the week before, failures, incidents, what is behind",
  input: z.object({ ...{ service, team }, ...spanInput }),
  output,
  data: async (input, ctx) => {
    const span = spanOf(input, ctx.now(), 7);
    const former = { ...span, fromMs: span.fromMs - (span.toMs - span.fromMs), toMs: span.fromMs };
    const scope = { service: input.service, team: input.team };
    const params = scopeParams(scope, span, ctx.services);
    const now = await overTime(ctx, ["deployment", "change"], { scope, span, bucket: "day" });
    const then = await overTime(ctx, ["deployment"], { scope, span: former, bucket: "day" });
    const failures = await ask(
      ctx,
      `SELECT id, occurred_at, service, environment, version, commit_sha, error FROM deployments
       WHERE status = 'failed' AND ${DELIVERIES} AND ${IN_SCOPE} ORDER BY occurred_ms DESC LIMIT ${MOST}`,
      params,
    );
    const incidents = await ask(
      ctx,
      `SELECT id, service, started_at, occurred_at, finished_at, duration_ms, tags, error FROM activities
       WHERE kind = 'incident' AND ${IN_SCOPE} ORDER BY occurred_ms DESC LIMIT ${MOST}`,
      params,
    );
    const deployed = now.get("deployment");
    const whole = deployed?.whole;
    const before = then.get("deployment")?.whole;
    if (whole === undefined || before === undefined) throw new Error("nothing was asked for");
    return {
      from: new Date(span.fromMs).toISOString(),
      to: new Date(span.toMs).toISOString(),
      ...{ scope: sayScope(scope), deployments: whole, before, days: deployed?.points ?? [] },
      changesMerged: now.get("change")?.whole.succeeded ?? 0,
      services: (await byService(ctx, scope, span)).slice(0, MOST),
      failures: failures.map((row) => ({
        ...{
          id: String(row["id"]),
          at: String(row["occurred_at"]),
          service: textIn(row, "service") ?? "unknown",
        },
        environment: textIn(row, "environment") ?? "unknown",
        release: textIn(row, "version") ?? textIn(row, "commit_sha")?.slice(0, 8) ?? "unknown",
        error: textIn(row, "error"),
      })),
      incidents: incidents.map((row) => ({
        ...{ id: String(row["id"]), service: textIn(row, "service") },
        title: titleIn(textIn(row, "tags")) ?? textIn(row, "error") ?? "Incident",
        at: textIn(row, "started_at") ?? String(row["occurred_at"]),
        durationMs: textIn(row, "finished_at") === null ? null : numberIn(row, "duration_ms"),
      })),
      behind: ctx.services.store.read.status(scope, ctx.now()).filter((item) => item.behind !== null).length,
      markers: await deploymentMarkers(ctx, scope, span),
    };
  },
  render: (data, { zone }) => {
    const { succeeded, failed } = data.deployments;
    return {
      title:
        succeeded + failed === 0
          ? `Nothing${data.scope} was deployed this week`
          : `${count(succeeded + failed, "deployment")}${data.scope} in ${saySpan(data, zone)}, ${sayMore(data)}`,
      summary: sayWeek(data),
      blocks: [
        figuresOf(data),
        daysOf(data),
        servicesOf(data),
        failuresOf(data, zone),
        incidentsOf(data, zone),
      ],
    };
  },
});

function titleIn(tags: string | null): string | null {
  const { title, reason } = JSON.parse(tags ?? "{}") as { title?: string; reason?: string };
  return title ?? reason ?? null;
}

function sayMore({ deployments, before }: Data): string {
  const [now, then] = [deployments.succeeded + deployments.failed, before.succeeded + before.failed];
  if (then === 0) return "none in the time before";
  return now === then
    ? "as many as in the time before"
    : `${Math.abs(now - then)} ${now > then ? "more" : "less"} than before`;
}

function sayWeek({ deployments, changesMerged, incidents, behind }: Data): string {
  const open = incidents.filter((each) => each.durationMs === null).length;
  return [
    deployments.failed === 0 ? "No deployment failed" : `${count(deployments.failed, "deployment")} failed`,
    `${count(changesMerged, "change")} merged`,
    incidents.length === 0
      ? "no incident is known"
      : `${count(incidents.length, "incident")}${open === 0 ? "" : `, ${open} still open`}`,
    behind === 0 ? "nothing is behind" : `${count(behind, "place")} behind`,
  ].join("; ");
}

function figuresOf({ deployments, before, days }: Data): Block {
  const share = ({ succeeded, failed }: Data["before"]): number | null =>
    succeeded + failed === 0 ? null : succeeded / (succeeded + failed);
  const note = (value: number | null, unit: string): { note?: string } =>
    value === null ? {} : { note: `${sayValue(value, unit)} before` };
  const figures: Figure[] = [
    {
      ...{ label: "Deployments", value: deployments.succeeded + deployments.failed, unit: "count" },
      ...note(before.succeeded + before.failed, "count"),
      trend: days.map((day) => day.succeeded + day.failed),
    },
    {
      ...{ label: "Succeeded", value: share(deployments), unit: "ratio", reason: "none ended" },
      ...note(share(before), "ratio"),
    },
    {
      ...{ label: "Usual duration", value: deployments.p50Ms, unit: "ms", reason: "no duration is known" },
      ...note(before.p50Ms, "ms"),
    },
  ];
  return { kind: "figures", figures };
}

const daysOf = ({ days, markers, deployments }: Data): Block => ({
  kind: "chart",
  chart: {
    ...{ kind: "bar", unit: "count", markers: toMarkers(markers) },
    title: `${deployments.succeeded} succeeded, ${deployments.failed} failed, by day`,
    parts: [
      { name: "succeeded", tone: "ok" },
      { name: "failed", tone: "bad" },
    ],
    bars: days.map(({ from, succeeded, failed }) => ({
      ...{ label: from.slice(0, 10), atMs: Date.parse(from), values: [succeeded, failed] },
    })),
  },
});

const right = { align: "right" as const };

const servicesOf = ({ services }: Data): Block => ({
  kind: "table",
  title: "Most deployed",
  empty: "None.",
  table: {
    columns: [{ title: "service" }, { title: "succeeded", ...right }, { title: "failed", ...right }],
    rows: services.map((each) => [each.service, String(each.succeeded), String(each.failed)]),
  },
});

const failuresOf = ({ failures }: Data, zone: string): Block => ({
  kind: "table",
  title: "Failed deployments",
  empty: "None failed.",
  table: {
    columns: ["when", "service", "environment", "release", "error"].map((title) => ({ title })),
    rows: failures.map((each) => [
      ...[sayMoment(Date.parse(each.at), zone), each.service, each.environment, each.release],
      each.error?.split("\n", 1)[0] ?? "–",
    ]),
  },
});

const incidentsOf = ({ incidents }: Data, zone: string): Block => ({
  kind: "table",
  title: "Incidents",
  empty: "None is known.",
  table: {
    columns: [...["began", "service", "what"].map((title) => ({ title })), { title: "lasted", ...right }],
    rows: incidents.map(({ at, service: name, title, durationMs }) => [
      ...[sayMoment(Date.parse(at), zone), name ?? "–", title],
      durationMs === null ? "still open" : sayMs(durationMs),
    ]),
  },
});
