/** The one list of targets that vice knows. */
import type { Targets } from "../../ports/target.ts";
import { type CommandTargetOptions, commandTarget } from "./command.ts";
import { type ProcessTargetDeps, processTarget } from "./process/index.ts";
import { anyTarget, targetsOf } from "./targets-of.ts";
import { type TriggerTargetOptions, triggerTarget } from "./trigger/index.ts";

export type TargetDeps = CommandTargetOptions & ProcessTargetDeps & TriggerTargetOptions;

export const createTargets = (deps: TargetDeps): Targets =>
  targetsOf([anyTarget(commandTarget(deps)), anyTarget(processTarget(deps)), anyTarget(triggerTarget(deps))]);
