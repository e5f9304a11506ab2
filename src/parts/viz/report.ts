/** A project or a dashboard at a glance: what runs, the last deployments, success rate, usual duration. `vice report NAME`. */
import { z } from "zod";
import type { Activity } from "../../domain/activity.ts";
import { activitySchema } from "../../domain/activity-schema.ts";
import { compare } from "../../domain/promotion.ts";
import { quantile } from "../../domain/quantile.ts";
import type { Command } from "../../kit/command.ts";
import { count } from "../../kit/count.ts";
import { sayDuration } from "../../kit/duration.ts";
import type { Services } from "../../ports/services.ts";
import type { ActivityFilter, Page } from "../../ports/store.ts";
import { filesInput } from "../config/index.ts";
import { deployments } from "./history.ts";
import { reportSubject } from "./report-subject.ts";
import { status, statusItemSchema } from "./status.ts";

/** The newest deployments that the figures are taken from. */
const SAMPLE = 1000;
const SHOWN = 10;

const input = z.object({
  project: z.string().describe("Project, service or saved dashboard; all = everything"),
  ...filesInput,
  days: z.int().min(1).max(3650).default(90),
});
const output = z.strictObject({
  project: z.string(),
  kind: z.enum(["project", "service", "dashboard"]),
  days: z.int(),
  running: z.array(statusItemSchema),
  recent: z.array(activitySchema),
  figures: z.strictObject({
    attempts: z
      .int()
      .describe("Ended deployments in these days; config changes and second reports not counted"),
    succeeded: z.int(),
    failed: z.int(),
    canceled: z.int(),
    successRate: z.number().nullable().describe("succeeded / (succeeded + failed); null without any"),
    durationMs: z.strictObject({ p50: z.number().nullable(), p95: z.number().nullable() }),
    sampled: z.boolean().describe(`Whether only the newest ${SAMPLE} were looked at`),
  }),
});

export const report: Command<Services, typeof input, typeof output> = {
  id: "viz.report",
  words: ["report"],
  part: "viz",
  summary:
    "Report on a project, a service or a saved dashboard: what runs, last deployments, success rate, usual duration.",
  examples: ["vice report shop", "vice gluttony report shop --json", "vice report all"],
  effect: "read",
  positional: ["project"],
  input,
  output,
  http: { method: "GET", path: "/v1/report/:project" },
  run: ({ project, files, days }, { services, now }) => {
    const nowMs = now();
    const { kind, name, filters } = reportSubject(project, files, services, nowMs);
    const { read } = services.store;
    const newest = (more: ActivityFilter, limit: number): Page<Activity> => {
      const pages = filters.map((filter) =>
        read.activities({ kind: "deployment", ...filter, ...more }, limit, null, nowMs),
      );
      const items = pages.flatMap((page) => page.items).sort(newestFirst);
      const next = pages.find((page) => page.next !== null)?.next ?? null;
      return { items: items.slice(0, limit), next: items.length > limit ? "more" : next };
    };
    const sample = newest({ sinceMs: nowMs - days * 86_400_000 }, SAMPLE);
    return {
      ...{ project: name, kind, days },
      running: filters.flatMap((filter) => read.status(filter, nowMs)),
      recent: newest({}, SHOWN).items,
      figures: { ...figures(sample.items), sampled: sample.next !== null },
    };
  },
  text: ({ project, days, running, recent, figures: f }, style) => {
    const rate =
      f.successRate === null
        ? "no ended deployments"
        : `${(f.successRate * 100).toFixed(1)} % succeeded (${f.succeeded} of ${f.succeeded + f.failed})`;
    const { p50, p95 } = f.durationMs;
    const usual =
      p50 === null
        ? "duration not known"
        : `usually ${sayDuration(p50)}, 95 % within ${sayDuration(p95 ?? p50)}`;
    const what =
      running.length === 0
        ? "Nothing is known to run."
        : status.text({ items: running, environments: [] }, style);
    return [
      style.color("bold", project),
      what,
      "",
      deployments.text({ items: recent, next: null }, style),
      "",
      `Last ${days} days: ${count(f.attempts, "deployment")}, ${rate}, ${usual}.`,
    ].join("\n");
  },
};

const newestFirst = (a: Activity, b: Activity): number =>
  compare(b.occurredAt, a.occurredAt) || compare(b.id, a.id);

function figures(items: readonly Activity[]): Omit<z.output<typeof output>["figures"], "sampled"> {
  const counted = items.filter(
    (each) =>
      each.primaryId === null && each.deploymentKind !== "config" && each.deploymentKind !== "teardown",
  );
  const count = (status: Activity["status"]): number =>
    counted.filter((each) => each.status === status).length;
  const [succeeded, failed, canceled] = [count("succeeded"), count("failed"), count("canceled")];
  const durations = counted.filter((each) => each.status === "succeeded").map((each) => each.durationMs);
  const known = durations.filter((ms) => ms !== null);
  return {
    attempts: succeeded + failed + canceled,
    succeeded,
    failed,
    canceled,
    successRate: succeeded + failed === 0 ? null : succeeded / (succeeded + failed),
    durationMs: { p50: quantile(known, 0.5), p95: quantile(known, 0.95) },
  };
}
