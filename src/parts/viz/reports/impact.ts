/** Which deployment changed a metric? Before against after each deployment, and the one that is the likely cause. */
import { z } from "zod";
import type { Block } from "../../../domain/chart/document.ts";
import { correctedImpacts, DEFAULT_IMPACT, eachTested, type Impact } from "../../../domain/series/impact.ts";
import type { Point } from "../../../domain/series/series.ts";
import { SHIFT_METHOD } from "../../../domain/series/shift.ts";
import { sayAgo } from "../../../kit/ago.ts";
import { count } from "../../../kit/count.ts";
import { inSlices } from "../in-slices.ts";
import { assertMayAsk, readMetric } from "../series/read-metric.ts";
import {
  deploymentSchema,
  deploymentsIn,
  type Known,
  plain,
  sayAll,
  sayChange,
  sayDeployment,
  sayFigure,
  sayP,
} from "./impact-deployments.ts";
import { reportKind } from "./kind.ts";
import { scopeInput, spanInput, spanOf } from "./usual-input.ts";

const DAYS = 14;
/** Deployments that are tested, the newest. */
const MOST = 5000;
/** Drawn; more are thinned out evenly. */
const DRAWN = 400;

const input = z.object({
  ...spanInput,
  ...scopeInput,
  subject: z.string().describe("What the report is about, for the kinds that need it"),
});
const number = z.number().nullable();
const output = z.strictObject({
  series: z.string(),
  from: z.string(),
  to: z.string(),
  method: z.string(),
  points: z.array(z.tuple([z.number(), z.number()])).describe("Milliseconds since 1970 and value"),
  items: z
    .array(
      z.strictObject({
        deployments: z.array(deploymentSchema).describe("Several where too few points lie between them"),
        isCause: z.boolean(),
        before: number.describe("Level before it"),
        after: number,
        change: number.describe("after / before - 1"),
        p: number.describe("Corrected for the number of deployments"),
        reason: z.string().nullable().describe("Why it is not named, or why nothing can be said"),
      }),
    )
    .describe("Oldest first; from the first point to the last: elsewhere nothing can be said"),
  truncated: z.boolean().describe(`Whether only the newest ${MOST} deployments were tested`),
  likelyCause: z.array(deploymentSchema).describe("Empty = no deployment shifted it"),
});
type Data = z.output<typeof output>;
type Item = Data["items"][number];

export const impactReport = reportKind({
  name: "impact",
  about: "Which deployment changed a metric: before against after each, and the likely cause",
  input,
  subject: "SERIES",
  output,
  data: async ({ subject, since, until, tz, ...scope }, { services, now, principal }) => {
    assertMayAsk(subject, services, principal.scopes);
    const nowMs = now();
    const { fromMs, toMs } = spanOf({ since, until, tz }, nowMs, DAYS);
    const metric = await readMetric(subject, services, fromMs, toMs + 1);
    const span = { sinceMs: metric.points[0]?.[0] ?? toMs, untilMs: (metric.points.at(-1)?.[0] ?? toMs) + 1 };
    const found = await deploymentsIn(services, { ...scope, ...span }, nowMs, MOST + 1);
    const impacts = await testEach(metric.points, found.slice(0, MOST));
    return {
      series: metric.name,
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      method: IMPACT_METHOD,
      points: metric.points.map(([ms, value]): [number, number] => [ms, value]),
      items: impacts.map(toItem),
      truncated: found.length > MOST,
      likelyCause: impacts
        .filter(({ isCause }) => isCause)
        .flatMap((impact) => impact.deployments.map(plain)),
    };
  },
  render: (data, { nowMs }) => ({
    title: titleOf(data),
    summary: `${count(data.points.length, "point")}, ${count(data.items.flatMap((each) => each.deployments).length, "deployment")} from ${data.from.slice(0, 16)} to ${data.to.slice(0, 16)} UTC. Method: ${data.method}.`,
    blocks: [...pictureOf(data), tableOf(data, nowMs)],
  }),
});

const IMPACT_METHOD = `${SHIFT_METHOD}; each deployment between its neighbours; named when p, corrected for their number, is at most ${DEFAULT_IMPACT.alpha}, the change at least ${DEFAULT_IMPACT.leastChange * 100} %, and no other moment fits better`;

/** Others are answered between the tests. */
async function testEach(points: readonly Point[], deployments: readonly Known[]): Promise<Impact<Known>[]> {
  return correctedImpacts(await inSlices(eachTested(points, deployments), (each) => each));
}

const toItem = ({ deployments, shift, p, isCause, reason }: Impact<Known>): Item => ({
  deployments: deployments.map(plain),
  isCause,
  before: shift?.before ?? null,
  after: shift?.after ?? null,
  change: shift?.change ?? null,
  p,
  reason,
});

function titleOf({ series, points, items }: Data): string {
  if (points.length === 0) return `${series} has no point in this time`;
  if (items.length === 0) return `Nothing was deployed while ${series} was recorded`;
  const causes = items.filter(({ isCause }) => isCause);
  const [first] = causes;
  if (first === undefined) return `No deployment clearly shifted ${series}`;
  const went = `${series} went ${(first.change ?? 0) < 0 ? "down" : "up"} by ${sayChange(first.change).slice(1)}`;
  return `${went} with ${sayAll(first.deployments)}${causes.length > 1 ? `, and ${causes.length - 1} more shifted it` : ""}`;
}

function pictureOf({ series, points, items, from, to }: Data): Block[] {
  if (points.length === 0) return [];
  const every = Math.max(1, Math.ceil(points.length / DRAWN));
  return [
    {
      kind: "chart",
      chart: {
        kind: "line",
        title: series,
        unit: "count",
        series: [{ name: series, points: points.filter((_point, at) => at % every === 0) }],
        markers: items.flatMap(({ deployments, isCause }) =>
          deployments.map((each) => ({
            ...{ atMs: Date.parse(each.at), label: sayDeployment(each) },
            ...(isCause ? { tone: "bad" as const } : {}),
          })),
        ),
        ...{ fromMs: Date.parse(from), toMs: Date.parse(to) },
      },
    },
  ];
}

const tableOf = ({ items }: Data, nowMs: number): Block => ({
  kind: "table",
  empty: "Nothing was deployed in this time.",
  table: {
    columns: [
      { title: "deployment" },
      { title: "when" },
      ...["before", "after", "change", "p"].map((title) => ({ title, align: "right" as const })),
      { title: "" },
    ],
    rows: items.map((each) => [
      ...[each.deployments.map(sayDeployment).join(", "), sayAgo(each.deployments[0]?.at ?? "", nowMs)],
      ...[sayFigure(each.before), sayFigure(each.after), sayChange(each.change), sayP(each.p)],
      each.isCause ? "← likely cause" : (each.reason ?? ""),
    ]),
  },
});
