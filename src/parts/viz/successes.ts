/** What ran in a place, one after the other: the successful deployments that brought something. */
import type { Activity } from "../../domain/activity.ts";
import type { ActivityFilter } from "../../ports/read-models.ts";
import type { Services } from "../../ports/services.ts";

interface Place {
  service: string | null;
  environment?: string | null | undefined;
  /** `undefined` = those of all tenants. */
  tenant?: string | null;
}

interface Context {
  services: Services;
  nowMs: number;
}

/**
 * Newest first, at most so many. One that two tools tell of stands once; what only changed configuration is left out,
 * since it changed nothing of what runs. A teardown is among them.
 */
export function successesIn(place: Place, most: number, { services, nowMs }: Context): Activity[] {
  const { service, environment, tenant } = place;
  const filter: ActivityFilter = {
    kind: "deployment",
    status: "succeeded",
    service: service ?? undefined,
    environment: environment ?? undefined,
  };
  return services.store.read
    .activities(filter, most, null, nowMs)
    .items.filter(
      (each) =>
        each.primaryId === null &&
        each.deploymentKind !== "config" &&
        (tenant === undefined || each.tenant === tenant),
    );
}
