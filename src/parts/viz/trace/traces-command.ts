/** `vice traces`: pieces of work, found by what one of their activities is, with what they touched and how they ended. */
import { z } from "zod";
import { KINDS, STATUSES } from "../../../domain/activity.ts";
import { activitySchema } from "../../../domain/activity-schema.ts";
import { sayAgo } from "../../../kit/ago.ts";
import type { Command } from "../../../kit/command.ts";
import { parseDuration, sayDuration } from "../../../kit/duration.ts";
import { ViceError } from "../../../kit/errors.ts";
import { isoOf } from "../../../kit/iso.ts";
import { MOMENT_WORDS, readMoment } from "../../../kit/moment.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import type { FoundWork } from "../../../ports/work.ts";
import { paintStatus, sayStatus, shortId } from "../say.ts";

const input = z.object({
  service: z.string().optional(),
  team: z.string().optional(),
  environment: z.string().optional(),
  kind: z.enum(KINDS).optional(),
  source: z.string().optional(),
  status: z.enum(STATUSES).optional().describe("Only with an activity that is so: failed, running"),
  slower: z
    .string()
    .optional()
    .describe(
      "Only with an activity that took at least this long: 10m, 2h; need not be the one that has the status",
    ),
  longer: z
    .string()
    .optional()
    .describe("Only what took at least this long as a whole, from its first start to its last end: 3d"),
  since: z.string().optional().describe(`Included; ${MOMENT_WORDS}`),
  until: z.string().optional().describe("Not included"),
  limit: z
    .int()
    .default(50)
    .transform((limit) => Math.min(Math.max(limit, 1), 1000))
    .describe("1 to 1000; what is less or more counts as that"),
  cursor: z.string().optional().describe("Where the page before ended"),
});

const output = z.strictObject({
  items: z.array(
    z.strictObject({
      traceId: z.string(),
      name: z.string().describe("Of what it began with"),
      head: z
        .strictObject({ id: z.string(), kind: z.enum(KINDS), status: z.enum(STATUSES).nullable() })
        .describe("What it began with: a ticket, else a change, else a run"),
      status: z
        .enum(STATUSES)
        .nullable()
        .describe("running while anything goes on, else how its last run ended"),
      activities: z.int().describe("That belong to it"),
      failed: z.int().describe("Of these"),
      canceled: z.int().describe("Of these"),
      tools: z.array(z.string()),
      services: z.array(z.string()),
      environments: z.array(z.string()),
      teams: z.array(z.string()),
      startedAt: z.string().nullable().describe("Its first start"),
      finishedAt: z.string().nullable().describe("Its last end; null = something goes on"),
      durationMs: z.number().nullable().describe("From the first start to the last end"),
      truncated: z.boolean().describe("More belongs to it than is looked at"),
      activity: activitySchema.describe("The newest that fits"),
    }),
  ),
  next: z.string().nullable().describe("Cursor of the next page"),
  hint: z.string().nullable().describe("Where nothing is listed: why, and what to do"),
});
type Item = z.output<typeof output>["items"][number];

function toItem({ head, startedMs, finishedMs, ...piece }: FoundWork): Item {
  const { name, ...began } = head;
  return { ...piece, name, head: began, startedAt: isoOrNull(startedMs), finishedAt: isoOrNull(finishedMs) };
}

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : isoOf(ms));

/** @throws ViceError `input.invalid` */
function durationOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  throw new ViceError("input.invalid", {
    message: `"${text}" is no duration.`,
    hint: "Write 30s, 10m, 2h or 1d.",
  });
}

export const traces: Command<Services, typeof input, typeof output> = {
  id: "viz.traces",
  words: ["traces"],
  part: "viz",
  summary: "Find pieces of work: failed, slow, of a service; with what they touched and how they ended.",
  examples: [
    "vice traces --status failed --longer 1d",
    "vice traces --service shop --slower 10m --since yesterday",
  ],
  effect: "read",
  positional: ["service"],
  input,
  output,
  list: "items",
  http: { method: "GET", path: "/v1/traces" },
  run: async ({ slower, longer, since, until, limit, cursor, ...filter }, { services, now }) => {
    const { items, next } = await services.store.work.find(
      {
        ...filter,
        slowerThanMs: durationOf(slower),
        longerThanMs: durationOf(longer),
        sinceMs: since === undefined ? undefined : readMoment(since, now()),
        untilMs: until === undefined ? undefined : readMoment(until, now()),
      },
      limit,
      cursor ?? null,
      now(),
    );
    const hint = items.length > 0 ? null : await hintOf(services, next, now());
    return { items: items.map(toItem), next, hint };
  },
  text: ({ items, next, hint }, style) => {
    if (items.length === 0) return hint ?? "";
    const rows = table(
      items,
      [
        { title: "when", value: ({ activity }) => sayAgo(activity.occurredAt, style.nowMs) },
        { title: "what", value: ({ name }) => name, flexible: true },
        { title: "touched", value: sayTouched, flexible: true },
        {
          title: "status",
          value: sayOutcome,
          paint: (text, { status }) => paintStatus(text, { status }, style),
        },
        { title: "took", value: ({ durationMs }) => (durationMs === null ? "-" : sayDuration(durationMs)) },
        { title: "id", value: ({ head }) => shortId(head.id) },
      ],
      style,
    );
    const more = next === null ? "" : `\nThere are more: --cursor ${next}`;
    return `${rows}\n\nSee one whole: vice trace ${shortId(items[0]?.head.id ?? "ID")}${more}`;
  },
};

/** Nobody is told to take a filter away where there is nothing to find. */
async function hintOf({ store }: Services, next: string | null, nowMs: number): Promise<string> {
  if (next !== null) return `None of the newest ones fits. Look further back: --cursor ${next}`;
  const { items } = await store.work.find({}, 1, null, nowMs);
  return items.length === 0
    ? "Nothing has been reported yet. Connect a tool: vice source connect github; or look at an example: vice demo"
    : "No trace is known that fits. Take a filter away: vice traces";
}

/** `jira, github > shop > prod-eu`: tools, services, environments; of many the first. */
const sayTouched = ({ tools, services, environments }: Item): string =>
  [tools, services, environments]
    .filter((list) => list.length > 0)
    .map((list) => (list.length > 3 ? `${list.slice(0, 2).join(", ")} +${list.length - 2}` : list.join(", ")))
    .join(" > ");

/** That something failed on the way is told beside how it ended. */
function sayOutcome(item: Item): string {
  const { status, failed } = item;
  return failed === 0 || (failed === 1 && status === "failed")
    ? sayStatus(item)
    : `${sayStatus(item)}, ${failed} failed`;
}
