/** Asks a target what runs there now. */
import { effective } from "../../../domain/project/effective.ts";
import type { Services } from "../../../ports/services.ts";
import type { TargetStatus } from "../../../ports/target.ts";
import { resolveValues } from "../../config/index.ts";
import type { Deployable } from "./find-deployable.ts";
import { targetOf } from "./plan-deployment.ts";
import { runningRelease } from "./releases.ts";

export interface Observing {
  services: Services;
  signal: AbortSignal;
  /** Names the log of what is asked. */
  run: string;
}

/** @returns `null` = a target of this kind cannot say. @throws ViceError like `targetOf` */
export async function observe(
  deployable: Deployable,
  { services, signal, run }: Observing,
): Promise<TargetStatus | null> {
  const { project, service, environment, cwd } = deployable;
  const { values } = effective(project, environment, service);
  const { adapter, parsed } = targetOf(services, deployable, values.target);
  if (adapter.status === undefined) return null;
  const { env } = services;
  const opened = await resolveValues(project, environment, service, {
    ...{ cwd, env, file: null, text: null, secrets: services.secrets },
  });
  const running = runningRelease(services, service, environment.name);
  const release = running ?? { id: "none", version: null, commitSha: null, artifact: null };
  const log = services.processes.open({ run, step: "status", secrets: opened.secrets });
  try {
    return await adapter.status({
      place: { project: project.project, service, environment: environment.name },
      ...{ spec: parsed, cwd, release, former: null, env: opened.values, secrets: opened.secrets },
      ...{ fencingToken: 0, run, step: "status", attempt: 1, key: `${run}/status`, signal },
      log: (line) => log.line(line),
    });
  } finally {
    await log.end();
  }
}
