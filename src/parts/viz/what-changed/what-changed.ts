/** `vice what-changed`: what happened around a moment, the likeliest cause first, each with why it stands there. */
import { z } from "zod";
import { KINDS, STATUSES } from "../../../domain/activity.ts";
import { rankOf } from "../../../domain/changed/rank.ts";
import type { Command } from "../../../kit/command.ts";
import { parseDuration } from "../../../kit/duration.ts";
import { ViceError } from "../../../kit/errors.ts";
import { MOMENT_WORDS, readMoment } from "../../../kit/moment.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { knownService } from "../../data/index.ts";
import { type Candidate, gather } from "./gather.ts";

const text = z.string().nullable();

const input = z.object({
  at: z.string().trim().min(1).default("now").describe(`The moment: 14:32, or ${MOMENT_WORDS}`),
  service: z.string().trim().min(1).optional().describe("What concerns this service stands first"),
  environment: z.string().trim().min(1).optional().describe("Only this environment"),
  within: z.string().default("2h").describe("So long before and after"),
  limit: z.int().min(1).max(200).default(20),
});

const output = z.strictObject({
  at: z.string(),
  from: z.string(),
  to: z.string(),
  service: text,
  items: z
    .array(
      z.strictObject({
        at: z.string().describe("When it ended, or began"),
        event: z.enum(["began", "ended", "said"]),
        kind: z.enum([...KINDS, "rule"]),
        name: z.string(),
        service: text,
        environment: text,
        status: z.enum(STATUSES).nullable(),
        actor: text,
        url: text,
        id: text.describe("Id of the activity; null = a rule that somebody set"),
        commits: z.int().nullable().describe("Of a deployment; null = not known"),
        isAfter: z.boolean().describe("After the moment: it is no cause, it may be the answer"),
        score: z.number().describe("0 to 1; only the order has a meaning"),
        why: z.array(z.string()),
      }),
    )
    .describe("What came before, the likeliest first; then what came after"),
  total: z.int().describe("How many were found in the window; of each kind the newest 200 are looked at"),
});
type Item = z.output<typeof output>["items"][number];

const MOST_WITHIN_MS = 366 * 86_400_000;

/** `14:32` today, or yesterday when that has not come yet. */
function momentOf(said: string, nowMs: number): number {
  if (said === "now") return nowMs;
  const ms = readMoment(said, nowMs);
  return /^\d{1,2}:\d{2}$/.test(said) && ms > nowMs ? ms - 86_400_000 : ms;
}

export const whatChanged: Command<Services, typeof input, typeof output> = {
  id: "viz.what-changed",
  words: ["what-changed"],
  part: "viz",
  summary:
    "Show what happened around a moment: deployments, flags, actions, runs, incidents, the likeliest cause first.",
  examples: [
    "vice what-changed --at 14:32",
    "vice what-changed --at 14:32 --service shop --within 30m",
    'vice what-changed --at "yesterday 14:30" --json',
  ],
  effect: "read",
  positional: [],
  input,
  output,
  list: "items",
  http: { method: "GET", path: "/v1/what-changed" },
  run: async ({ at, service, environment, within, limit }, { services, now }) => {
    const nowMs = now();
    if (service !== undefined) knownService(services, service, nowMs);
    const withinMs = parseDuration(within);
    if (withinMs === null || withinMs <= 0 || withinMs > MOST_WITHIN_MS)
      throw new ViceError("input.invalid", {
        message:
          withinMs === null ? `"${within}" is no duration.` : `"${within}" is not between 1s and 366d.`,
        hint: "Write 30m, 2h or 1d.",
      });
    const atMs = momentOf(at, nowMs);
    const around = { atMs, withinMs, service: service ?? null, environment: environment ?? null };
    const items = (await gather(around, services, nowMs))
      .map((candidate) => itemOf(candidate, atMs, withinMs))
      .sort((a, b) => b.score - a.score || (a.at < b.at ? 1 : -1));
    return {
      ...{ at: new Date(atMs).toISOString(), service: around.service, total: items.length },
      ...{ from: new Date(atMs - withinMs).toISOString(), to: new Date(atMs + withinMs).toISOString() },
      items: items.slice(0, limit).sort((a, b) => Number(a.isAfter) - Number(b.isAfter)),
    };
  },
  text: ({ at, from, to, items, total }, style) => {
    const head = `Around ${at} (${from.slice(11, 16)} to ${to.slice(11, 16)} UTC)`;
    if (items.length === 0) return `${head}: nothing is known to have happened. Look further: --within 1d`;
    const rows = (list: Item[]): string =>
      table(
        list,
        [
          { title: "at", value: (row) => row.at.slice(11, 16) },
          { title: "what", value: (row) => `${row.kind} ${row.event}`, flexible: true },
          {
            title: "name",
            value: (row) => row.name,
            paint: (said) => style.color("bold", said),
            flexible: true,
          },
          { title: "by", value: (row) => row.actor ?? "-", flexible: true },
          { title: "why it may be it", value: (row) => row.why.join(", "), flexible: true },
        ],
        style,
      );
    const [before, after] = [items.filter(({ isAfter }) => !isAfter), items.filter(({ isAfter }) => isAfter)];
    return [
      head,
      before.length === 0 ? "Nothing is known to have happened before it." : rows(before),
      ...(after.length === 0 ? [] : ["", "After it:", rows(after)]),
      ...(total > items.length ? [`${total - items.length} more: --limit ${total}`] : []),
    ].join("\n");
  },
};

function itemOf(candidate: Candidate, atMs: number, withinMs: number): Item {
  const { happened, event, ...rest } = candidate;
  const { score, why } = rankOf(happened, atMs, withinMs);
  return {
    ...rest,
    ...{ at: new Date(happened.ms).toISOString(), event: event as Item["event"] },
    ...{ kind: happened.kind, commits: happened.commits, score, why },
    isAfter: happened.ms > atMs,
  };
}
