/** `vice data reprocess`: reads raw deliveries again with today's adapters and mappings; what differs is appended. */
import { z } from "zod";
import type { CommandContext } from "../../../kit/command.ts";
import type { DeliveryFilter } from "../../../ports/deliveries.ts";
import type { Reprocessed } from "../../../ports/maintenance.ts";
import type { Services } from "../../../ports/services.ts";
import { dataCommand } from "../define-command.ts";
import { readAgain, SKIPPED, type Skipped } from "./read-again.ts";

/** Deliveries that are read and written together; their bodies are in memory at once. */
const CHUNK = 25;

const input = z.object({
  source: z.string().optional().describe("Only deliveries of this source"),
  instance: z.string().optional().describe("Only of this instance"),
  outcome: z.enum(["accepted", "ignored", "unmapped"]).optional().describe("Only those that came out so"),
  dryRun: z.boolean().default(false).describe("Only count what would change"),
});

const output = z.strictObject({
  deliveries: z.int().describe("How many were looked at"),
  changed: z.int().describe("How many say something else now"),
  newlyMapped: z.int().describe("Of these, how many were not understood before"),
  skipped: z
    .strictObject({ bodyDropped: z.int(), fetched: z.int(), unknownSource: z.int(), unreadable: z.int() })
    .describe(
      "Body dropped by retention; fetched by vice itself; no such source any more; read once and not any more",
    ),
  dryRun: z.boolean(),
});
type Output = z.output<typeof output>;

export const reprocess = dataCommand({
  id: "data.reprocess",
  words: null,
  part: "data",
  summary:
    "Read raw deliveries again with today's adapters, mappings and options. Nothing is edited, ids stay; run it again at will.",
  examples: [
    "vice data reprocess --outcome unmapped",
    "vice data reprocess --source jenkins --dry-run",
    "vice greed reprocess",
  ],
  effect: "write",
  scope: "admin",
  positional: [],
  input,
  output,
  run: async ({ dryRun, ...filter }, ctx) => {
    const sum = await walk(filter, dryRun, ctx);
    if (!dryRun) await ctx.services.log.settled(ctx.progress);
    return sum;
  },
  text: ({ deliveries, changed, newlyMapped, skipped, dryRun }) => {
    const found = `${deliveries} deliveries read again: ${changed} ${dryRun ? "would say" : "say"} something else, ${newlyMapped} of them ${dryRun ? "would be" : "are"} newly understood.`;
    const left = SKIPPED.flatMap((why) => (skipped[why] === 0 ? [] : [`${skipped[why]} ${SAY[why]}`]));
    const lines = left.length === 0 ? [found] : [found, `Left as they are: ${left.join(", ")}.`];
    return [...lines, ...(dryRun ? ["Nothing was changed."] : [])].join("\n");
  },
});

const SAY: Readonly<Record<Skipped, string>> = {
  bodyDropped: "whose body was dropped by retention",
  fetched: "that vice fetched itself",
  unknownSource: "whose source is no longer there",
  unreadable: "that were understood once and are not any more",
};

/** Stops between chunks when asked to; what is done stays done. */
async function walk(
  filter: DeliveryFilter,
  dryRun: boolean,
  { services, progress, signal }: CommandContext<Services>,
): Promise<Output> {
  const { deliveries, maintenance } = services.store;
  const total = Math.max(1, maintenance.health().deliveries);
  const skipped = { bodyDropped: 0, fetched: 0, unknownSource: 0, unreadable: 0 };
  const sum = { deliveries: 0, changed: 0, newlyMapped: 0, skipped, dryRun };
  let after = 0;
  for (;;) {
    signal.throwIfAborted();
    const chunk = deliveries.walk(filter, after, CHUNK);
    const last = chunk.at(-1);
    if (last === undefined) return sum;
    const read = await Promise.all(chunk.map((each) => readAgain(each, services)));
    for (const each of read) if (typeof each === "string") skipped[each] += 1;
    const again = read.filter((each): each is Reprocessed => typeof each !== "string");
    const differs = maintenance.supersede(again, !dryRun);
    const changed = again.filter((_, at) => differs[at]);
    sum.deliveries += chunk.length;
    sum.changed += changed.length;
    sum.newlyMapped += changed.filter(
      (each) => each.delivery.outcome !== "accepted" && each.outcome === "accepted",
    ).length;
    after = last.n;
    progress(after / total, "reading deliveries again");
    await new Promise((resolve) => setImmediate(resolve));
  }
}
