/** What a deployment gives to each metric, by each rule, as the rows behind a number list it. */
import { z } from "zod";
import { changeTimes, countsChanges } from "../../../domain/metrics/changes.ts";
import { byDatadog } from "../../../domain/metrics/datadog.ts";
import { isDetection, secondsToDetect, secondsToTell } from "../../../domain/metrics/detect.ts";
import { DORA_METRICS, type DoraMetric, type DoraRow, type DoraRule } from "../../../domain/metrics/dora.ts";
import { BITS } from "../../../domain/metrics/outcome.ts";
import { leadTimesOf } from "../../../domain/metrics/sums.ts";

/** What has rows: the five metrics, and the time to detect beside them. */
export const WITH_ROWS = [...DORA_METRICS, "timeToDetect"] as const;
export type WithRows = (typeof WITH_ROWS)[number];

export const item = z.strictObject({
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
  toldAfter: z.number().nullable().describe("Seconds until the incident was told, where its tool says when"),
  commitFrom: z
    .string()
    .nullable()
    .describe(
      "Who told the deployed commit, where the tool that deployed did not: commit from the build of 1.2.3",
    ),
  because: z.array(z.string()).describe("Why it counts as failed or unplanned"),
});
export type DoraItem = z.output<typeof item>;

const has = (row: DoraRow, bit: keyof typeof BITS): boolean => (row.bits & BITS[bit]) !== 0;
const causes = ({ causes: all }: DoraRow): string[] => all.map(({ what, id }) => `${what} ${id.slice(0, 8)}`);
const incidentsOf = ({ incidents }: DoraRow): string[] => incidents.map(() => "incident");

type One = Pick<DoraItem, "value"> &
  Partial<Pick<DoraItem, "commit" | "because" | "commitFrom" | "toldAfter">>;
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

/** By every rule: an incident belongs to the deployment that it is linked to. */
const detections: Give = (row) =>
  row.incidents
    .filter(({ beganMs }) => isDetection({ atMs: row.atMs, beganMs }))
    .map(({ id, beganMs, toldMs }) => ({
      value: secondsToDetect({ atMs: row.atMs, beganMs }),
      toldAfter: secondsToTell({ atMs: row.atMs, toldMs }),
      because: [`incident ${id.slice(0, 8)}`],
    }));

export function itemsOf(metric: WithRows, rule: DoraRule, rows: readonly DoraRow[]): DoraItem[] {
  if (metric === "changeLeadTime" && countsChanges(rule))
    return changeTimes(rule, rows).map(({ row, change, ms }) => ({
      ...{ ...common(row), change, value: ms / 1000, commitFrom: sayTeller(row) },
    }));
  const failures = rule === "datadog" ? byDatadog(rows).failures : null;
  const hurts = (row: DoraRow): boolean => failures?.has(row.id) ?? row.incidents.length > 0;
  const by = rule === "vice" ? BY_VICE : byOthers(hurts);
  const give = metric === "timeToDetect" ? detections : by[metric];
  return rows.flatMap((row) => give(row).map((one) => ({ ...common(row), ...one })));
}

const common = ({ id, atMs, service, environment, release, kind }: DoraRow) => ({
  deployment: id,
  url: `/v1/deployments/${id}`,
  at: new Date(atMs).toISOString(),
  service: service === "" ? null : service,
  environment: environment === "" ? null : environment,
  release,
  kind,
  ...{ commit: null, change: null, commitFrom: null, toldAfter: null, because: [] },
});
