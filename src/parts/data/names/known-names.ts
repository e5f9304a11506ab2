/** The names that are known: canonical services and what tools call them. Compared without case. */
import { foldName } from "../../../domain/fold-name.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { ReportedName } from "../../../ports/names.ts";

/** Where a pattern puts what it matched. */
const PLACE = /\$\d/;

export interface Target {
  service: string;
  isNew: boolean;
}

export interface KnownNames {
  /** The service as it is spelled, or `null`. */
  service(name: string): string | null;
  /** The reported name as it is spelled, or `null`. */
  reported(name: string, source?: string): string | null;
  /** @throws ViceError `not-found` naming the nearest */
  missing(name: string): never;
  /**
   * The service that others are to become, as it is spelled, and whether it is a new one.
   * @param leaving names that stand for it from then on: they are no reason to take it for a slip
   * @throws ViceError `not-found` for an unknown name that looks like a known service
   */
  target(name: string, leaving: readonly string[]): Target;
}

export function knownNames(names: readonly ReportedName[]): KnownNames {
  const services = new Map(
    names.flatMap(({ service }) => (service === null ? [] : [[foldName(service), service] as const])),
  );
  const reported = (name: string, source?: string): string | null =>
    names.find((each) => foldName(each.name) === foldName(name) && (source ?? each.source) === each.source)
      ?.name ?? null;
  const standsFor = (name: string): string | null =>
    names.find((each) => foldName(each.name) === foldName(name))?.service ?? null;
  return {
    service: (name) => services.get(foldName(name)) ?? null,
    reported,
    target: (name, leaving) => {
      const service = services.get(foldName(name));
      if (service !== undefined) return { service, isNew: false };
      const leaves = new Set(leaving.map(foldName));
      const staying = names.flatMap((each) =>
        each.service === null || leaves.has(foldName(each.name)) || leaves.has(foldName(each.service))
          ? []
          : [each.service],
      );
      const near = leaves.has(foldName(name)) ? null : (standsFor(name) ?? nearest(name, staying));
      if (near === null || PLACE.test(name)) return { service: name, isNew: !PLACE.test(name) };
      const hint =
        "When a new service of this name is meant, add --new (over HTTP: new). Nothing was changed.";
      throw new ViceError("not-found", { what: "service", name, nearest: near, hint });
    },
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
