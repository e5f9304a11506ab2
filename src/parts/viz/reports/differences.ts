/** What is different about what failed or took long? Tags, tools, services, teams and environments, ranked. */
import { z } from "zod";
import { type Activity, KINDS } from "../../../domain/activity.ts";
import { factsOf } from "../../../domain/differences/facts-of.ts";
import { type Case, METHOD, rankDifferences } from "../../../domain/differences/rank.ts";
import { count } from "../../../kit/count.ts";
import { parseDuration, sayDuration } from "../../../kit/duration.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { ActivityFilter } from "../../../ports/read-models.ts";
import type { Services } from "../../../ports/services.ts";
import { reportKind } from "./kind.ts";
import { scopeInput } from "./usual-input.ts";

const DAY = 86_400_000;
const PAGE = 1000;
/** The newest activities that are compared. */
const MOST = 20_000;
const SHOWN = 15;

const input = z.object({
  ...scopeInput,
  days: z.int().min(1).max(3650).default(90).describe("Days that are counted"),
  of: z.enum(["traces", "activities"]).default("traces").describe("What is compared"),
  kind: z.enum(KINDS).optional().describe("Only activities of this kind"),
  source: z.string().optional(),
  status: z
    .enum(["failed", "canceled"])
    .optional()
    .describe("Those that ended so are compared with the rest"),
  slowerThan: z.string().optional().describe("Those that took longer are compared with the rest, as 10m"),
});
const output = z.strictObject({
  of: z.enum(["traces", "activities"]),
  days: z.int(),
  selected: z.string().describe("What is compared with the rest, in words"),
  odd: z.int(),
  rest: z.int(),
  method: z.string(),
  sampled: z.boolean().describe(`Whether only the newest ${MOST} activities were looked at`),
  items: z.array(
    z.strictObject({
      key: z.string(),
      value: z.string(),
      odd: z.int().describe("Selected ones that have it"),
      rest: z.int().describe("Others that have it"),
      support: z.number().describe("Share of the selected ones that have it, 0..1"),
      lift: z.number().describe("How much more often than among all"),
      gain: z.number().describe("Information gain, in bits"),
      p: z.number().describe("Corrected for the number of values"),
      isClear: z.boolean().describe("Hardly luck: p < 0.05"),
    }),
  ),
});
type Data = z.output<typeof output>;

/** One thing that is compared. */
interface Compared {
  failed: boolean;
  canceled: boolean;
  durationMs: number | null;
  facts: Case["facts"];
}

export const differencesReport = reportKind({
  name: "differences",
  about: "What is different about what failed or took long: tags, tools, services, teams, environments",
  input,
  output,
  data: ({ days, of, status, slowerThan, ...scope }, { services, now }) => {
    const nowMs = now();
    const slowMs = slowerThan === undefined ? null : durationOf(slowerThan);
    const wanted = status ?? (slowMs === null ? ("failed" as const) : null);
    const { items, sampled } = readEnded(services, { ...scope, sinceMs: nowMs - days * DAY }, nowMs);
    const all = (of === "traces" ? byTrace(items) : items.map((item) => compared([item]))).filter(
      ({ durationMs }) => slowMs === null || durationMs !== null,
    );
    const cases = all.map(
      ({ failed, canceled, durationMs, facts }): Case => ({
        odd:
          (wanted === null || (wanted === "failed" ? failed : canceled)) &&
          (slowMs === null || (durationMs ?? 0) > slowMs),
        facts,
      }),
    );
    const odd = cases.filter((each) => each.odd).length;
    return {
      ...{
        of,
        days,
        selected: sayWanted(wanted, slowMs),
        odd,
        rest: cases.length - odd,
        method: METHOD,
        sampled,
      },
      items: rankDifferences(cases).slice(0, 100),
    };
  },
  render: (data) => ({
    title: titleOf(data),
    summary: `${data.odd} of ${count(data.odd + data.rest, data.of === "traces" ? "trace" : "activity", data.of)} in ${data.days} days ${data.selected}. Method: ${data.method}.`,
    blocks: [
      {
        kind: "table",
        empty:
          data.odd === 0 || data.rest === 0
            ? "There is nothing to compare: all of them are alike in this."
            : "Nothing stands out.",
        table: {
          columns: [
            { title: "what" },
            ...["of these", "of the rest", "times as often", "bits", "p"].map((title) => ({
              title,
              align: "right" as const,
            })),
            { title: "" },
          ],
          rows: data.items
            .slice(0, SHOWN)
            .map((each) => [
              ...[`${each.key}=${each.value}`, `${each.odd} of ${data.odd}`, `${each.rest} of ${data.rest}`],
              ...[each.lift.toFixed(1), each.gain.toFixed(3), each.p < 0.001 ? "< 0.001" : each.p.toFixed(3)],
              each.isClear ? "clear" : "may be luck",
            ]),
        },
      },
    ],
  }),
});

function titleOf({ items: [first], selected, odd }: Data): string {
  if (odd === 0) return `None ${selected}`;
  if (first?.isClear !== true) return `Nothing clear tells those that ${selected} from the rest`;
  return `${first.key}=${first.value} stands out: ${Math.round(first.support * 100)} % of those that ${selected} have it, ${first.lift.toFixed(1)} times as often as all`;
}

function sayWanted(status: "failed" | "canceled" | null, slowMs: number | null): string {
  const ended = status === null ? [] : [status === "failed" ? "failed" : "were canceled"];
  const slow = slowMs === null ? [] : [`took longer than ${sayDuration(slowMs)}`];
  return [...ended, ...slow].join(" and ");
}

function durationOf(text: string): number {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  throw new ViceError("input.invalid", { message: `"${text}" is no duration.`, hint: "Write 10m or 90s." });
}

const ENDED = new Set(["succeeded", "failed", "canceled"]);

function readEnded(
  { store }: Services,
  filter: ActivityFilter,
  nowMs: number,
): { items: Activity[]; sampled: boolean } {
  const items: Activity[] = [];
  let cursor: string | null = null;
  do {
    const page = store.read.activities(filter, PAGE, cursor, nowMs);
    items.push(
      ...page.items.filter(({ status, primaryId }) => ENDED.has(status ?? "") && primaryId === null),
    );
    cursor = page.next;
  } while (cursor !== null && items.length < MOST);
  return { items, sampled: cursor !== null };
}

function byTrace(items: readonly Activity[]): Compared[] {
  const traces = new Map<string, Activity[]>();
  for (const item of items) {
    const list = traces.get(item.traceId);
    if (list === undefined) traces.set(item.traceId, [item]);
    else list.push(item);
  }
  return [...traces.values()].map(compared);
}

/** A trace failed when anything in it did; it took from its first start to its last end. */
function compared(items: readonly Activity[]): Compared {
  const starts = items.flatMap(({ startedAt }) => (startedAt === null ? [] : [Date.parse(startedAt)]));
  const ends = items.flatMap(({ finishedAt }) => (finishedAt === null ? [] : [Date.parse(finishedAt)]));
  const [only] = items;
  const spanned = starts.length === 0 || ends.length === 0 ? null : Math.max(...ends) - Math.min(...starts);
  return {
    failed: items.some(({ status }) => status === "failed"),
    canceled: items.some(({ status }) => status === "canceled"),
    durationMs: items.length === 1 ? (only?.durationMs ?? null) : spanned,
    facts: items.flatMap(factsOf),
  };
}
