/** Asks a target what runs there now. */
import { effective } from "../../../domain/project/effective.ts";
import type { Services } from "../../../ports/services.ts";
import type { TargetAdapter, TargetCall, TargetStatus } from "../../../ports/target.ts";
import { resolveValues } from "../../config/index.ts";
import type { Deployable } from "./find-deployable.ts";
import { targetOf } from "./plan-deployment.ts";
import { runningRelease } from "./releases.ts";

export interface Observing {
  services: Services;
  signal: AbortSignal;
  /** Names the log of what is asked, which is gone afterwards. */
  run: string;
}

/** @returns `null` = a target of this kind cannot say. @throws ViceError like `targetOf` */
export const observe = (deployable: Deployable, observing: Observing): Promise<TargetStatus | null> =>
  asking(deployable, observing, "status", async ({ status }, call) =>
    status === undefined ? null : status(call),
  );

/** The newest lines of what runs there, without secrets. @returns `null` = a target of this kind keeps none */
export const logsOf = (deployable: Deployable, observing: Observing, lines: number): Promise<string | null> =>
  asking(deployable, observing, "logs", async ({ logs }, call, mask) =>
    logs === undefined ? null : mask(await logs(call, lines)),
  );

async function asking<T>(
  deployable: Deployable,
  { services, signal, run }: Observing,
  step: string,
  body: (adapter: TargetAdapter, call: TargetCall, mask: (text: string) => string) => Promise<T>,
): Promise<T> {
  const { project, service, environment, cwd } = deployable;
  const { values } = effective(project, environment, service);
  const { adapter, parsed } = targetOf(services, deployable, values.target);
  const { env } = services;
  const opened = await resolveValues(project, environment, service, {
    ...{ cwd, env, file: null, text: null, secrets: services.secrets },
  });
  const running = runningRelease(services, service, environment.name);
  const release = running ?? { id: "none", version: null, commitSha: null, artifact: null };
  const log = services.processes.open({ run, step, secrets: opened.secrets });
  const call: TargetCall = {
    place: { project: project.project, service, environment: environment.name },
    ...{ spec: parsed, cwd, release, former: null, env: opened.values, secrets: opened.secrets },
    ...{ fencingToken: 0, run, step, attempt: 1, key: `${run}/${step}`, signal },
    log: (line) => log.line(line),
  };
  try {
    return await body(adapter, call, log.mask);
  } finally {
    await log.end();
    // Asked every minute, what is asked must leave nothing behind.
    await services.processes.forget(run);
  }
}
