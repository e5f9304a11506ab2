/** `vice notify outbox` and `retry`: what waits, what was given up and why, and trying it again now. */
import { z } from "zod";
import { sayAgo } from "../../../kit/ago.ts";
import { count } from "../../../kit/count.ts";
import { table } from "../../../kit/table.ts";
import { OUTBOX_STATES, type OutboxRow } from "../../../ports/outbox.ts";
import { notifyCommand } from "../define-command.ts";
import { deliverChannel } from "../deliver.ts";
import { noChannel } from "../sender.ts";
import { exitOf, sayTold, sayWaiting, toldSchema } from "./told.ts";

const MOST = 1000;
const OPEN = ["waiting", "given-up"] as const;

const rowSchema = z.strictObject({
  id: z.string(),
  channel: z.string(),
  state: z.enum(OUTBOX_STATES),
  text: z.string().nullable(),
  since: z.string(),
  attempts: z.int(),
  problem: z.string().nullable(),
  nextTryAt: z.string().nullable(),
});
type Row = z.output<typeof rowSchema>;

const rowOf = ({ id, channel, state, payload, sinceMs, dueMs, attempts, lastError }: OutboxRow): Row => {
  const { text }: { text?: unknown } = Object(payload);
  return {
    ...{ id, channel, state, attempts, problem: lastError },
    text: typeof text === "string" ? text : null,
    since: new Date(sinceMs).toISOString(),
    nextTryAt: state === "waiting" ? new Date(dueMs).toISOString() : null,
  };
};

const channelInput = z.string().trim().min(1).optional().describe("Only this channel");

export const showOutbox = notifyCommand({
  id: "notify.outbox",
  words: null,
  part: "notify",
  summary: "Show what waits to be handed over, what was given up, and why.",
  examples: ["vice notify outbox", "vice notify outbox --channel releases"],
  effect: "read",
  positional: [],
  input: z.strictObject({ channel: channelInput, limit: z.int().min(1).max(MOST).default(100) }),
  output: z.strictObject({ items: z.array(rowSchema) }),
  list: "items",
  http: { method: "GET", path: "/v1/notify/outbox" },
  run: ({ channel, limit }, { services }) => ({
    items: services.store.outbox.list({ channel, states: OPEN }, limit).map(rowOf),
  }),
  note: ({ items }) =>
    items.some(({ state }) => state === "given-up")
      ? "Try all of it again now: vice notify retry. Forget what was given up: vice notify drop"
      : "",
  text: ({ items }, style) =>
    items.length === 0
      ? "Nothing waits, and nothing was given up."
      : table(
          items,
          [
            { title: "channel", value: ({ channel }) => channel },
            {
              title: "state",
              value: ({ state }) => state,
              paint: (text, { state }) => style.color(state === "given-up" ? "red" : "yellow", text),
            },
            { title: "since", value: ({ since }) => sayAgo(since, style.nowMs) },
            { title: "tries", value: ({ attempts }) => String(attempts), align: "right" },
            {
              title: "next try",
              value: ({ nextTryAt }) => (nextTryAt === null ? "-" : sayAgo(nextTryAt, style.nowMs)),
            },
            {
              title: "problem",
              value: ({ problem }) => problem ?? "waits for what is before it",
              flexible: true,
            },
            { title: "message", value: ({ text }) => text ?? "-", flexible: true },
          ],
          style,
        ),
});

export const retryOutbox = notifyCommand({
  id: "notify.retry",
  words: null,
  part: "notify",
  summary: "Try what waits and what was given up again, now.",
  examples: ["vice notify retry", "vice notify retry --channel releases"],
  effect: "write",
  positional: [],
  input: z.strictObject({ channel: channelInput }),
  output: z.strictObject({
    items: z.array(toldSchema),
    server: z.boolean().describe("Whether a server tries again by itself what waits"),
  }),
  list: "items",
  run: async ({ channel }, { services, now, signal }) => {
    const { outbox } = services.store;
    const known = [
      ...outbox.channels(),
      ...services.notifiers.channels().map(({ to }) => ({ channel: to })),
    ].map((each) => each.channel);
    if (channel !== undefined && !known.includes(channel)) throw noChannel(channel, [...new Set(known)]);
    const rows = outbox.list({ channel, states: OPEN }, MOST);
    outbox.retry(channel ?? null, now());
    const channels = [...new Set(rows.map((row) => row.channel))];
    await Promise.all(channels.map((name) => deliverChannel({ services, now, signal }, name)));
    const ids = [...new Set(rows.map(({ id }) => id))];
    const wanted = new Set(rows.map(({ n }) => n));
    const items = outbox
      .list({ channel, states: OUTBOX_STATES, ids }, 2 * MOST)
      .filter(({ n }) => wanted.has(n))
      .map(rowOf)
      .map((row) => ({
        ...{ channel: row.channel, state: row.state, problem: row.problem, nextTryAt: row.nextTryAt },
      }));
    return { items, server: services.baseUrl !== null };
  },
  exit: ({ items }) => exitOf(items),
  note: ({ items, server }) => sayWaiting(items, server),
  text: ({ items }, style) =>
    items.length === 0
      ? "Nothing waits, and nothing was given up."
      : [
          ...items.map((item) => sayTold(item, style)),
          `${count(items.filter(({ state }) => state === "delivered").length, "message")} delivered.`,
        ].join("\n"),
});

export const dropOutbox = notifyCommand({
  id: "notify.drop",
  words: null,
  part: "notify",
  summary: "Forget what was given up: nobody will be told it.",
  examples: ["vice notify drop", "vice notify drop --channel releases"],
  effect: "write",
  positional: [],
  input: z.strictObject({ channel: channelInput }),
  output: z.strictObject({ dropped: z.int() }),
  run: ({ channel }, { services }) => ({ dropped: services.store.outbox.drop(channel ?? null) }),
  text: ({ dropped }) => `${count(dropped, "message")} forgotten.`,
});
