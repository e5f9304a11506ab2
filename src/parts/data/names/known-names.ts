/** The names that are known: canonical services and what tools call them. Compared without case. */
import { foldName } from "../../../domain/tier.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { ReportedName } from "../../../ports/store.ts";

export interface KnownNames {
  /** The service as it is spelled, or `null`. */
  service(name: string): string | null;
  /** The reported name as it is spelled, or `null`. */
  reported(name: string, source?: string): string | null;
  /** @throws ViceError `not-found` naming the nearest */
  missing(name: string): never;
}

export function knownNames(names: readonly ReportedName[]): KnownNames {
  const services = new Map(
    names.flatMap(({ service }) => (service === null ? [] : [[foldName(service), service] as const])),
  );
  const reported = (name: string, source?: string): string | null =>
    names.find((each) => foldName(each.name) === foldName(name) && (source ?? each.source) === each.source)
      ?.name ?? null;
  return {
    service: (name) => services.get(foldName(name)) ?? null,
    reported,
    missing: (name) => {
      const all = [...services.values(), ...names.map((each) => each.name)];
      const hint = "List them: vice service list";
      throw new ViceError("not-found", {
        what: "service or reported name",
        name,
        nearest: nearest(name, all),
        hint,
      });
    },
  };
}
