/** What is different about what failed or took long? Tags, tools, services, teams and environments, ranked. */
import { z } from "zod";
import { type Activity, KINDS } from "../../../domain/activity.ts";
import { factsOf } from "../../../domain/differences/facts-of.ts";
import { type Case, METHOD, rankDifferences } from "../../../domain/differences/rank.ts";
import { count } from "../../../kit/count.ts";
import { parseDuration, sayDuration } from "../../../kit/duration.ts";
import { ViceError } from "../../../kit/errors.ts";
import { isoOf } from "../../../kit/iso.ts";
import { MOMENT_WORDS, readMoment } from "../../../kit/moment.ts";
import type { ActivityFilter } from "../../../ports/read-models.ts";
import type { Services } from "../../../ports/services.ts";
import type { WorkFilter } from "../../../ports/work.ts";
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
  of: z
    .enum(["traces", "activities"])
    .default("traces")
    .describe("What is compared: pieces of work over all tools, or single activities"),
  kind: z.enum(KINDS).optional().describe("Only activities of this kind; traces that hold one"),
  source: z.string().optional(),
  status: z
    .enum(["failed", "canceled"])
    .optional()
    .describe("Those that ended so are compared with the rest"),
  slowerThan: z.string().optional().describe("Those that took longer are compared with the rest, as 10m"),
  fasterThan: z.string().optional().describe("Those that took less are compared with the rest, as 2h"),
  from: z
    .string()
    .optional()
    .describe(`Those of this moment or later are compared with the rest; ${MOMENT_WORDS}`),
  to: z.string().optional().describe("Those before this moment are compared with the rest"),
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
      also: z
        .array(z.string())
        .describe("What the very same ones have too: it cannot be told which of them matters"),
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
interface Compared extends Omit<Case, "odd"> {
  failed: boolean;
  canceled: boolean;
  durationMs: number | null;
  /** When it happened last. */
  atMs: number;
}

/** Which of them are compared with the rest; all that is said must hold. */
interface Chosen {
  status: "failed" | "canceled" | null;
  slowMs: number | null;
  fastMs: number | null;
  fromMs: number | null;
  toMs: number | null;
}

export const differencesReport = reportKind({
  name: "differences",
  about: "What is different about what failed or took long: tags, tools, services, teams, environments",
  input,
  output,
  data: async ({ days, of, status, slowerThan, fasterThan, from, to, ...scope }, { services, now }) => {
    const nowMs = now();
    const moment = (text: string | undefined): number | null =>
      text === undefined ? null : readMoment(text, nowMs);
    const said = {
      ...{ slowMs: durationOf(slowerThan), fastMs: durationOf(fasterThan) },
      ...{ fromMs: moment(from), toMs: moment(to) },
    };
    const isAnySaid = Object.values(said).some((each) => each !== null);
    const chosen: Chosen = { ...said, status: status ?? (isAnySaid ? null : "failed") };
    const filter = { ...scope, sinceMs: nowMs - days * DAY };
    const { items, sampled } = await (of === "traces"
      ? readPieces(services, filter, nowMs)
      : readEnded(services, filter, nowMs));
    const needsTime = chosen.slowMs !== null || chosen.fastMs !== null;
    const cases = items
      .filter(({ durationMs }) => !needsTime || durationMs !== null)
      .map((each): Case => ({ ...each, odd: isChosen(each, chosen) }));
    const odd = cases.filter((each) => each.odd).length;
    return {
      ...{ of, days, selected: sayChosen(chosen), odd, rest: cases.length - odd, method: METHOD, sampled },
      items: rankDifferences(cases)
        .slice(0, 100)
        .map((each) => ({ ...each, also: [...each.also] })),
    };
  },
  render: (data) => ({
    title: titleOf(data),
    summary: `${data.odd} of ${count(data.odd + data.rest, data.of === "traces" ? "piece of work" : "activity", data.of === "traces" ? "pieces of work" : data.of)} in ${data.days} days ${data.selected}. Method: ${data.method}.`,
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
              ...[sayWhat(each), `${each.odd} of ${data.odd}`, `${each.rest} of ${data.rest}`],
              ...[each.lift.toFixed(1), each.gain.toFixed(3), each.p < 0.001 ? "< 0.001" : each.p.toFixed(3)],
              each.isClear ? "clear" : "may be luck",
            ]),
        },
      },
    ],
  }),
});

const MOST_ALSO = 2;

function sayWhat({ key, value, also }: Data["items"][number]): string {
  const more = also.length > MOST_ALSO ? [`${also.length - MOST_ALSO} more`] : [];
  return [`${key}=${value}`, ...also.slice(0, MOST_ALSO), ...more].join(", also ");
}

function titleOf({ items: [first], selected, odd }: Data): string {
  if (odd === 0) return `None ${selected}`;
  if (first?.isClear !== true) return `Nothing clear tells those that ${selected} from the rest`;
  return `${first.key}=${first.value} stands out: ${Math.round(first.support * 100)} % of those that ${selected} have it, ${first.lift.toFixed(1)} times as often as all`;
}

function isChosen({ failed, canceled, durationMs, atMs }: Compared, chosen: Chosen): boolean {
  const { status, slowMs, fastMs, fromMs, toMs } = chosen;
  return (
    (status === null || (status === "failed" ? failed : canceled)) &&
    (slowMs === null || (durationMs ?? 0) > slowMs) &&
    (fastMs === null || (durationMs ?? 0) < fastMs) &&
    (fromMs === null || atMs >= fromMs) &&
    (toMs === null || atMs < toMs)
  );
}

function sayChosen({ status, slowMs, fastMs, fromMs, toMs }: Chosen): string {
  const ended = status === null ? [] : [status === "failed" ? "failed" : "were canceled"];
  const slow = slowMs === null ? [] : [`took longer than ${sayDuration(slowMs)}`];
  const fast = fastMs === null ? [] : [`took less than ${sayDuration(fastMs)}`];
  const since = fromMs === null ? [] : [`happened since ${isoOf(fromMs)}`];
  const until = toMs === null ? [] : [`happened before ${isoOf(toMs)}`];
  return [...ended, ...slow, ...fast, ...since, ...until].join(" and ");
}

function durationOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  throw new ViceError("input.invalid", { message: `"${text}" is no duration.`, hint: "Write 10m or 90s." });
}

const ENDED = new Set(["succeeded", "failed", "canceled"]);

interface Read {
  items: Compared[];
  /** There are more. */
  sampled: boolean;
}

/** Pieces in which something ended: a ticket that nobody began to work on explains nothing. */
async function readPieces({ store }: Services, filter: WorkFilter, nowMs: number): Promise<Read> {
  const { items, sampled } = await store.work.explained(filter, MOST, nowMs);
  const done = items.filter(
    ({ head, activities, status }) => activities > 1 || (head.kind !== "ticket" && ENDED.has(status ?? "")),
  );
  return {
    items: done.map(({ failed, canceled, durationMs, atMs, facts, cluster }) => ({
      ...{ failed: failed > 0, canceled: canceled > 0, durationMs, atMs, facts, cluster },
    })),
    sampled,
  };
}

async function readEnded({ store }: Services, filter: ActivityFilter, nowMs: number): Promise<Read> {
  const items: Compared[] = [];
  let looked = 0;
  let cursor: string | null = null;
  do {
    const page = store.read.activities(filter, PAGE, cursor, nowMs);
    looked += page.items.length;
    for (const activity of page.items)
      if (ENDED.has(activity.status ?? "") && activity.primaryId === null) items.push(compared(activity));
    cursor = page.next;
    await new Promise((resolve) => setImmediate(resolve));
  } while (cursor !== null && looked < MOST);
  return { items, sampled: cursor !== null };
}

const compared = (activity: Activity): Compared => ({
  failed: activity.status === "failed",
  canceled: activity.status === "canceled",
  durationMs: activity.durationMs,
  atMs: Date.parse(activity.occurredAt),
  facts: factsOf(activity),
});
