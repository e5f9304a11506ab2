/** What is known to run in a place: what a check of it should find. */
import { foldName } from "../../domain/tier.ts";
import type { Services } from "../../ports/services.ts";

export interface RunningThere {
  version: string | null;
  commitSha: string | null;
}

export function runningThere(
  { store }: Pick<Services, "store">,
  service: string | null,
  environment: string | null,
  nowMs: number,
): RunningThere {
  if (service === null || environment === null) return { version: null, commitSha: null };
  const items = store.read.status({ service, environment, ephemeral: true }, nowMs);
  const there = items.find((item) => foldName(item.environment ?? "") === foldName(environment));
  return { version: there?.running?.version ?? null, commitSha: there?.running?.commitSha ?? null };
}
