/** What runs in an environment and what ran there healthily before, as releases that can be gone back to. */
import type { Activity } from "../../../domain/activity.ts";
import { outcomeOf } from "../../../domain/deploy/outcome.ts";
import type { Release } from "../../../domain/deploy/release.ts";
import { foldName } from "../../../domain/fold-name.ts";
import type { Services } from "../../../ports/services.ts";

/** So many deployments are looked through for one that succeeded. */
const LOOKED_THROUGH = 500;

/** @returns `null` = nothing that is known */
export function runningRelease(services: Services, service: string, environment: string): Release | null {
  const running = runningThere(services, service, environment);
  return running === null ? null : releaseOf(services, running);
}

export function runningThere(
  { store }: Pick<Services, "store">,
  service: string,
  environment: string,
): Activity | null {
  const items = store.read.status({ service, environment, ephemeral: true }, Date.now());
  const found = items.find(
    (item) =>
      item.service !== null &&
      item.environment !== null &&
      foldName(item.service) === foldName(service) &&
      foldName(item.environment) === foldName(environment),
  );
  return found?.running ?? null;
}

/** Whether the newest deployment there was stopped or failed without being put back: what is recorded may not be what is there. */
export function isLeftInBetween(
  { store }: Pick<Services, "store">,
  service: string,
  environment: string,
  nowMs: number,
): boolean {
  const filter = { kind: "deployment", service, environment } as const;
  const { items } = store.read.activities(filter, LOOKED_THROUGH, null, nowMs);
  for (const { id } of items) {
    const state = store.runs.get(id);
    if (state === null) return false;
    const { outcome, changed } = outcomeOf(state);
    if (changed) return outcome !== "succeeded";
  }
  return false;
}

/** What vice deployed itself is known to the byte; of what others did, version and commit. */
export function releaseOf({ store }: Pick<Services, "store">, { id, version, commitSha }: Activity): Release {
  const planned = store.runs.get(id)?.plan.deployment;
  if (planned === undefined) return { id, version, commitSha, artifact: null };
  const { release } = planned;
  return { ...release, id: release.id ?? id };
}

export const bare = ({ id, version, commitSha, artifact }: Release): Release => ({
  ...{ id, version, commitSha, artifact },
});

/** Those that succeeded there, newest first, each once; what runs now is the first. */
export function formerReleases(
  services: Pick<Services, "store">,
  service: string,
  environment: string,
  nowMs: number,
): Array<Release & { at: string }> {
  const filter = { kind: "deployment", service, environment, status: "succeeded" } as const;
  const { items } = services.store.read.activities(filter, LOOKED_THROUGH, null, nowMs);
  const seen = new Set<string>();
  return items.flatMap((item) => {
    if (item.deploymentKind === "config" || item.deploymentKind === "teardown" || item.primaryId !== null)
      return [];
    const release = releaseOf(services, item);
    if (seen.has(release.id)) return [];
    seen.add(release.id);
    return [{ ...release, at: item.occurredAt }];
  });
}
