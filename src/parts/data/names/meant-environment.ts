/** Which environment somebody means who says a name: as it is spelled, in any case, or as the rules make it. */
import { foldName } from "../../../domain/fold-name.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest, nearestFirst } from "../../../kit/nearest.ts";
import type { Services } from "../../../ports/services.ts";
import { saidNames } from "./said-names.ts";

const MOST_SHOWN = 8;

/** @returns as it is spelled here; `null` when nobody knows the name */
export function meantEnvironment(services: Services, said: string, nowMs: number): string | null {
  const { names, read } = services.store;
  const known = new Map(names.environments().map(({ name }) => [foldName(name), name]));
  const own = known.get(foldName(said));
  if (own !== undefined) return own;
  const [ruled, ...others] = saidNames(services)
    .environments(said, null)
    .flatMap((name) => known.get(foldName(name)) ?? []);
  if (ruled !== undefined && others.length === 0) return ruled;
  // Nothing was deployed there, yet something else was told of it: an incident, a check.
  const [told] = read.activities({ environment: said }, 1, null, nowMs).items;
  return told === undefined ? null : (told.environment ?? said);
}

/** The same. @throws ViceError `not-found` with the nearest names, when no environment of this name was ever seen */
export function knownEnvironment(services: Services, said: string, nowMs: number): string {
  const environment = meantEnvironment(services, said, nowMs);
  if (environment !== null) return environment;
  const known = services.store.names.environments().map(({ name }) => name);
  throw new ViceError("not-found", { what: "environment", name: said, ...nearEnvironments(said, known) });
}

/** What an error says beside a name that nobody knows. */
export function nearEnvironments(
  said: string,
  known: readonly string[],
): { nearest: string | null; hint: string } {
  const near = nearest(said, known);
  const shown = nearestFirst(said, known).slice(0, MOST_SHOWN);
  const more = known.length > shown.length ? `, and ${known.length - shown.length} more` : "";
  const list = known.length === 0 ? "No environment is known yet." : `Known: ${shown.join(", ")}${more}.`;
  return { nearest: near, hint: list };
}
