/** `vice traces`: finds pieces of work by what one of their activities is. */
import { z } from "zod";
import { KINDS, STATUSES } from "../../../domain/activity.ts";
import { activitySchema } from "../../../domain/activity-schema.ts";
import { sayAgo } from "../../../kit/ago.ts";
import type { Command } from "../../../kit/command.ts";
import { parseDuration, sayDuration } from "../../../kit/duration.ts";
import { ViceError } from "../../../kit/errors.ts";
import { MOMENT_WORDS, readMoment } from "../../../kit/moment.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { paintStatus, sayStatus, shortId } from "../say.ts";

const input = z.object({
  service: z.string().optional(),
  team: z.string().optional(),
  environment: z.string().optional(),
  kind: z.enum(KINDS).optional(),
  source: z.string().optional(),
  status: z.enum(STATUSES).optional(),
  slower: z.string().optional().describe("Only with an activity that took at least this long: 10m, 2h"),
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
      name: z.string(),
      activity: activitySchema.describe("The newest that fits"),
    }),
  ),
  next: z.string().nullable().describe("Cursor of the next page"),
});

function longerThan(text: string): number {
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
  summary: "Find pieces of work by what one of their activities is: failed, slow, of a service.",
  examples: ["vice traces --status failed", "vice traces --service shop --slower 10m --since yesterday"],
  effect: "read",
  positional: ["service"],
  input,
  output,
  list: "items",
  http: { method: "GET", path: "/v1/traces" },
  run: ({ slower, since, until, limit, cursor, ...filter }, { services, now }) =>
    services.store.traces.search(
      {
        ...filter,
        slowerThanMs: slower === undefined ? undefined : longerThan(slower),
        sinceMs: since === undefined ? undefined : readMoment(since, now()),
        untilMs: until === undefined ? undefined : readMoment(until, now()),
      },
      limit,
      cursor ?? null,
      now(),
    ),
  text: ({ items, next }, style) => {
    if (items.length === 0)
      return next === null
        ? "No trace is known that fits. Take a filter away: vice traces"
        : `None of the newest ones fits. Look further back: --cursor ${next}`;
    const rows = table(
      items,
      [
        { title: "when", value: ({ activity }) => sayAgo(activity.occurredAt, style.nowMs) },
        { title: "kind", value: ({ activity }) => activity.kind },
        { title: "what", value: ({ name }) => name, flexible: true },
        {
          title: "status",
          value: ({ activity }) => sayStatus(activity),
          paint: (text, { activity }) => paintStatus(text, activity, style),
        },
        {
          title: "took",
          value: ({ activity }) => (activity.durationMs === null ? "-" : sayDuration(activity.durationMs)),
        },
        { title: "id", value: ({ activity }) => shortId(activity.id) },
      ],
      style,
    );
    const more = next === null ? "" : `\nThere are more: --cursor ${next}`;
    return `${rows}\n\nSee one whole: vice trace ${shortId(items[0]?.activity.id ?? "ID")}${more}`;
  },
};
