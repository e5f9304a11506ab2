/** The deployments behind a DORA metric, one line each: `vice metrics rows`, `GET /v1/metrics/dora/rows`. */
import { z } from "zod";
import { minuteOf } from "../../../domain/metrics/buckets.ts";
import type { Command } from "../../../kit/command.ts";
import { count } from "../../../kit/count.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { doraFilters, inZone, periodOf, scopeOf } from "./input.ts";
import { readRows } from "./read-rows.ts";
import { item, itemsOf, WITH_ROWS, type WithRows } from "./row-items.ts";
import { sayTime } from "./say-dora.ts";

const input = z.object({
  metric: z.enum(WITH_ROWS),
  ...doraFilters,
  limit: z
    .int()
    .default(1000)
    .transform((limit) => Math.min(Math.max(limit, 1), 10_000))
    .describe("Deployments that are looked at, 1 to 10000"),
});
const output = z.strictObject({
  metric: z.enum(WITH_ROWS),
  from: z.string(),
  to: z.string(),
  tz: z.string().describe("Time zone in which people are told of these moments, as the number was counted"),
  items: z.array(item),
  truncated: z.boolean().describe("There are more than the limit"),
  unwatched: z.int().describe("Deployments that are left out, because nobody watches their services"),
});

export const doraRows: Command<Services, typeof input, typeof output> = {
  id: "viz.dora-rows",
  words: ["metrics", "rows"],
  part: "viz",
  summary: "List the deployments that a DORA metric was made from, and why each counts.",
  examples: [
    "vice metrics rows changeFailRate shop",
    "vice metrics rows changeLeadTime shop --from 30d --csv",
  ],
  effect: "read",
  positional: ["metric", "service"],
  input,
  output,
  list: "items",
  http: { method: "GET", path: "/v1/metrics/dora/rows" },
  run: async (said, { services, now }) => {
    const given = inZone(said, services);
    const { metric, rule, limit } = given;
    const scope = scopeOf(given, services, now());
    const period = periodOf(given, now());
    const rows = await readRows(services.store.dora, scope, { rule, period, limit: limit + 1 });
    const shown = rows.slice(0, limit);
    const counted = needsWatch(metric) ? shown.filter(({ isWatched }) => isWatched) : shown;
    return {
      metric,
      from: new Date(period.fromMs).toISOString(),
      to: new Date(period.toMs).toISOString(),
      tz: given.tz,
      items: itemsOf(metric, rule, counted),
      truncated: rows.length > limit,
      unwatched: shown.length - counted.length,
    };
  },
  text: ({ items, metric, truncated, unwatched, tz }, style) => {
    const left = unwatched === 0 ? [] : [style.color("dim", sayLeftOut(unwatched))];
    if (items.length === 0) return left[0] ?? "Nothing in this period. Take a longer one: --from 1y";
    const isTime = TIMES.has(metric);
    const list = table(
      items,
      [
        { title: `deployed (${tz})`, value: ({ at }) => minuteOf(Date.parse(at), tz) },
        { title: "service", value: ({ service }) => service ?? "-", flexible: true },
        { title: "environment", value: ({ environment }) => environment ?? "-", flexible: true },
        { title: "release", value: ({ release }) => release ?? "-", flexible: true },
        { title: "value", value: ({ value }) => sayItem(value, isTime), align: "right" },
        { title: "commit", value: ({ commit, change }) => (commit ?? change)?.slice(0, 8) ?? "" },
        {
          title: "because",
          value: ({ because, commitFrom }) =>
            [...because, ...(commitFrom === null ? [] : [commitFrom])].join(", "),
          flexible: true,
        },
        { title: "id", value: ({ deployment }) => deployment.slice(0, 8) },
      ],
      style,
    );
    const more = truncated ? [style.color("dim", "There are more: --limit 10000")] : [];
    return [list, ...more, ...left].join("\n");
  },
};

/** Shares of what failed: without anybody who watches, no failure is none. */
const needsWatch = (metric: WithRows): boolean => metric === "changeFailRate" || metric === "reworkRate";

const sayLeftOut = (unwatched: number): string =>
  `${count(unwatched, "deployment is", "deployments are")} left out: nobody watches their services, so nobody knows whether they failed.`;

const TIMES: ReadonlySet<WithRows> = new Set([
  "changeLeadTime",
  "failedDeploymentRecoveryTime",
  "timeToDetect",
]);

function sayItem(value: number | null, isTime: boolean): string {
  if (value === null) return "open";
  return isTime ? sayTime(value) : String(value);
}
