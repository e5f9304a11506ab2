/** The outcomes of a whole set of deployments and incidents at once: what the incremental read model must be equal to. Pure. */
import { byFinish, type Delivered, hasDeployed, type Incident } from "./delivered.ts";
import { type Around, type Outcome, outcomeOf, repairsPrevious } from "./outcome.ts";

export const placeKey = ({
  service,
  environment,
  tenant,
}: Pick<Delivered, "service" | "environment" | "tenant">): string =>
  JSON.stringify([service, environment, tenant]);

/** @returns outcome by id of the deployment */
export function outcomesOf(all: readonly Delivered[], incidents: readonly Incident[]): Map<string, Outcome> {
  const sorted = [...all].sort(byFinish);
  const deployed = sorted.filter(hasDeployed);
  const around = new Map<string, Around>(
    sorted.map(({ id }) => [id, { previousMs: null, remedy: null, fixedBy: null, incidents: [] }]),
  );
  const put = (id: string, more: Partial<Around>): void => {
    const known = around.get(id);
    if (known !== undefined) around.set(id, { ...known, ...more });
  };
  for (const line of Map.groupBy(deployed, placeKey).values()) {
    for (const [at, own] of line.entries()) {
      const next = line[at + 1];
      put(own.id, {
        previousMs: line[at - 1]?.finishMs ?? null,
        remedy: next !== undefined && repairsPrevious(next) ? next : null,
      });
    }
  }
  for (const fix of [...sorted].reverse())
    if (fix.fixes !== null && fix.status === "succeeded") put(fix.fixes, { fixedBy: fix });
  for (const incident of [...incidents].sort((a, b) => a.beganMs - b.beganMs || (a.id < b.id ? -1 : 1))) {
    const id = deploymentOf(incident, deployed);
    if (id !== null) put(id, { incidents: [...(around.get(id)?.incidents ?? []), incident] });
  }
  return new Map(sorted.map((own) => [own.id, outcomeOf(own, around.get(own.id) ?? NOTHING_AROUND)]));
}

const NOTHING_AROUND: Around = { previousMs: null, remedy: null, fixedBy: null, incidents: [] };

/**
 * The deployment that an incident is linked to: the one that is said, else the last that had changed this service in the
 * environment of the incident (without one: in any of the production tier) when it began.
 * @param deployed by finish
 * @returns its id; `null` = none was known then, or no change caused it
 */
export function deploymentOf(incident: Incident, deployed: readonly Delivered[]): string | null {
  const { service, environment, beganMs, cause } = incident;
  if (cause === "none") return null;
  if (cause !== null) return cause;
  const ran = deployed.findLast(
    (each) =>
      each.service === service &&
      each.finishMs <= beganMs &&
      (environment === "" ? each.tier === "production" : each.environment === environment),
  );
  return ran?.id ?? null;
}
