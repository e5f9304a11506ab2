/** Which sources report, what came of it, and which could be connected. */
import { z } from "zod";
import { sayAgo } from "../../../kit/ago.ts";
import type { Command } from "../../../kit/command.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";

const counts = z.strictObject({
  accepted: z.int(),
  duplicate: z.int(),
  ignored: z.int(),
  unmapped: z.int(),
  rejected: z.int(),
});
const item = z.strictObject({
  source: z.string(),
  instance: z.string(),
  title: z.string(),
  lastDeliveryAt: z.string().nullable(),
  lastOutcome: z.string().nullable(),
  counts,
  secretSet: z.boolean(),
  unverified: z.int().describe("Deliveries taken without proof of origin"),
  lastRejection: z.strictObject({ at: z.string(), reason: z.string() }).nullable(),
  services: z.array(z.string()).describe("Names last seen"),
  backfill: z.strictObject({ progress: z.number(), state: z.string() }).nullable(),
});
const output = z.strictObject({
  items: z.array(item),
  catalog: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      setup: z.array(z.string()),
      schemes: z.array(z.string()),
    }),
  ),
});
const input = z.object({});
type Item = z.input<typeof item>;

const NAMES_SHOWN = 5;

export const listSources: Command<Services, typeof input, typeof output> = {
  id: "source.list",
  words: ["source", "list"],
  part: "data",
  summary: "List the tools that report, when they last did, and what came of it.",
  examples: ["vice source list"],
  effect: "read",
  positional: [],
  input,
  output,
  list: "items",
  http: { method: "GET", path: "/v1/sources" },
  run: async (_, { services }) => {
    const catalog = await Promise.all(services.sources.names().map((name) => services.sources.get(name)));
    const known = catalog.filter((source) => source !== null);
    const titles = new Map(known.map((source) => [source.name, source.title]));
    const reported = services.store.names.reported();
    const items = services.store.deliveries.stats().map((stat): Item => {
      const {
        source,
        instance,
        accepted,
        duplicate,
        ignored,
        unmapped,
        rejected,
        unverified,
        lastDeliveryAt,
        lastOutcome,
        lastRejection,
      } = stat;
      const seen = reported.filter(
        (each) => each.source === source && (instance === "" || each.instance === instance),
      );
      return {
        ...{ source, instance, lastDeliveryAt, lastOutcome, unverified, lastRejection },
        title: titles.get(source) ?? (source === "local" ? "Local actions" : source),
        counts: { accepted, duplicate, ignored, unmapped, rejected },
        secretSet: services.sources.instance(source, instance === "" ? null : instance).secrets.length > 0,
        services: [...new Set(seen.map((each) => each.service ?? each.name))].slice(0, NAMES_SHOWN),
        backfill: backfillOf(services, source, instance),
      };
    });
    return {
      items,
      catalog: known.map(({ name, title, setup, schemes }) => ({
        name,
        title,
        setup: [...setup],
        schemes: schemes.map((scheme) => scheme.type),
      })),
    };
  },
  text: ({ items }, style) => {
    if (items.length === 0) return "No tool has reported yet. Connect one: vice source connect github";
    return table(
      items,
      [
        { title: "source", value: (row) => row.title },
        { title: "instance", value: (row) => row.instance || "-", flexible: true },
        {
          title: "last",
          value: (row) => (row.lastDeliveryAt === null ? "never" : sayAgo(row.lastDeliveryAt, style.nowMs)),
        },
        { title: "accepted", value: (row) => String(row.counts.accepted), align: "right" },
        { title: "duplicate", value: (row) => String(row.counts.duplicate), align: "right" },
        { title: "ignored", value: (row) => String(row.counts.ignored), align: "right" },
        { title: "unmapped", value: (row) => String(row.counts.unmapped), align: "right" },
        { title: "rejected", value: (row) => String(row.counts.rejected), align: "right" },
        { title: "secret", value: (row) => (row.secretSet ? "yes" : "no") },
      ],
      style,
    );
  },
};

const progressSchema = z.looseObject({ progress: z.number(), state: z.string() });

/** What the poll worker notes of its progress. */
function backfillOf(services: Services, source: string, instance: string): Item["backfill"] {
  const noted = progressSchema.safeParse(
    services.store.state.get("backfill", `${source}/${instance}`)?.value,
  );
  return noted.success ? { progress: noted.data.progress, state: noted.data.state } : null;
}
