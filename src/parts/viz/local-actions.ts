/** The inventory of local actions: what people run by hand, how often, how long, and whether it works. */
import { z } from "zod";
import type { Activity } from "../../domain/activity.ts";
import { quantile } from "../../domain/quantile.ts";
import { sayAgo } from "../../kit/ago.ts";
import type { Command } from "../../kit/command.ts";
import { sayDuration } from "../../kit/duration.ts";
import { table } from "../../kit/table.ts";
import type { Services } from "../../ports/services.ts";

/** The newest local activities that the inventory is made from. */
const SAMPLE = 10_000;

const input = z.object({ service: z.string().optional() });
const item = z.strictObject({
  name: z.string(),
  service: z.string().nullable(),
  runs: z.int(),
  failed: z.int(),
  lastAt: z.string(),
  lastStatus: z.string().nullable(),
  owner: z.string().nullable().describe("Who ran it most often"),
  p50Ms: z.number().nullable().describe("Usual duration in milliseconds"),
});
const output = z.strictObject({
  items: z.array(item),
  sampled: z.boolean().describe(`Whether only the newest ${SAMPLE} were looked at`),
});

export const localActions: Command<Services, typeof input, typeof output> = {
  id: "viz.local-actions",
  words: null,
  part: "viz",
  summary: "List the distinct actions that are run on laptops and by scripts, with owner and last run.",
  examples: ["vice viz local-actions", "vice viz local-actions --json"],
  effect: "read",
  positional: [],
  input,
  output,
  list: "items",
  http: { method: "GET", path: "/v1/local-actions" },
  run: ({ service }, { services, now }) => {
    const groups = new Map<string, Activity[]>();
    let cursor: string | null = null;
    let seen = 0;
    do {
      const page = services.store.read.activities({ source: "local", service }, 1000, cursor, now());
      for (const activity of page.items) {
        const key = `${activity.tags["name"] ?? activity.kind}\n${activity.service ?? ""}`;
        groups.set(key, [...(groups.get(key) ?? []), activity]);
      }
      seen += page.items.length;
      cursor = page.next;
    } while (cursor !== null && seen < SAMPLE);
    return {
      items: [...groups.values()].map(summarise).sort((a, b) => (a.lastAt < b.lastAt ? 1 : -1)),
      sampled: cursor !== null,
    };
  },
  text: ({ items }, style) => {
    if (items.length === 0) return "No local action was recorded yet. Try: vice run -- make deploy";
    return table(
      items,
      [
        { title: "action", value: (row) => row.name, flexible: true },
        { title: "service", value: (row) => row.service ?? "-", flexible: true },
        { title: "runs", value: (row) => String(row.runs), align: "right" },
        { title: "failed", value: (row) => String(row.failed), align: "right" },
        {
          title: "usually",
          value: (row) => (row.p50Ms === null ? "-" : sayDuration(row.p50Ms)),
          align: "right",
        },
        { title: "last", value: (row) => sayAgo(row.lastAt, style.nowMs) },
        { title: "by", value: (row) => row.owner ?? "-", flexible: true },
      ],
      style,
    );
  },
};

/** @param runs newest first, at least one */
function summarise(runs: readonly Activity[]): z.output<typeof item> {
  const newest = runs[0];
  const durations = runs.map((run) => run.durationMs).filter((ms) => ms !== null);
  return {
    name: newest?.tags["name"] ?? newest?.kind ?? "unknown",
    service: newest?.service ?? null,
    runs: runs.length,
    failed: runs.filter((run) => run.status === "failed").length,
    lastAt: newest?.occurredAt ?? "",
    lastStatus: newest?.status ?? null,
    owner: mostFrequent(runs.map((run) => run.actor?.login ?? run.actor?.name ?? null)),
    p50Ms: quantile(durations, 0.5),
  };
}

function mostFrequent(values: ReadonlyArray<string | null>): string | null {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}
