/**
 * The verify part (wrath): whether what was deployed works. It reads checks, runs them until they are settled, and notes
 * each result in the log, where the rules of the next deployment see it. As a gate of a deployment, by hand, by the clock.
 */

export type { CheckResult, VerifyReport } from "../../domain/verify/report.ts";

import type { Command } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { importTests } from "./import-tests.ts";
import { verifyCommand } from "./verify-command.ts";

export { checksOf, everyOf } from "../../domain/verify/said-checks.ts";
export { type CheckClock, startCheckClock } from "./by-the-clock.ts";
export type { CheckContext, CheckDeps } from "./check-context.ts";
export { checkVerify } from "./check-verify.ts";
export { checksForm, readChecks } from "./read-checks.ts";
export { runChecks } from "./run-checks.ts";
export { type StepValues, type VerifyStepDeps, verifyStep } from "./verify-step.ts";

export const verifyCommands = [verifyCommand, importTests] as ReadonlyArray<Command<Services>>;
