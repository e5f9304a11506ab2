/** Asks what runs in a place which version it is, and holds it against what was recorded. */

import type { Activity } from "../../../domain/activity.ts";
import { effective } from "../../../domain/project/effective.ts";
import { uuidv7 } from "../../../kit/ids.ts";
import type { Services } from "../../../ports/services.ts";
import { resolveValues } from "../../config/index.ts";
import { runChecks } from "../../verify/index.ts";
import type { Deployable } from "../deployment/find-deployable.ts";
import { observe } from "../deployment/observe.ts";
import { runningThere } from "../deployment/releases.ts";

export interface Seen {
  recorded: Activity | null;
  /** What it says itself; `null` = it could not be asked, `problem` says why. */
  observed: string | null;
  agrees: boolean | null;
  problem: string | null;
}

/** Nothing that was ever deployed is called so. */
const NOTHING = "(nothing)";

/** @returns `null` = the project does not say where to ask */
export async function askVersion(
  deployable: Deployable,
  services: Services,
  now: () => number,
  signal: AbortSignal,
): Promise<Seen | null> {
  const { project, environment, service, cwd } = deployable;
  const { values } = effective(project, environment, service);
  const where = values.observe;
  if (where === undefined) return null;
  const recorded = runningThere(services, service, environment.name);
  if (where.target === true) return askTarget(deployable, recorded, services, now, signal);
  const { env } = services;
  const opened = await resolveValues(project, environment, service, {
    ...{ cwd, env, file: null, text: null, secrets: services.secrets },
  });
  const { every: _every, ...said } = where;
  const report = await runChecks(
    [{ type: "deployed", name: "what runs there", ...said }],
    {
      ...{ cwd, env: opened.values, secrets: opened.secrets, service, environment: environment.name, signal },
      ...{ version: recorded?.version ?? (recorded?.commitSha == null ? NOTHING : null), url: null },
      commitSha: recorded?.commitSha ?? null,
    },
    { checks: services.checks, log: null, now },
  );
  const [result] = report.results;
  const agrees = result?.status === "passed";
  const observed = result?.actual ?? null;
  const isKnown = agrees || (observed !== null && result?.expected !== undefined);
  return {
    recorded,
    observed: isKnown ? observed : null,
    agrees: isKnown ? agrees : null,
    problem: isKnown ? null : (result?.error ?? "it was not asked"),
  };
}

async function askTarget(
  deployable: Deployable,
  recorded: Activity | null,
  services: Services,
  now: () => number,
  signal: AbortSignal,
): Promise<Seen> {
  const found = await observe(deployable, { services, signal, run: uuidv7(now()) });
  const running = found?.running ?? null;
  const observed = running?.version ?? running?.commitSha ?? null;
  if (observed === null) {
    const problem = found === null ? "the target cannot say what runs there" : found.detail;
    return { recorded, observed: null, agrees: null, problem };
  }
  const agrees =
    running?.version === null
      ? running.commitSha === recorded?.commitSha
      : running?.version === recorded?.version;
  return { recorded, observed, agrees, problem: null };
}
