/** The deployments behind a DORA metric, one line each: `vice metrics rows`, `GET /v1/metrics/dora/rows`. */
import { z } from "zod";
import { changeTimes, countsChanges } from "../../../domain/metrics/changes.ts";
import { byDatadog } from "../../../domain/metrics/datadog.ts";
import { DORA_METRICS, type DoraMetric, type DoraRow, type DoraRule } from "../../../domain/metrics/dora.ts";
import { BITS } from "../../../domain/metrics/outcome.ts";
import { leadTimesOf } from "../../../domain/metrics/sums.ts";
import type { Command } from "../../../kit/command.ts";
import { count } from "../../../kit/count.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { doraFilters, inZone, periodOf, scopeOf } from "./input.ts";
import { sayTime } from "./say-dora.ts";

const input = z.object({
  metric: z.enum(DORA_METRICS),
  ...doraFilters,
  limit: z
    .int()
    .default(1000)
    .transform((limit) => Math.min(Math.max(limit, 1), 10_000))
    .describe("Deployments that are looked at, 1 to 10000"),
});
const item = z.strictObject({
  deployment: z.string().describe("Id of the deployment"),
  url: z.string(),
  at: z.string(),
  service: z.string().nullable(),
  environment: z.string().nullable(),
  release: z.string().nullable(),
  kind: z.string(),
  value: z
    .number()
    .nullable()
    .describe("Seconds, or 1 for what counts and 0 for what is only in the denominator; null = still open"),
  commit: z.string().nullable().describe("Whose lead time it is"),
  change: z
    .string()
    .nullable()
    .describe("Id of the merged change whose lead time it is, by a rule that counts changes"),
  commitFrom: z
    .string()
    .nullable()
    .describe(
      "Who told the deployed commit, where the tool that deployed did not: commit from the build of 1.2.3",
    ),
  because: z.array(z.string()).describe("Why it counts as failed or unplanned"),
});
export type DoraItem = z.output<typeof item>;
const output = z.strictObject({
  metric: z.enum(DORA_METRICS),
  from: z.string(),
  to: z.string(),
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
  run: (said, { services, now }) => {
    const given = inZone(said, services);
    const { metric, rule, limit } = given;
    const scope = scopeOf(given, services, now());
    const period = periodOf(given, now());
    const rows = services.store.dora.rows(scope, period, limit + 1, { changes: countsChanges(rule) });
    const shown = rows.slice(0, limit);
    const counted = needsWatch(metric) ? shown.filter(({ isWatched }) => isWatched) : shown;
    return {
      metric,
      from: new Date(period.fromMs).toISOString(),
      to: new Date(period.toMs).toISOString(),
      items: itemsOf(metric, rule, counted),
      truncated: rows.length > limit,
      unwatched: shown.length - counted.length,
    };
  },
  text: ({ items, metric, truncated, unwatched }, style) => {
    const left = unwatched === 0 ? [] : [style.color("dim", sayLeftOut(unwatched))];
    if (items.length === 0) return left[0] ?? "Nothing in this period. Take a longer one: --from 1y";
    const isTime = metric === "changeLeadTime" || metric === "failedDeploymentRecoveryTime";
    const list = table(
      items,
      [
        { title: "deployed", value: ({ at }) => `${at.slice(0, 10)} ${at.slice(11, 16)}` },
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
const needsWatch = (metric: DoraMetric): boolean => metric === "changeFailRate" || metric === "reworkRate";

const sayLeftOut = (unwatched: number): string =>
  `${count(unwatched, "deployment is", "deployments are")} left out: nobody watches their services, so nobody knows whether they failed.`;

function sayItem(value: number | null, isTime: boolean): string {
  if (value === null) return "open";
  return isTime ? sayTime(value) : String(value);
}

const has = (row: DoraRow, bit: keyof typeof BITS): boolean => (row.bits & BITS[bit]) !== 0;
const causes = ({ causes: all }: DoraRow): string[] => all.map(({ what, id }) => `${what} ${id.slice(0, 8)}`);
const incidentsOf = ({ incidents }: DoraRow): string[] => incidents.map(() => "incident");

type One = Pick<DoraItem, "value"> & Partial<Pick<DoraItem, "commit" | "because" | "commitFrom">>;
type Give = (row: DoraRow) => readonly One[];

const leads: Give = (row) =>
  row.leads.flatMap((lead) =>
    leadTimesOf({ atMs: row.atMs, leads: [lead] }).map((ms) => ({
      ...{ value: ms / 1000, commit: lead.sha, commitFrom: sayTeller(row) },
    })),
  );

const sayTeller = ({ commitFrom, release }: DoraRow): string | null =>
  commitFrom === null
    ? null
    : `commit from ${commitFrom === "deployment" ? "another deployment" : `the ${commitFrom}`} of ${release ?? "?"}`;

const flag = (is: boolean, because: string[] = []): readonly One[] => [
  { value: is ? 1 : 0, because: is ? because : [] },
];

const BY_VICE: Record<DoraMetric, Give> = {
  deploymentFrequency: (row) => (row.isFirstOfDelivery ? [{ value: 1 }] : []),
  changeLeadTime: leads,
  changeFailRate: (row) => (has(row, "change") ? flag(has(row, "failed"), causes(row)) : []),
  failedDeploymentRecoveryTime: (row) =>
    has(row, "failed")
      ? [{ value: row.recoveryMs === null ? null : row.recoveryMs / 1000, because: causes(row) }]
      : [],
  reworkRate: (row) => (has(row, "deployed") ? flag(has(row, "rework"), [row.kind]) : []),
};

/** What the other rules have in common: all successes, and what hurt. */
const byOthers = (hurts: (row: DoraRow) => boolean): Record<DoraMetric, Give> => ({
  deploymentFrequency: (row) => (has(row, "succeeded") ? [{ value: 1 }] : []),
  changeLeadTime: (row) => (has(row, "succeeded") ? leads(row) : []),
  changeFailRate: (row) =>
    has(row, "succeeded") ? flag(hurts(row), [...causes(row), ...incidentsOf(row)]) : [],
  failedDeploymentRecoveryTime: (row) =>
    row.incidents.map(({ endedMs }) => ({
      value: endedMs === null ? null : (endedMs - row.atMs) / 1000,
      because: ["incident"],
    })),
  reworkRate: () => [],
});

export function itemsOf(metric: DoraMetric, rule: DoraRule, rows: readonly DoraRow[]): DoraItem[] {
  if (metric === "changeLeadTime" && countsChanges(rule))
    return changeTimes(rule, rows).map(({ row, change, ms }) => ({
      ...{ ...common(row), change, value: ms / 1000, commit: null, because: [], commitFrom: sayTeller(row) },
    }));
  const failures = rule === "datadog" ? byDatadog(rows).failures : null;
  const hurts = (row: DoraRow): boolean => failures?.has(row.id) ?? row.incidents.length > 0;
  const give = rule === "vice" ? BY_VICE[metric] : byOthers(hurts)[metric];
  return rows.flatMap((row) =>
    give(row).map((one) => ({
      ...{ ...common(row), commit: null, change: null, commitFrom: null, because: [], ...one },
    })),
  );
}

const common = ({ id, atMs, service, environment, release, kind }: DoraRow) => ({
  deployment: id,
  url: `/v1/deployments/${id}`,
  at: new Date(atMs).toISOString(),
  service: service === "" ? null : service,
  environment: environment === "" ? null : environment,
  release,
  kind,
});
