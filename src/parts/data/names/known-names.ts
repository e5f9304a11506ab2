/** The names that are known: canonical services and what tools call them. The exact one wins, else case does not matter. */
import { foldName, spelledAs } from "../../../domain/fold-name.ts";
import { exactly } from "../../../domain/names.ts";
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
  /** The service as it is spelled, or `null`. @throws ViceError `input.invalid` when several differ in case only */
  service(name: string): string | null;
  /** The reported name as it is spelled, or `null`. @throws ViceError `input.invalid` when several differ in case only */
  reported(name: string, source?: string): string | null;
  /** The pattern that fits this service and no other that is known. */
  patternOf(service: string): string;
  /** The same for a name that tools use. */
  patternOfReported(name: string): string;
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
  const services = new Set(names.flatMap(({ service }) => service ?? []));
  const used = new Set(names.map((each) => each.name));
  const of = (source: string | undefined): string[] =>
    names.flatMap((each) => ((source ?? each.source) === each.source ? [each.name] : []));
  const standsFor = (name: string): string | null => {
    const spelled = only(name, used);
    return names.find((each) => each.name === spelled)?.service ?? null;
  };
  return {
    service: (name) => only(name, services),
    reported: (name, source) => only(name, of(source)),
    patternOf: (service) => exactly(service, services),
    patternOfReported: (name) => exactly(name, used),
    target: (name, leaving) => {
      const service = only(name, services);
      if (service !== null) return { service, isNew: false };
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
      const hint = "List them: vice service list";
      throw new ViceError("not-found", {
        what: "service or reported name",
        name,
        nearest: nearest(name, [...services, ...used]),
        hint,
      });
    },
  };
}

/** @throws ViceError `input.invalid` when it cannot be told which one is meant */
function only(name: string, known: Iterable<string>): string | null {
  const alike = spelledAs(name, known);
  if (alike.length < 2) return alike[0] ?? null;
  throw new ViceError("input.invalid", {
    message: `"${name}" stands for several: ${alike.join(", ")}.`,
    hint: "Write it as the one is spelled that is meant.",
    stands: alike,
  });
}
