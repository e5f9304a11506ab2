/** A rule about a name that nobody knows would hold nowhere: a slip is told, a new name has to be said to be one. */
import { foldName } from "../../../domain/tier.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { Services } from "../../../ports/services.ts";
import { policies } from "../../config/index.ts";

interface Named {
  service?: string | undefined;
  environment?: string | undefined;
  team?: string | undefined;
}

/**
 * Takes names that are known, and new ones that look like none of them.
 * @param isNew the caller says that the name is meant
 * @throws ViceError `not-found` with the nearest name
 */
export function assertMeant(services: Services, named: Named, isNew: boolean, nowMs: number): void {
  if (isNew) return;
  const items = services.store.read.status({ ephemeral: true }, nowMs);
  for (const what of ["service", "environment", "team"] as const) {
    const name = named[what];
    if (name === undefined) continue;
    const reported = items.map((item) => item[what]).filter((each) => each !== null);
    const known = [...new Set([...reported, ...declared(services, what)])];
    if (known.some((each) => foldName(each) === foldName(name))) continue;
    const near = nearest(name, known);
    if (near === null) continue;
    throw new ViceError("not-found", {
      what,
      name,
      nearest: near,
      hint: `Did you mean "${near}"? If it is new: --new`,
    });
  }
}

/** Names of registered projects: where nothing was deployed yet a slip would find no rule at all. */
const declared = (services: Services, what: keyof Named): string[] =>
  policies(services).flatMap(({ team, services: names, environments, project }) => {
    if (what === "service") return [project, ...names];
    if (what === "environment") return environments.map(({ name }) => name);
    return team === null ? [] : [team];
  });
