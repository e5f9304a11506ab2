/** `vice auto settle`: a person says how a step ended of which vice does not know it. */
import { z } from "zod";
import { stepOf } from "../../../domain/pipeline/run-state.ts";
import { ViceError } from "../../../kit/errors.ts";
import { requireRole } from "../../config/index.ts";
import { besideOf } from "../beside.ts";
import { autoCommand } from "../define-command.ts";
import { runView } from "../run-view.ts";
import { sayRun, viewOf } from "../say-run.ts";
import { findRun, placeOf, plannedStep } from "./ask.ts";

export const settleStep = autoCommand({
  id: "auto.settle",
  words: null,
  part: "auto",
  effect: "write",
  scope: "deploy",
  summary:
    "Say how a step ended that is unknown, after somebody looked. A run that has ended stays as it ended.",
  examples: ['vice auto settle 0193f1c2 migrate --as succeeded --reason "the table is there"'],
  positional: ["run", "step"],
  input: z.object({
    run: z.string().trim().min(1).describe("Id of the run, or the start of it"),
    step: z.string().trim().min(1).describe("Name of the step"),
    as: z.enum(["succeeded", "failed"]).describe("How it ended"),
    reason: z.string().trim().min(1).max(500).describe("How that is known; it stands in the log"),
  }),
  output: runView,
  run: async (given, ctx) => {
    const state = findRun(given.run, ctx);
    requireRole(ctx, "deployer", placeOf(state));
    const { key } = plannedStep(given.step, state);
    const { status } = stepOf(state, key);
    const runId = state.head.id;
    if (status !== "unknown") {
      const message = `The step "${key}" is ${status}: that is known. Nothing was changed.`;
      throw new ViceError("conflict", { message, hint: `See: vice auto show ${runId}` });
    }
    const data = { runId, step: key, as: given.as, reason: given.reason };
    await ctx.services.auto.say({ type: "vice.step.settled.v1", data }, ctx.principal.id);
    const after = findRun(runId, ctx);
    return viewOf(after, await besideOf(after, ctx));
  },
  text: sayRun,
});
