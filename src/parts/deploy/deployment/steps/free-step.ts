/** `free`: gives the lock back, whatever became of the rest. */
import { type StepExecutor, succeeded } from "../../../auto/index.ts";
import { freeLock } from "../../rules/lock-state.ts";
import { contextOf, type DeployStepOptions, lockOfRun } from "./deployment-of.ts";

export const freeStep = (options: DeployStepOptions): StepExecutor<"free"> => ({
  run: async (context) => {
    const lock = lockOfRun(options, context.runId);
    if (lock !== null) await freeLock(contextOf(options, context), lock.id, "the deployment has ended");
    return succeeded();
  },
  // Freeing what is free already does no harm.
  recover: async () => ({ what: "goes-on" }),
});
