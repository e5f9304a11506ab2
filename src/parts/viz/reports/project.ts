/** The report of a project, a service or a selection by name: what runs, the last deployments, success rate, usual duration. */
import { z } from "zod";
import type { Activity } from "../../../domain/activity.ts";
import { activitySchema } from "../../../domain/activity-schema.ts";
import type { Block } from "../../../domain/chart/document.ts";
import { compare } from "../../../domain/promotion.ts";
import { quantile } from "../../../domain/quantile.ts";
import { sayAgo } from "../../../kit/ago.ts";
import { count } from "../../../kit/count.ts";
import { sayDuration } from "../../../kit/duration.ts";
import type { Page } from "../../../ports/page.ts";
import type { ActivityFilter } from "../../../ports/read-models.ts";
import { filesInput } from "../../config/index.ts";
import { deployments } from "../history.ts";
import { reportSubject } from "../report-subject.ts";
import { sayActor, sayRelease, sayStatus, sayTool } from "../say.ts";
import { status, statusItemSchema } from "../status.ts";
import { reportKind } from "./kind.ts";

/** The newest deployments that the figures are taken from. */
const SAMPLE = 1000;
const SHOWN = 10;
const DAY = 86_400_000;

const input = z.object({
  subject: z.string().describe("What the report is about, for the kinds that need it"),
  ...filesInput,
  days: z.int().min(1).max(3650).default(90).describe("Days that are counted"),
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
type Data = z.output<typeof output>;

export const projectReport = reportKind({
  name: "project",
  about: "A project, a service or a selection: what runs, the last deployments, success rate, usual duration",
  input,
  subject: "NAME",
  output,
  data: ({ subject, files, days }, { services, now }) => {
    const nowMs = now();
    const { kind, name, filters } = reportSubject(subject, files, services, nowMs);
    const { read } = services.store;
    const newest = (more: ActivityFilter, limit: number): Page<Activity> => {
      const pages = filters.map((filter) =>
        read.activities({ kind: "deployment", ...filter, ...more }, limit, null, nowMs),
      );
      const items = pages.flatMap((page) => page.items).sort(newestFirst);
      const next = pages.find((page) => page.next !== null)?.next ?? null;
      return { items: items.slice(0, limit), next: items.length > limit ? "more" : next };
    };
    const sample = newest({ sinceMs: nowMs - days * DAY }, SAMPLE);
    return {
      ...{ project: name, kind, days },
      running: filters.flatMap((filter) => read.status(filter, nowMs)),
      recent: newest({}, SHOWN).items,
      figures: { ...figures(sample.items), sampled: sample.next !== null },
    };
  },
  text: ({ project, days, running, recent, figures: found }, style) => {
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
      sayFigures(days, found),
    ].join("\n");
  },
  render: ({ project, days, running, recent, figures: found }, { nowMs }) => ({
    title: project,
    summary: sayFigures(days, found),
    blocks: [figuresOf(found, days), runningOf(running, nowMs), recentOf(recent, nowMs)],
  }),
});

const newestFirst = (a: Activity, b: Activity): number =>
  compare(b.occurredAt, a.occurredAt) || compare(b.id, a.id);

function sayFigures(days: number, found: Data["figures"]): string {
  const rate =
    found.successRate === null
      ? "no ended deployments"
      : `${(found.successRate * 100).toFixed(1)} % succeeded (${found.succeeded} of ${found.succeeded + found.failed})`;
  const { p50, p95 } = found.durationMs;
  const usual =
    p50 === null
      ? "duration not known"
      : `usually ${sayDuration(p50)}, 95 % within ${sayDuration(p95 ?? p50)}`;
  return `Last ${days} days: ${count(found.attempts, "deployment")}, ${rate}, ${usual}.`;
}

function figuresOf(
  { attempts, successRate, durationMs: { p50, p95 } }: Data["figures"],
  days: number,
): Block {
  const reason = `no deployment ended in ${days} days`;
  const unknown = "no duration is known";
  return {
    kind: "figures",
    figures: [
      { label: "Deployments", value: attempts, unit: "count", note: `in ${days} days` },
      { label: "Succeeded", value: successRate, unit: "ratio", reason },
      { label: "Usual duration", value: p50, unit: "ms", reason: unknown },
      { label: "95 % within", value: p95, unit: "ms", reason: unknown },
    ],
  };
}

const runningOf = (running: Data["running"], nowMs: number): Block => ({
  kind: "table",
  title: "What runs",
  empty: "Nothing is known to run.",
  table: {
    columns: ["service", "environment", "version", "since", "by", "tool"].map((title) => ({ title })),
    rows: running.map(({ service, environment, running: now }) => [
      ...[service ?? "–", environment ?? "–", sayRelease(now)],
      ...(now === null ? ["–", "–", "–"] : [sayAgo(now.occurredAt, nowMs), sayActor(now), sayTool(now)]),
    ]),
  },
});

const recentOf = (recent: Data["recent"], nowMs: number): Block => ({
  kind: "table",
  title: "Last deployments",
  table: {
    columns: [
      ...["when", "service", "environment", "version", "status"].map((title) => ({ title })),
      { title: "took", align: "right" as const },
      { title: "by" },
    ],
    rows: recent.map((each) => [
      ...[sayAgo(each.occurredAt, nowMs), each.service ?? "–", each.environment ?? "–"],
      ...[sayRelease(each), sayStatus(each)],
      ...[each.durationMs === null ? "–" : sayDuration(each.durationMs), sayActor(each)],
    ]),
  },
});

/** The counts and usual durations of what counts as an attempt. */
export function figures(items: readonly Activity[]): Omit<Data["figures"], "sampled"> {
  const counted = items.filter(
    (each) =>
      each.primaryId === null && each.deploymentKind !== "config" && each.deploymentKind !== "teardown",
  );
  const countOf = (status: Activity["status"]): number =>
    counted.filter((each) => each.status === status).length;
  const [succeeded, failed, canceled] = [countOf("succeeded"), countOf("failed"), countOf("canceled")];
  const durations = counted.filter((each) => each.status === "succeeded").map((each) => each.durationMs);
  const known = durations.filter((ms) => ms !== null);
  return {
    attempts: succeeded + failed + canceled,
    ...{ succeeded, failed, canceled },
    successRate: succeeded + failed === 0 ? null : succeeded / (succeeded + failed),
    durationMs: { p50: quantile(known, 0.5), p95: quantile(known, 0.95) },
  };
}
