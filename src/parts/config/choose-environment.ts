/** Which environment is meant: the one that was named, or the first in the order of promotion, never production by itself. */

import { foldName } from "../../domain/fold-name.ts";
import type { Project, ProjectEnvironment } from "../../domain/project/project.ts";
import { ViceError } from "../../kit/errors.ts";
import { nearest } from "../../kit/nearest.ts";

/** @throws ViceError `not-found`, `usage`: with what to type */
export function chooseEnvironment(
  { project, environments }: Project,
  given: string | null,
): ProjectEnvironment {
  const names = environments.map(({ name }) => name);
  if (given !== null) {
    const found = environments.find(({ name }) => foldName(name) === foldName(given));
    if (found !== undefined) return found;
    throw new ViceError("not-found", {
      message: `The project "${project}" has no environment "${given}".`,
      nearest: nearest(given, names),
      hint: names.length === 0 ? "Its vice.yaml names none." : `It has: ${names.join(", ")}.`,
    });
  }
  const [first] = environments;
  if (first === undefined)
    throw new ViceError("usage", {
      message: `The project "${project}" names no environments.`,
      hint: "Name them in its vice.yaml, in the order of promotion: environments: [staging, production]",
    });
  if (first.tier !== "production") return first;
  throw new ViceError("usage", {
    message: `The first environment of "${project}" is production, and production must be named.`,
    hint: `Type: --env ${first.name}`,
  });
}
