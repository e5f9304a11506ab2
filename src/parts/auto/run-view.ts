/** The form in which every door shows a run: its steps, what they did, and who waits for what. */
import { z } from "zod";
import { formerIn } from "../../domain/deploy/former.ts";
import { outcomeOf } from "../../domain/deploy/outcome.ts";
import { PLANNED_KINDS } from "../../domain/pipeline/pipeline-schema.ts";
import type { PlannedStep } from "../../domain/pipeline/plan.ts";
import { RUN_STATUSES, type RunState, STEP_STATUSES, stepOf } from "../../domain/pipeline/run-state.ts";
import { WAITS_FOR, waitOf } from "../../domain/pipeline/waits.ts";
import { doesOf } from "./does.ts";
import { innerRun, type KnownWait } from "./inner-run.ts";

const moment = z.string().nullable();
const person = { by: z.string().nullable(), byName: z.string().nullable().describe("What people call them") };

const asksView = z.strictObject({
  note: z.string(),
  count: z.int().describe("How many must agree"),
  self: z.boolean().describe("Who started the run may agree too"),
  checklist: z.array(z.string()),
});

const stepView = z.strictObject({
  key: z.string(),
  kind: z.enum(PLANNED_KINDS),
  needs: z.array(z.string()),
  does: z.string(),
  status: z.enum(STEP_STATUSES),
  attempt: z.int(),
  attempts: z.int().describe("How often it is tried at most"),
  startedAt: moment,
  finishedAt: moment,
  retryAt: moment,
  outputs: z.record(z.string(), z.string()),
  error: z.string().nullable(),
  group: z.string().nullable().describe("Of the steps of one group one runs at a time"),
  asks: asksView.nullable().describe("What a person is asked"),
  approvals: z.array(z.strictObject({ ...person, at: z.string(), note: z.string().nullable() })),
  refused: z.strictObject({ ...person, reason: z.string() }).nullable(),
  waits: z
    .strictObject({
      for: z.enum(WAITS_FOR),
      names: z.array(z.string()).describe("Steps; of a group the step or the run that is in it; a run"),
      until: moment,
      why: z.string().nullable().describe("In words, and what can be typed, where it is known"),
    })
    .nullable()
    .describe("Why it does not go on by itself"),
  run: z.string().nullable().describe("Id of the run that it is"),
});

export const deploymentView = z.strictObject({
  project: z.string().nullable(),
  service: z.string().nullable(),
  environment: z.string().nullable(),
  version: z.string().nullable(),
  operation: z.string().nullable().describe("deploy, rollback, promote, start, stop, restart"),
  former: z.string().nullable().describe("Version that ran there before"),
  outcome: z.string().nullable().describe("How it stands: rolled-back, refused, ..."),
  reason: z.string().nullable().describe("Why it did not succeed"),
  changed: z.boolean().describe("Whether it may have changed what it deploys to, and did not put it back"),
});

export const runView = z.strictObject({
  id: z.string(),
  name: z.string(),
  status: z.enum(RUN_STATUSES),
  actor: z.string().nullable().describe("Who started it"),
  actorName: z.string().nullable().describe("What people call them"),
  reason: z.string().nullable().describe("Why it was paused or canceled"),
  askedBy: z.string().nullable().describe("Who paused or canceled it"),
  deployment: deploymentView.nullable().describe("What it deploys; the activity has the id of the run"),
  plannedAt: z.string(),
  startedAt: moment,
  finishedAt: moment,
  parent: z.strictObject({ runId: z.string(), step: z.string() }).nullable(),
  inputs: z.record(z.string(), z.string()),
  steps: z.array(stepView),
});
export type RunView = z.output<typeof runView>;
export type StepView = RunView["steps"][number];

/** What a run does not know of itself. */
export interface Beside {
  nameOf: (actor: string | null) => string | null;
  /** By group, the other run that has a step in it. */
  held: ReadonlyMap<string, string>;
  /** By step, what only its log or the run that it is says of why it waits. */
  waits: ReadonlyMap<string, KnownWait>;
}

const NOTHING: Beside = { nameOf: (actor) => actor, held: new Map(), waits: new Map() };

export function viewOf(state: RunState, beside: Beside = NOTHING): RunView {
  const { head, plan } = state;
  const { id, status, actor, asked, plannedAt, startedAt, endedAt, parent } = head;
  const { nameOf } = beside;
  return {
    ...{ id, name: plan.name, status, actor, actorName: nameOf(actor) },
    ...{ reason: asked?.reason ?? null, askedBy: nameOf(asked?.by ?? null) },
    deployment: deploymentIn(state),
    ...{ plannedAt, startedAt, finishedAt: endedAt, parent, inputs: { ...plan.inputs } },
    steps: plan.steps.map((step) => viewOfStep(state, step, beside)),
  };
}

function deploymentIn(state: RunState): RunView["deployment"] {
  if (state.plan.deployment === undefined) return null;
  const { project, service, environment, operation, release } = state.plan.deployment;
  const { outcome, reason, changed } = outcomeOf(state);
  const versions = { version: release.version, former: formerIn(state)?.version ?? null };
  return { project, service, environment, ...versions, operation, outcome, reason, changed };
}

function viewOfStep(state: RunState, step: PlannedStep, { nameOf, held, waits }: Beside): StepView {
  const { key, kind, needs, retry, group } = step;
  const { status, attempt, intendedAt, endedAt, notBefore, ...now } = stepOf(state, key);
  const { outputs, error, approvals, refused } = now;
  const wait = waits.get(key) ?? waitOf(state, step, held);
  return {
    ...{ key, kind, needs: [...needs], does: doesOf(step), status, attempt, attempts: retry.times + 1 },
    ...{ startedAt: intendedAt, finishedAt: status === "running" ? null : endedAt, retryAt: notBefore },
    ...{ outputs: { ...outputs }, error, group, asks: asksOf(step) },
    approvals: approvals.map((each) => ({ ...each, byName: nameOf(each.by) })),
    refused: refused === null ? null : { ...refused, byName: nameOf(refused.by) },
    waits: wait === null ? null : { why: null, ...wait, names: [...wait.names] },
    run: innerRun(state, step),
  };
}

function asksOf(step: PlannedStep): StepView["asks"] {
  if (step.kind === "approve") return { ...step.spec, checklist: [] };
  if (step.kind === "manual")
    return { note: step.spec.note, count: 1, self: true, checklist: [...step.spec.checklist] };
  return null;
}
