/** What a person says about a run: cancel, abort, pause, resume, and yes or no to a step that asks for it. */
import { z } from "zod";
import type { PlannedStep } from "../../../domain/pipeline/plan.ts";
import { isEnded, type RunState, stepOf } from "../../../domain/pipeline/run-state.ts";
import type { Role } from "../../../domain/rules/roles.ts";
import { EVERYTHING, type Scope } from "../../../domain/rules/scope.ts";
import type { Command, CommandContext } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { Said } from "../../../ports/auto.ts";
import type { Services } from "../../../ports/services.ts";
import { requireRole } from "../../config/index.ts";
import { autoCommand } from "../define-command.ts";
import { followRun } from "../follow-run.ts";
import { exitOf, nextFor, runView, sayRun } from "../say-run.ts";

const run = z.string().trim().min(1).describe("Id of the run, or the start of it");
const reason = z.string().trim().min(1).max(500).describe("Why; it stands in the log");

export function findRun(given: string, { services }: CommandContext<Services>): RunState {
  const id = services.store.runs.resolve(given);
  const state = services.store.runs.get(id);
  if (state === null)
    throw new ViceError("not-found", { what: "run", name: given, hint: "List them: vice auto runs" });
  return state;
}

/** @throws ViceError `auth.forbidden` for who has not this role for what the run is of, `conflict` when it has ended */
function openRun(given: string, ctx: CommandContext<Services>, role: Role = "deployer"): RunState {
  const state = findRun(given, ctx);
  requireRole(ctx, role, placeOf(state));
  if (!isEnded(state.head)) return state;
  const message = `The run has ended (${state.head.status}). Nothing was changed.`;
  throw new ViceError("conflict", { message, hint: `Look at it: vice auto show ${state.head.id}` });
}

/** Of a deployment the very place that it goes to; else the project that the pipeline is of. */
export function placeOf({ plan }: RunState): Scope {
  if (plan.deployment === undefined) return { ...EVERYTHING, service: plan.name };
  const { service, environment, tier, team } = plan.deployment;
  return { service, environment, tier, team };
}

async function say(said: Said, ctx: CommandContext<Services>): Promise<z.output<typeof runView>> {
  await ctx.services.auto.say(said, ctx.principal.id);
  return followRun(said.data.runId, ctx, true);
}

/** All of them answer with the run as it is then. */
const answer = { output: runView, text: sayRun, note: nextFor, exit: exitOf } as const;
const common = { words: null, part: "auto", effect: "write", scope: "deploy" } as const;

const stopping = (how: "cancel" | "abort", summary: string): Command<Services> =>
  autoCommand({
    ...common,
    ...answer,
    id: `auto.${how}`,
    summary,
    examples: [`vice auto ${how} 0193f1c2 --reason "wrong version"`],
    positional: ["run"],
    input: z.object({ run, reason }),
    run: (given, ctx) => {
      const runId = openRun(given.run, ctx).head.id;
      return say({ type: "vice.run.cancel-asked.v1", data: { runId, how, reason: given.reason } }, ctx);
    },
    // That it is canceled is what was wanted.
    exit: () => 0,
  });

export const cancelRun = stopping(
  "cancel",
  "Stop a run: what runs is asked to end, steps that clean up are done.",
);
export const abortRun = stopping("abort", "Stop a run at once: nothing more is done, also no cleaning up.");

const turning = (verb: "pause" | "resume", from: string, summary: string): Command<Services> =>
  autoCommand({
    ...common,
    ...answer,
    id: `auto.${verb}`,
    summary,
    examples: [`vice auto ${verb} 0193f1c2 --reason "look at the numbers first"`],
    positional: ["run"],
    input: z.object({ run, reason }),
    run: (given, ctx) => {
      const { id: runId, status } = openRun(given.run, ctx).head;
      const isLeft = ctx.services.baseUrl === null && verb === "resume";
      if (status !== from && !isLeft) {
        const message = `The run is ${status}, so it cannot ${verb}. Nothing was changed.`;
        throw new ViceError("conflict", { message, hint: `Look at it: vice auto show ${runId}` });
      }
      const data = { runId, reason: given.reason };
      return say({ type: verb === "pause" ? "vice.run.paused.v1" : "vice.run.resumed.v1", data }, ctx);
    },
    exit: (result) => (verb === "pause" ? 0 : exitOf(result)),
  });

export const pauseRun = turning(
  "pause",
  "running",
  "Begin no further step of a run; what runs comes to its end.",
);
export const resumeRun = turning(
  "resume",
  "paused",
  "Go on with a paused run, or without a server with one that was left open.",
);

const step = z.string().trim().min(1).describe("Name of the step");

/** @throws ViceError `not-found` with the nearest */
export function plannedStep(name: string, { head, plan }: RunState): PlannedStep {
  const found = plan.steps.find(({ key }) => key === name);
  if (found !== undefined) return found;
  const known = plan.steps.map(({ key }) => key);
  const near = nearest(name, known) ?? undefined;
  throw new ViceError("not-found", {
    ...{ what: "step", name, nearest: near, hint: `See: vice auto show ${head.id}` },
  });
}

/** @throws ViceError `not-found`, `conflict` when nobody is asked now */
function askedStep(
  given: { run: string; step: string },
  ctx: CommandContext<Services>,
): { state: RunState; step: PlannedStep } {
  const state = openRun(given.run, ctx, "approver");
  const found = plannedStep(given.step, state);
  const isAsked =
    (found.kind === "approve" || found.kind === "manual") && stepOf(state, found.key).status === "running";
  if (isAsked) return { state, step: found };
  const message = `The step "${found.key}" waits for nobody (${found.kind}, ${stepOf(state, found.key).status}).`;
  throw new ViceError("conflict", { message, hint: `See: vice auto show ${state.head.id}` });
}

export const approveStep = autoCommand({
  ...common,
  ...answer,
  id: "auto.approve",
  summary: "Say yes to a step that waits for a person, or sign its checklist off.",
  examples: [
    "vice auto approve 0193f1c2 ship",
    'vice auto approve 0193f1c2 ship --refuse --reason "numbers look bad"',
  ],
  positional: ["run", "step"],
  input: z.object({
    run,
    step,
    note: z.string().max(500).optional(),
    refuse: z.boolean().default(false).describe("Say no; the step has failed then"),
    reason: reason.optional(),
  }),
  run: (given, ctx) => {
    const found = askedStep(given, ctx);
    const { id: runId, actor } = found.state.head;
    const data = { runId, step: found.step.key };
    const why = given.reason ?? given.note ?? "";
    if (given.refuse) return say({ type: "vice.step.refused.v1", data: { ...data, reason: why } }, ctx);
    if (found.step.kind === "approve" && !found.step.spec.self && actor === ctx.principal.id)
      throw new ViceError("auth.forbidden", {
        message: "Who started the run cannot agree to it. Nothing was changed.",
        hint: "Somebody else must (with a token of their own), or the step says self: true.",
      });
    return say(
      { type: "vice.step.approved.v1", data: { ...data, note: given.note ?? given.reason ?? null } },
      ctx,
    );
  },
});
