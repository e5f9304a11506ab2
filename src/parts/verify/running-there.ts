/** What is known to run in a place: what a check of it should find. */
import type { Activity } from "../../domain/activity.ts";
import { foldName } from "../../domain/fold-name.ts";
import type { Services } from "../../ports/services.ts";

export interface RunningThere {
  version: string | null;
  commitSha: string | null;
}

export function runningThere(
  parts: Pick<Services, "store">,
  service: string | null,
  environment: string | null,
  nowMs: number,
): RunningThere {
  const running = deploymentThere(parts, service, environment, nowMs);
  return { version: running?.version ?? null, commitSha: running?.commitSha ?? null };
}

/** The deployment that brought it there; `null` = none that is known. */
export function deploymentThere(
  { store }: Pick<Services, "store">,
  service: string | null,
  environment: string | null,
  nowMs: number,
): Activity | null {
  if (service === null || environment === null) return null;
  const items = store.read.status({ service, environment, ephemeral: true }, nowMs);
  const there = items.find((item) => foldName(item.environment ?? "") === foldName(environment));
  return there?.running ?? null;
}
