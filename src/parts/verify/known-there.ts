/** What checks by hand and by the clock know as those of a deployment do: values of the application, and where it answers. */
import { effective } from "../../domain/project/effective.ts";
import type { Project, ProjectEnvironment } from "../../domain/project/project.ts";
import { uuidv7 } from "../../kit/ids.ts";
import type { Services } from "../../ports/services.ts";
import type { TargetAdapter, TargetCall } from "../../ports/target.ts";
import { resolveValues } from "../config/index.ts";
import type { CheckContext } from "./check-context.ts";
import { deploymentThere } from "./running-there.ts";

/** One service of a project in one environment. */
export interface CheckedPlace {
  project: Project;
  environment: ProjectEnvironment | null;
  service: string | null;
  cwd: string;
}

type Known = Pick<CheckContext, "env" | "secrets" | "url">;
export interface Asking {
  services: Services;
  now: () => number;
  signal: AbortSignal;
  log?: ((line: string) => void) | undefined;
}

/** Secrets are opened, and the target is asked, only when a check wants it. @param url what was said by who asks */
export async function knownThere(
  place: CheckedPlace,
  checks: readonly unknown[],
  url: string | null,
  asking: Asking,
): Promise<Known> {
  const said = JSON.stringify(checks);
  const wantsUrl = url === null && /\$\{\{\s*url\s*\}\}/.test(said);
  const wantsValues = /\$\{\{\s*env\.|"secrets":|"command":/.test(said);
  if (!wantsUrl && !wantsValues) return { env: {}, secrets: [], url };
  const { project, environment, service, cwd } = place;
  const { env, secrets } = asking.services;
  const opened = await resolveValues(project, environment, service, {
    ...{ cwd, env, file: null, text: null, secrets },
  });
  for (const problem of wantsValues ? opened.problems : []) asking.log?.(problem);
  const values = { env: opened.values, secrets: opened.secrets };
  return { ...values, url: wantsUrl ? await urlThere(place, values, asking) : url };
}

/** As the target says, which may have started it again elsewhere; else as the deployment said. */
async function urlThere(
  place: CheckedPlace,
  values: Pick<Known, "env" | "secrets">,
  asking: Asking,
): Promise<string | null> {
  const { project, environment, service } = place;
  const { services, now, log } = asking;
  const { target } = effective(project, environment, service).values;
  const [[kind, said] = ["", null]] = Object.entries(Object(target));
  const adapter = services.targets.get(kind);
  const spec = adapter?.schema.safeParse(said);
  const asked =
    adapter === null || spec?.success !== true
      ? null
      : await urlOfTarget(adapter, spec.data, place, values, asking).catch((error: unknown) => {
          log?.(`the target does not say where it runs: ${error instanceof Error ? error.message : ""}`);
          return null;
        });
  if (asked !== null) return asked;
  const deployment = deploymentThere(services, service, environment?.name ?? null, now());
  const run = deployment === null ? null : services.store.runs.get(deployment.id);
  return [...(run?.steps.values() ?? [])].findLast(({ outputs }) => outputs["url"])?.outputs["url"] ?? null;
}

async function urlOfTarget(
  adapter: TargetAdapter,
  spec: unknown,
  { project, environment, service, cwd }: CheckedPlace,
  { env, secrets }: Pick<Known, "env" | "secrets">,
  { services, now, signal }: Asking,
): Promise<string | null> {
  if (adapter.status === undefined || environment === null || service === null) return null;
  const there = deploymentThere(services, service, environment.name, now());
  const { id = "none", version = null, commitSha = null } = there ?? {};
  const run = uuidv7(now());
  const log = services.processes.open({ run, step: "status", secrets });
  const call: TargetCall = {
    place: { project: project.project, service, environment: environment.name },
    ...{ spec, cwd, release: { id, version, commitSha, artifact: null }, former: null, env, secrets },
    ...{ fencingToken: 0, run, step: "status", attempt: 1, key: `${run}/status`, signal },
    log: (line) => log.line(line),
  };
  try {
    return (await adapter.status(call)).running?.url ?? null;
  } finally {
    await log.end();
    await services.processes.forget(run);
  }
}
