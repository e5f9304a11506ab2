/** Raw webhook deliveries: list and look at them, above all those that could not be mapped. */
import { z } from "zod";
import { sayAgo } from "../../../kit/ago.ts";
import type { Command } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { printable, table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";

const head = {
  id: z.string(),
  source: z.string(),
  instance: z.string(),
  receivedAt: z.string(),
  outcome: z.enum(["accepted", "ignored", "unmapped"]),
  reason: z.string().nullable(),
  verified: z.boolean(),
  bytes: z.int(),
};

/** Of these only the number is kept: a refused body may be anybody's, and a repeated one is there already. */
const COUNTED = ["duplicate", "rejected"] as const;

const listInput = z.object({
  source: z.string().optional(),
  instance: z.string().optional(),
  outcome: z
    .enum(["accepted", "ignored", "unmapped", ...COUNTED])
    .optional()
    .describe("duplicate and rejected ones are counted, not kept: see source list"),
  limit: z
    .int()
    .default(50)
    .transform((limit) => Math.min(Math.max(limit, 1), 1000)),
  cursor: z.string().optional(),
});
const listOutput = z.strictObject({ items: z.array(z.strictObject(head)), next: z.string().nullable() });

export const listDeliveries: Command<Services, typeof listInput, typeof listOutput> = {
  id: "data.deliveries",
  words: null,
  part: "data",
  summary: "List webhook deliveries as they were received, newest first.",
  examples: ["vice data deliveries --outcome unmapped"],
  effect: "read",
  positional: [],
  input: listInput,
  output: listOutput,
  list: "items",
  http: { method: "GET", path: "/v1/deliveries" },
  run: ({ source, instance, outcome, limit, cursor }, { services }) => {
    const counted = COUNTED.find((each) => each === outcome);
    if (counted !== undefined) throw onlyCounted(counted, { source, instance }, services);
    const page = services.store.deliveries.list({ source, instance, outcome }, limit, cursor ?? null);
    const items = page.items.map(
      ({ id, source, instance, receivedAt, outcome, reason, verified, bytes }) => ({
        ...{ id, source, instance, receivedAt, outcome, reason, verified, bytes },
      }),
    );
    return { items, next: page.next };
  },
  text: ({ items, next }, style) => {
    if (items.length === 0) return "No such delivery. Look at the counts: vice source list";
    const rows = table(
      items,
      [
        { title: "when", value: (row) => sayAgo(row.receivedAt, style.nowMs) },
        { title: "source", value: (row) => row.source },
        { title: "outcome", value: (row) => row.outcome },
        { title: "reason", value: (row) => row.reason ?? "-", flexible: true },
        { title: "id", value: (row) => row.id },
      ],
      style,
    );
    return next === null ? rows : `${rows}\n${style.color("dim", `More: --cursor ${next}`)}`;
  },
};

function onlyCounted(
  outcome: (typeof COUNTED)[number],
  { source, instance }: { source?: string | undefined; instance?: string | undefined },
  { store }: Services,
): ViceError {
  const fitting = store.deliveries
    .stats()
    .filter(
      (stat) => (source ?? stat.source) === stat.source && (instance ?? stat.instance) === stat.instance,
    );
  const number = fitting.reduce((sum, stat) => sum + stat[outcome], 0);
  return new ViceError("input.invalid", {
    message: `Deliveries that were ${outcome === "rejected" ? "rejected" : "sent again"} are counted, not kept: ${number} so far.`,
    hint: "By source, with the last reason: vice source list --json (GET /v1/sources).",
    count: number,
  });
}

const showInput = z.object({ id: z.string() });
const showOutput = z.strictObject({
  ...head,
  contentType: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable().describe("Raw; null when retention dropped it"),
});

export const showDelivery: Command<Services, typeof showInput, typeof showOutput> = {
  id: "data.delivery",
  words: null,
  part: "data",
  summary: "Show one delivery with its raw body.",
  examples: ["vice data delivery 0193f1c2-..."],
  effect: "read",
  positional: ["id"],
  input: showInput,
  output: showOutput,
  http: { method: "GET", path: "/v1/deliveries/:id" },
  run: ({ id: wanted }, { services }) => {
    const delivery = services.store.deliveries.get(wanted);
    if (delivery === null)
      throw new ViceError("not-found", {
        what: "delivery",
        name: wanted,
        hint: "List them: vice data deliveries",
      });
    const { id, source, instance, receivedAt, outcome, reason, verified, bytes, contentType, headers, body } =
      delivery;
    const text = body === null ? null : Buffer.from(body).toString("utf8");
    return {
      ...{ id, source, instance, receivedAt, outcome, reason, verified, bytes, contentType, headers },
      body: text,
    };
  },
  text: ({ id, source, outcome, reason, receivedAt, body }) =>
    [
      `${id}  ${source}  ${outcome}${reason === null ? "" : `: ${printable(reason)}`}  ${receivedAt}`,
      "",
      body?.split("\n").map(printable).join("\n") ?? "(the body was dropped by retention)",
    ].join("\n"),
};
