/** `verify`: checks as a step of a run. It changes nothing, so it can be done again whenever nobody knows whether it was. */
import { z } from "zod";
import { sayCounts, type VerifyReport } from "../../domain/verify/report.ts";
import { checksOf } from "../../domain/verify/said-checks.ts";
import { toViceError } from "../../kit/errors.ts";
import type { Outcome, StepExecutor } from "../auto/index.ts";
import type { CheckContext, CheckDeps } from "./check-context.ts";
import { runChecks } from "./run-checks.ts";

const text = z.string().nullable().default(null);
const specForm = z.looseObject({
  checks: z.unknown(),
  service: text,
  environment: text,
  version: text,
  commitSha: text,
  url: text,
});

/** What a run knows beside the step: values and secrets of the application. */
export type StepValues = Pick<CheckContext, "env" | "secrets">;

export interface VerifyStepDeps extends CheckDeps {
  /** Of the run that the step is in; without it only the environment of the step. */
  values?: (runId: string) => Promise<StepValues>;
}

const MOST_ERROR = 500;

export const verifyStep = (deps: VerifyStepDeps): StepExecutor<"verify"> => ({
  run: async ({ runId, step, cwd, env, signal }): Promise<Outcome> => {
    const spec = specForm.safeParse(step.spec);
    if (!spec.success) return outcome("failed", {}, "its checks are not right");
    const values = await deps.values?.(runId);
    const { checks, ...about } = spec.data;
    const context: CheckContext = {
      ...{ cwd, signal, parentId: runId, secrets: values?.secrets ?? [], env: { ...env, ...values?.env } },
      ...{ service: about.service, environment: about.environment, version: about.version },
      ...{ commitSha: about.commitSha, url: about.url },
    };
    try {
      return outcomeOf(await runChecks(checksOf(checks), context, deps), signal);
    } catch (error) {
      const { message, hint } = toViceError(error);
      return outcome("failed", {}, `${message} ${hint}`);
    }
  },
  recover: async () => ({ what: "goes-on" }),
});

function outcomeOf(report: VerifyReport, signal: AbortSignal): Outcome {
  const failed = report.results.filter(({ status }) => status === "failed");
  const outputs = { checks: sayCounts(report) || "none", failed: String(failed.length) };
  if (report.passed) return outcome("succeeded", outputs, null);
  const [first] = failed;
  if (first === undefined)
    return outcome(
      signal.reason === "timeout" ? "failed" : "canceled",
      outputs,
      `stopped: ${String(signal.reason)}`,
    );
  const more = failed.length > 1 ? ` (and ${failed.length - 1} more)` : "";
  return outcome("failed", outputs, `${first.name}: ${first.error ?? "failed"}${more}`);
}

const outcome = (
  what: Outcome["outcome"],
  outputs: Record<string, string>,
  error: string | null,
): Outcome => ({ outcome: what, outputs, error: error?.slice(0, MOST_ERROR) ?? null });
