/** What can be wrong with the sources of a configuration beyond its shape: names that are none, mappings that do not map. */
import { mappingsSchema } from "../../adapters/source/generic/index.ts";
import { isSourceName, SOURCE_NAMES } from "../../adapters/source/table.ts";
import { nearest } from "../../kit/nearest.ts";
import { schemaProblems } from "../../kit/yaml-file.ts";
import type { FileProblem } from "../../kit/yaml-problems.ts";

export function sourceProblems(sources: Readonly<Record<string, { map?: unknown }>>): FileProblem[] {
  return Object.entries(sources).flatMap(([name, { map }]) => {
    if (map !== undefined) return mappingProblems(name, map);
    return isSourceName(name) ? [] : [unknownSource(name)];
  });
}

export const unknownSource = (name: string): FileProblem => ({
  path: ["sources", name],
  problem: `there is no such source and it has no \`map\`; known: ${SOURCE_NAMES.join(", ")}`,
  nearest: nearest(name, SOURCE_NAMES),
});

export function mappingProblems(name: string, mapping: unknown): FileProblem[] {
  const { error } = mappingsSchema.safeParse(mapping);
  if (error === undefined) return [];
  return schemaProblems(mappingsSchema, error, mapping, ["sources", name, "map"]);
}
