/**
 * The verify part (wrath): whether what was deployed works. It reads checks, runs them until they are settled, and notes
 * each result in the log, where the rules of the next deployment see it. As a gate of a deployment, by hand, by the clock.
 */

export type { CheckResult, VerifyReport } from "../../domain/verify/report.ts";
export { checksOf, everyOf } from "../../domain/verify/said-checks.ts";
export { checksForm, readChecks } from "./read-checks.ts";
export { type CheckContext, type CheckDeps, runChecks } from "./run-checks.ts";
export { type StepValues, type VerifyStepDeps, verifyStep } from "./verify-step.ts";
