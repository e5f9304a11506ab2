/** The kinds of steps that deployments are made of, for the engine. */
import type { RunEngine } from "../../../../ports/auto.ts";
import type { EndOfRun, Executors } from "../../../auto/index.ts";
import { deployStep } from "./deploy-step.ts";
import type { DeployStepOptions } from "./deployment-of.ts";
import { freeStep } from "./free-step.ts";
import { gateStep } from "./gate-step.ts";
import { proveStep } from "./prove-step.ts";
import { targetStep } from "./target-step.ts";

export function deploySteps(options: DeployStepOptions, engine: RunEngine, ended: EndOfRun): Executors {
  const children = {
    engine,
    ended,
    get runs() {
      return options.services().store.runs;
    },
  };
  return {
    gate: gateStep(options),
    target: targetStep(options),
    verify: proveStep(options),
    free: freeStep(options),
    deploy: deployStep(options, children, "deploy"),
    restart: deployStep(options, children, "restart"),
  };
}
