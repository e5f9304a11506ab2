/** What can be wrong with the sources of a configuration beyond its shape: names that are none, mappings that do not map. */
import { mappingsSchema } from "../../adapters/source/generic/index.ts";
import { isSourceName, SOURCE_NAMES } from "../../adapters/source/table.ts";
import { nearest } from "../../kit/nearest.ts";
import { schemaProblems } from "../../kit/yaml-file.ts";
import type { FileProblem } from "../../kit/yaml-problems.ts";

interface Named {
  sources: Readonly<Record<string, { map?: unknown }>>;
  sourceOrder?: readonly string[] | undefined;
}

/** What reports without being a source that can be connected. */
const OWN = ["vice", "local"];

export function sourceProblems({ sources, sourceOrder = [] }: Named): FileProblem[] {
  const inSources = Object.entries(sources).flatMap(([name, { map }]) => {
    if (map !== undefined) return mappingProblems(name, map);
    return isSourceName(name) ? [] : [unknownSource(name)];
  });
  const known = [...SOURCE_NAMES, ...OWN, ...Object.keys(sources)];
  const inOrder = sourceOrder.flatMap((name, at): FileProblem[] => {
    if (known.includes(name)) return [];
    return [
      {
        path: ["sourceOrder", at],
        problem: `there is no source "${name}"; known: ${known.join(", ")}`,
        nearest: nearest(name, known),
      },
    ];
  });
  return [...inSources, ...inOrder];
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
