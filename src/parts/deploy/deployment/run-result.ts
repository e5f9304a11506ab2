/** How a deployment ended, as an exit code and in words with what to type next. */
import { type DeploymentOutcome, EXIT_OF } from "../../../domain/deploy/outcome.ts";
import type { TextStyle } from "../../../kit/command.ts";
import { type RunView, sayRun } from "../../auto/index.ts";

const outcomeIn = ({ deployment }: RunView): DeploymentOutcome =>
  (deployment?.outcome ?? "running") as DeploymentOutcome;

export const exitOf = (run: RunView): number => EXIT_OF[outcomeIn(run)];

export function sayDeployment(run: RunView, style: TextStyle): string {
  const { deployment } = run;
  if (deployment === null) return sayRun(run, style);
  const { service, environment, version, former, reason, changed } = deployment;
  const what = `${service}${version === null ? "" : ` ${version}`}`;
  const before = former === null ? "nothing" : former;
  const lines: Readonly<Record<DeploymentOutcome, string>> = {
    succeeded: saySuccess(run, what),
    "rolled-back": `${what} failed in ${environment} and was taken back: ${before} runs there again`,
    "rollback-failed": `${what} failed in ${environment}, and GOING BACK FAILED: look at it now`,
    failed: changed
      ? `${what} failed in ${environment}; it was not rolled back`
      : `${what} failed before anything was changed: ${before} still runs in ${environment}`,
    refused: `${what} may not be deployed to ${environment} now. Nothing was changed`,
    canceled: changed
      ? `${what} was canceled; ${environment} may be left in between`
      : `${what} was canceled: ${before} still runs in ${environment}`,
    aborted: changed
      ? `${what} was stopped where it was; NOTHING WAS PUT BACK in ${environment}: look at it now`
      : `${what} was stopped before anything was changed: ${before} still runs in ${environment}`,
    ...{
      waiting: `${what} waits to be allowed in ${environment}`,
      running: `${what} is on its way to ${environment}`,
    },
  };
  const outcome = outcomeIn(run);
  const mark =
    outcome === "succeeded"
      ? style.color("green", "✓")
      : style.color(exitOf(run) === 0 ? "cyan" : "red", "✗");
  const why = reason === null || outcome === "succeeded" ? "" : `\n  ${reason}`;
  const said = `${mark} ${lines[outcome]}.${why}`;
  // Nothing was done: there are no steps to tell of.
  return outcome === "refused" ? said : `${sayRun(run, style)}\n${said}`;
}

function saySuccess({ deployment, steps }: RunView, what: string): string {
  const { operation, environment } = deployment ?? { operation: "deploy", environment: "" };
  const url = steps.map(({ outputs }) => outputs["url"]).findLast((each) => each !== undefined);
  const at = url === undefined ? "" : `: ${url}`;
  if (operation === "stop") return `${what} is stopped in ${environment}`;
  if (operation === "rollback") return `${what} runs in ${environment} again${at}`;
  return `${what} runs in ${environment}${at}`;
}

/** The exact next commands, where there are any. */
export function nextFor(run: RunView): string {
  const { deployment, id, steps, status } = run;
  if (deployment === null) return "";
  const { service, environment, version } = deployment;
  const wrong = steps.find(({ status }) => status === "failed" || status === "unknown");
  const log = wrong === undefined ? "" : `See why: vice auto log ${id} ${wrong.key}\n`;
  const place = `${service} ${environment}`;
  const look = `What runs there: vice deploy status ${place}`;
  switch (outcomeIn(run)) {
    case "refused":
      return `Ask again: vice can-deploy ${place}${version === null ? "" : ` --version ${version}`}`;
    case "rollback-failed":
      return `${log}${look}\n${sayBack(deployment)}`;
    case "failed":
    case "aborted":
    case "canceled":
      return deployment.changed ? `${log}${look}\n${sayBack(deployment)}` : log.trim();
    case "succeeded":
      return status === "succeeded"
        ? ""
        : `It was there already when it was stopped. Go back: vice rollback ${place}`;
    case "waiting":
      return `It waits to be allowed: vice auto show ${id}`;
    default:
      return log.trim();
  }
}

/** Exactly to what ran before; the first one there is has nothing to go back to. */
const sayBack = ({ service, environment, former }: NonNullable<RunView["deployment"]>): string =>
  former === null
    ? `Deploy what works: vice deploy ${service} ${environment}`
    : `Go back: vice rollback ${service} ${environment} --to ${former}`;
