/** `vice data tail`: the newest events of the log as JSON, one on each line; it can wait for more. */
import { z } from "zod";
import type { LogEvent } from "../../../domain/event.ts";
import type { EventLog } from "../../../ports/event-log.ts";
import { dataCommand } from "../define-command.ts";

const LONGEST_WAIT_S = 60;
const FOLLOW_WAIT_S = 20;
const POLL_MS = 200;
const MOST = 1000;

const input = z.object({
  lines: z.int().min(1).max(MOST).default(20).describe("How many, when it is not said after which one"),
  after: z.int().min(0).optional().describe("Only events after this number (seq), oldest first"),
  type: z.string().optional().describe("Only types that begin so, as vice.names"),
  wait: z.number().min(0).max(LONGEST_WAIT_S).default(0).describe("Seconds to wait when there is none"),
  follow: z.boolean().default(false).describe("Go on with what comes; stop with Ctrl-C"),
});
type Input = z.output<typeof input>;

const output = z.strictObject({
  items: z.array(z.record(z.string(), z.unknown())),
  next: z.int().describe("For --after: where to go on"),
});

export const tail = dataCommand({
  id: "data.tail",
  words: null,
  part: "data",
  summary: "Print events of the log as JSON lines.",
  examples: [
    "vice data tail",
    "vice data tail --follow",
    "vice data tail --after 1200 --type vice.names --json",
  ],
  effect: "read",
  positional: [],
  input,
  output,
  list: "items",
  run: async ({ lines, after, type, wait, follow }, { services, signal }) => {
    const { log } = services.store;
    const from = after ?? Math.max(0, log.head().seq - lines);
    // The first answer of a tail that is followed is there at once.
    const waitS = follow && after !== undefined ? Math.max(wait, FOLLOW_WAIT_S) : wait;
    const events = await eventsAfter(log, from, after === undefined ? lines : MOST, waitS * 1000, signal);
    const items = events.filter((event) => type === undefined || event.type.startsWith(type));
    return { items: items.map((event) => ({ ...event })), next: events.at(-1)?.seq ?? from };
  },
  text: ({ items }) => items.map((event) => JSON.stringify(event)).join("\n"),
  again: (given, { next }) => followed(given, next),
});

/** What a door that can go on asks next; `null` = it was not asked to follow. */
const followed = (given: Input, next: number): Input | null =>
  given.follow ? { ...given, after: next } : null;

async function eventsAfter(
  log: EventLog,
  after: number,
  limit: number,
  waitMs: number,
  signal: AbortSignal,
): Promise<LogEvent[]> {
  for (let leftMs = waitMs; ; leftMs -= POLL_MS) {
    const events = log.events(after, limit);
    if (events.length > 0 || leftMs <= 0 || signal.aborted) return events;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
