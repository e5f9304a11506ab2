/** Which service somebody means who says a name: the exact one, else what the rules or the tools make of the name, in any case. */
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { Services } from "../../../ports/services.ts";
import { saidNames } from "./said-names.ts";

/** Whether anything was ever reported of it, by just this name. */
export const isService = ({ store }: Pick<Services, "store">, service: string, nowMs: number): boolean =>
  store.read.activities({ service }, 1, null, nowMs).items.length > 0;

/**
 * @returns the service as it is spelled here; `null` when nobody knows the name
 * @throws ViceError `input.invalid` for a name that stands for several
 */
export function meantService(services: Services, said: string, nowMs: number): string | null {
  if (isService(services, said, nowMs)) return said;
  const stands = saidNames(services).services(said);
  const [service = said, ...others] = stands;
  if (others.length === 0) return isService(services, service, nowMs) ? service : null;
  throw new ViceError("input.invalid", {
    message: `"${said}" stands for several: ${stands.join(", ")}.`,
    hint: "Say which service is meant.",
    stands,
  });
}

/** The same. @throws ViceError `not-found` with the nearest name, when no service of this name was ever seen */
export function knownService(services: Services, said: string, nowMs: number): string {
  const service = meantService(services, said, nowMs);
  if (service !== null) return service;
  throw new ViceError("not-found", {
    ...{ what: "service", name: said, nearest: nearest(said, knownServices(services)) },
  });
}

/** Every name that a service has, or was reported by. */
export const knownServices = ({ store }: Pick<Services, "store">): string[] =>
  [...new Set(store.names.reported().flatMap((each) => [each.service, each.name]))].filter(
    (name) => name !== null,
  );
