/** `vice report effects [DEPLOYMENT]`: which of all pushed metrics moved with a deployment, or with any, the largest first. */
import { z } from "zod";
import type { Activity } from "../../../domain/activity.ts";
import type { Block } from "../../../domain/chart/document.ts";
import { DEFAULT_IMPACT } from "../../../domain/series/impact.ts";
import { MOVED_METHOD, type Moved } from "../../../domain/series/moved.ts";
import { SHIFT_METHOD } from "../../../domain/series/shift.ts";
import { count } from "../../../kit/count.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { ActivityFilter } from "../../../ports/read-models.ts";
import type { Services } from "../../../ports/services.ts";
import { askSeries } from "./ask-series.ts";
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
  toKnown,
} from "./impact-deployments.ts";
import { reportKind } from "./kind.ts";
import { type Span, scopeInput, spanInput, spanOf } from "./usual-input.ts";

const DAY = 86_400_000;
const DAYS = 14;
/** Around one deployment, where no span is said. */
const AROUND_DAYS = 7;
const MOST_DEPLOYMENTS = 1000;
const MOST_ITEMS = 200;
/** Pictures of those that moved most. */
const PICTURES = 4;
const DRAWN = 400;

const number = z.number().nullable();
const output = z.strictObject({
  from: z.string(),
  to: z.string(),
  deployment: deploymentSchema.nullable().describe("The one that is asked about; null = all in the time"),
  method: z.string(),
  asked: z.int().describe("Series that were asked"),
  tests: z.int().describe("Series and deployments that could be tested together; p is corrected for them"),
  leftOut: z.int().describe("Series that were too many: those without a point for longest"),
  deployments: z
    .int()
    .describe("Deployments of which something could be said: the newest, where there are many"),
  items: z
    .array(
      z.strictObject({
        series: z.string(),
        moved: z.boolean(),
        deployments: z.array(deploymentSchema).describe("Several where too few points lie between them"),
        before: number.describe("Level before it"),
        after: number,
        change: number.describe("after / before - 1"),
        p: number.describe("Corrected for all tests"),
        reason: z.string().nullable().describe("Why it is not named, or why nothing can be said"),
      }),
    )
    .describe("What moved first, the largest shift against its own scatter first"),
  pictures: z.array(
    z.strictObject({
      series: z.string(),
      points: z.array(z.tuple([z.number(), z.number()])).describe("Milliseconds since 1970 and value"),
    }),
  ),
});
type Data = z.output<typeof output>;
type Item = Data["items"][number];

const METHOD = `${SHIFT_METHOD}; each deployment between its neighbours; ${MOVED_METHOD}; named when p is at most ${DEFAULT_IMPACT.alpha}, the change at least ${DEFAULT_IMPACT.leastChange * 100} %, and no other moment fits better`;

export const effectsReport = reportKind({
  name: "effects",
  about: "Which of all pushed metrics moved with a deployment, or with any: the largest shift first",
  subject: "DEPLOYMENT",
  input: z.object({ subject: z.string().optional(), ...spanInput, ...scopeInput }),
  output,
  data: async ({ subject, since, until, tz, ...scope }, { services, now }) => {
    const nowMs = now();
    const only = subject === undefined ? null : deploymentOf(subject, services, nowMs);
    const span =
      only === null || since !== undefined || until !== undefined
        ? spanOf({ since, until, tz }, nowMs, DAYS)
        : around(only, nowMs);
    const filter = only === null ? scope : placeOf(only);
    const answer = await askSeries(services, {
      ...{ fromMs: span.fromMs, toMs: span.toMs + 1 },
      deployments: withOnly(only, await knownIn(services, filter, span, nowMs)),
      ...(only === null ? {} : { only }),
    });
    const items = answer.moved.map(toItem);
    return {
      from: new Date(span.fromMs).toISOString(),
      to: new Date(span.toMs).toISOString(),
      ...{ deployment: only === null ? null : plain(only), method: METHOD },
      ...{
        asked: answer.asked,
        tests: answer.tests,
        leftOut: answer.leftOut,
        deployments: answer.deployments,
      },
      items: items.slice(0, MOST_ITEMS),
      pictures: [...new Set(items.filter(({ moved }) => moved).map(({ series }) => series))]
        .slice(0, PICTURES)
        .map((series) => ({
          series,
          points: answer.points(series).map(([ms, value]): [number, number] => [ms, value]),
        })),
    };
  },
  csv: ({ items }) => ({
    columns: ["series", "moved", "deployments", "before", "after", "change", "p", "reason"],
    rows: items.map((each) => ({ ...each, deployments: each.deployments.map(({ id }) => id).join(" ") })),
  }),
  render: (data) => ({
    title: titleOf(data),
    summary: `${sayAsked(data)} from ${data.from.slice(0, 16)} to ${data.to.slice(0, 16)} UTC. Method: ${data.method}.`,
    blocks: [...data.pictures.map((picture) => pictureOf(picture, data)), tableOf(data)],
  }),
});

/** @throws ViceError `not-found`, `input.invalid` */
function deploymentOf(word: string, { store }: Services, nowMs: number): Known {
  const found: Activity | null = store.read.activity(store.resolveId(word), nowMs);
  const hint = "List them: vice deployments";
  if (found === null) throw new ViceError("not-found", { what: "deployment", name: word, hint });
  if (found.kind === "deployment") return toKnown(found);
  throw new ViceError("input.invalid", { message: `${word} is a ${found.kind}, no deployment.`, hint });
}

const around = ({ atMs }: Known, nowMs: number): Span => ({
  fromMs: atMs - AROUND_DAYS * DAY,
  toMs: Math.max(atMs + 1, Math.min(nowMs, atMs + AROUND_DAYS * DAY)),
  zone: "UTC",
});

/** Whatever else went there may have moved a series that says no service. */
const placeOf = ({ environment }: Known): ActivityFilter => (environment === null ? {} : { environment });

const knownIn = (
  services: Services,
  filter: ActivityFilter,
  { fromMs, toMs }: Span,
  nowMs: number,
): Promise<Known[]> =>
  deploymentsIn(services, { ...filter, sinceMs: fromMs, untilMs: toMs + 1 }, nowMs, MOST_DEPLOYMENTS);

/** Also one that failed may have moved something. */
const withOnly = (only: Known | null, all: Known[]): Known[] =>
  only === null || all.some(({ id }) => id === only.id) ? all : [...all, only];

const toItem = ({ series, deployments, shift, p, isCause, reason }: Moved<Known>): Item => ({
  ...{ series, moved: isCause, deployments: deployments.map(plain) },
  ...{ before: shift?.before ?? null, after: shift?.after ?? null, change: shift?.change ?? null, p, reason },
});

function sayAsked({ asked, leftOut, tests, deployment, deployments }: Data): string {
  const with_ = deployment === null ? ` at ${count(deployments, "deployment")}` : "";
  const more = leftOut === 0 ? "" : ` (${leftOut} more were not asked)`;
  return `${count(asked, "metric")}${more}${with_}, ${count(tests, "test")}`;
}

function titleOf({ asked, items, deployment }: Data): string {
  const what = deployment === null ? "a deployment" : sayDeployment(deployment);
  if (asked === 0) return `No metric is known that ${what} could have moved`;
  const moved = items.filter((each) => each.moved);
  const [first] = moved;
  if (first === undefined) return `No metric clearly moved with ${what}`;
  const series = new Set(moved.map((each) => each.series)).size;
  const most = `${first.series} by ${sayChange(first.change)}`;
  if (deployment !== null)
    return `${series} of ${count(asked, "metric")} moved with ${what}: ${most}${series > 1 ? " most" : ""}`;
  return `${series} of ${count(asked, "metric")} moved, most of all ${most} with ${sayAll(first.deployments)}`;
}

function pictureOf(
  { series, points }: Data["pictures"][number],
  { items, deployment, from, to }: Data,
): Block {
  const every = Math.max(1, Math.ceil(points.length / DRAWN));
  const own = items.filter((each) => each.series === series && (each.moved || deployment !== null));
  return {
    kind: "chart",
    chart: {
      kind: "line",
      ...{ title: series, unit: "count" },
      series: [{ name: series, points: points.filter((_point, at) => at % every === 0) }],
      markers: own.flatMap(({ deployments, moved }) =>
        deployments.map((each) => ({
          ...{ atMs: Date.parse(each.at), label: sayDeployment(each) },
          ...(moved ? { tone: "bad" as const } : {}),
        })),
      ),
      ...{ fromMs: Date.parse(from), toMs: Date.parse(to) },
    },
  };
}

const tableOf = ({ items }: Data): Block => ({
  kind: "table",
  empty: "There is no series with points in this time: vice data push orders_per_minute --value 118",
  table: {
    columns: [
      ...["metric", "deployment"].map((title) => ({ title })),
      ...["before", "after", "change", "p"].map((title) => ({ title, align: "right" as const })),
      { title: "" },
    ],
    rows: items.map((each) => [
      ...[each.series, sayAll(each.deployments)],
      ...[sayFigure(each.before), sayFigure(each.after), sayChange(each.change), sayP(each.p)],
      each.moved ? "← moved" : (each.reason ?? ""),
    ]),
  },
});
