/** `vice auto schedule`: when pipelines are carried out by themselves; and pause and resume of one. */
import { z } from "zod";
import { foldName } from "../../../domain/fold-name.ts";
import { RUN_STATUSES } from "../../../domain/pipeline/run-state.ts";
import { EVERYTHING } from "../../../domain/rules/scope.ts";
import { sayAgo } from "../../../kit/ago.ts";
import type { CommandContext, TextStyle } from "../../../kit/command.ts";
import { nextMoment } from "../../../kit/cron-moments.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { requireRole } from "../../config/index.ts";
import { autoCommand } from "../define-command.ts";
import {
  type KnownSchedule,
  keepState,
  knownSchedules,
  type ScheduleState,
  stateOf,
} from "../schedule/known-schedules.ts";

const common = { words: null, part: "auto" } as const;

const view = z.strictObject({
  id: z.string().describe("PROJECT/NAME, of a service PROJECT/SERVICE/NAME"),
  project: z.string(),
  service: z.string().nullable(),
  cron: z.string(),
  timeZone: z.string(),
  missed: z.string(),
  overlap: z.string(),
  inputs: z.record(z.string(), z.string()),
  next: z.string().nullable().describe("When it runs next; null = paused, or never again"),
  waiting: z.int().describe("Runs that are still to be started"),
  last: z
    .strictObject({ at: z.string(), run: z.string(), status: z.enum(RUN_STATUSES).nullable() })
    .nullable()
    .describe("The newest run, and the moment that it is for"),
  left: z
    .strictObject({ at: z.string(), why: z.string() })
    .nullable()
    .describe("The newest moment for which there is no run"),
  paused: z.strictObject({ by: z.string(), at: z.string(), reason: z.string() }).nullable(),
});
type View = z.output<typeof view>;

const iso = (ms: number): string => new Date(ms).toISOString();

function viewOf(schedule: KnownSchedule, { services, now }: CommandContext<Services>): View {
  const { id, of, spec } = schedule;
  const { project, service } = of;
  const { cron, timeZone, missed, overlap, inputs } = spec;
  const { last, left, paused, queue } = stateOf(schedule, services, now());
  const next = paused === null ? nextMoment(spec, now()) : null;
  const status = last === null ? null : (services.store.runs.get(last.runId)?.head.status ?? null);
  return {
    ...{ id, project, service, cron, timeZone, missed, overlap, inputs, waiting: queue.length, paused },
    next: next === null ? null : iso(next),
    last: last === null ? null : { at: iso(last.momentMs), run: last.runId, status },
    left: left === null ? null : { at: iso(left.momentMs), why: left.why },
  };
}

export const listSchedules = autoCommand({
  ...common,
  id: "auto.schedule",
  effect: "read",
  summary: "List the schedules of registered pipelines, with their next and last runs.",
  examples: ["vice auto schedule", "vice auto schedule shop --json"],
  http: { method: "GET", path: "/v1/schedules" },
  list: "items",
  positional: ["project"],
  input: z.object({ project: z.string().optional().describe("Project or service") }),
  output: z.strictObject({ items: z.array(view) }),
  run: ({ project }, ctx) => {
    const wanted = project === undefined ? null : foldName(project);
    const isWanted = ({ of }: KnownSchedule): boolean =>
      wanted === null || foldName(of.project) === wanted || foldName(of.name) === wanted;
    return {
      items: knownSchedules(ctx.services)
        .filter(isWanted)
        .map((each) => viewOf(each, ctx)),
    };
  },
  text: ({ items }, style) =>
    items.length === 0
      ? "No registered pipeline has a schedule. Write schedule: into pipeline: of vice.yaml, then: vice project register"
      : sayAll(items, style),
});

function sayAll(items: readonly View[], style: TextStyle): string {
  const when = (at: string | null | undefined): string => (at == null ? "" : sayAgo(at, style.nowMs));
  const rows = table(
    items,
    [
      { title: "schedule", value: ({ id }: View) => id },
      { title: "cron", value: ({ cron }) => cron },
      { title: "time zone", value: ({ timeZone }) => timeZone },
      { title: "next", value: ({ next, paused }) => (paused === null ? (next ?? "never") : "paused") },
      { title: "last", value: ({ last }) => when(last?.at) },
      { title: "status", value: ({ last }) => last?.status ?? "" },
      { title: "", value: sayDetail, flexible: true },
    ],
    style,
  );
  return rows;
}

function sayDetail({ paused, left, last, waiting }: View): string {
  if (paused !== null) return `paused by ${paused.by}: ${paused.reason}`;
  if (waiting > 0) return `${waiting} waiting`;
  return left !== null && (last === null || left.at > last.at) ? `not at ${left.at}: ${left.why}` : "";
}

const turning = (verb: "pause" | "resume", summary: string, change: Change) =>
  autoCommand({
    ...common,
    id: `auto.schedule.${verb}`,
    effect: "write",
    scope: "deploy",
    summary,
    examples: [`vice auto schedule ${verb} shop/nightly --reason "the supplier is closed"`],
    positional: ["schedule"],
    input: z.object({
      schedule: z.string().trim().min(1).describe("As the list names it: shop/nightly"),
      reason: z.string().trim().min(1).max(500).describe("Why; it stands in the log"),
    }),
    output: view,
    run: (given, ctx) => {
      const schedule = scheduleNamed(given.schedule, ctx);
      requireRole(ctx, "deployer", { ...EVERYTHING, service: schedule.of.name });
      const before = stateOf(schedule, ctx.services, ctx.now());
      const after = change(before, { by: ctx.principal.id, at: iso(ctx.now()), reason: given.reason });
      if (after === null) {
        const message = `The schedule ${schedule.id} is ${before.paused === null ? "not " : ""}paused. Nothing was changed.`;
        throw new ViceError("conflict", { message, hint: "See: vice auto schedule" });
      }
      keepState(schedule.id, after, ctx.services, ctx.now());
      return viewOf(schedule, ctx);
    },
    text: ({ id, next, paused }) =>
      paused === null ? `${id} runs next at ${next ?? "no time"}.` : `${id} is paused: ${paused.reason}`,
  });

type Change = (
  before: ScheduleState,
  said: { by: string; at: string; reason: string },
) => ScheduleState | null;

export const pauseSchedule = turning(
  "pause",
  "Start nothing more by a schedule; what runs goes on.",
  (before, said) => (before.paused === null ? { ...before, paused: said, queue: [] } : null),
);

export const resumeSchedule = turning(
  "resume",
  "Go on with a paused schedule; what fell into the pause is left out.",
  (before, { at }) =>
    before.paused === null ? null : { ...before, paused: null, queue: [], seenMs: Date.parse(at) },
);

function scheduleNamed(given: string, { services }: CommandContext<Services>): KnownSchedule {
  const all = knownSchedules(services);
  const found = all.find(({ id }) => foldName(id) === foldName(given));
  if (found !== undefined) return found;
  const near = nearest(
    given,
    all.map(({ id }) => id),
  );
  const hint = "List them: vice auto schedule";
  throw new ViceError("not-found", { what: "schedule", name: given, ...(near && { nearest: near }), hint });
}
