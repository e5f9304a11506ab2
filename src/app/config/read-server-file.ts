/** Reads `vice.server.yaml` so far as it is right, so that what is wrong beyond its shape can be told at once with the rest. */
import { z } from "zod";
import type { KeyPath } from "../../kit/say-issue.ts";
import { parseLeavingOwnKeys, schemaProblems } from "../../kit/yaml-file.ts";
import type { FileProblem } from "../../kit/yaml-problems.ts";
import { readYaml } from "./read-yaml.ts";
import { type ServerFile, serverSchema } from "./server-schema.ts";

export interface ReadFile {
  /** Without the keys that are wrong. */
  read: ServerFile;
  problems: FileProblem[];
}

/** @throws ViceError `config.invalid` for a file that is no YAML or cannot be read */
export function readServerFile(file: string): ReadFile {
  const first = parseLeavingOwnKeys(serverSchema, readYaml(file, z.unknown()));
  const problems = first.parsed.success ? [] : schemaProblems(serverSchema, first.parsed.error, first.given);
  for (let { parsed, given } = first; ; parsed = serverSchema.safeParse(given)) {
    if (parsed.success) return { read: parsed.data, problems };
    const found = schemaProblems(serverSchema, parsed.error, given);
    given = without(
      given,
      found.map(({ path }) => placeOf(given, path)),
    );
    if (given === GONE) given = {};
  }
}

/** The key that is wrong, or what lacks one. */
function placeOf(content: unknown, path: KeyPath): KeyPath {
  let at = content;
  for (const [depth, step] of path.entries()) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return path.slice(0, depth);
    at = Reflect.get(at, step);
  }
  return path;
}

const GONE = Symbol("gone");

/** A list with an entry that is wrong goes as a whole: the places of the others would not be right any more. */
function without(content: unknown, paths: readonly KeyPath[]): unknown {
  if (paths.some((path) => path.length === 0)) return GONE;
  if (paths.length === 0 || typeof content !== "object" || content === null) return content;
  const kept = Object.entries(content).map(([key, value]: [string, unknown]): [string, unknown] => {
    const below = paths.filter(([step]) => String(step) === key).map((path) => path.slice(1));
    return [key, without(value, below)];
  });
  if (!Array.isArray(content)) return Object.fromEntries(kept.filter(([, value]) => value !== GONE));
  return kept.some(([, value]) => value === GONE) ? GONE : kept.map(([, value]) => value);
}
