/** A folder as `vice init` looks at it: small text files by their path, never more than it needs. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseAllDocuments } from "yaml";

const MOST_BYTES = 256 * 1024;
const MOST_FILES = 200;

export interface Repository {
  /** Name of the folder. */
  name: string;
  /** `null` = not there, or nothing to read. Paths are seen from the folder, with slashes. */
  read: (path: string) => string | null;
  /** Names in a folder below; directories end with a slash. */
  list: (path: string) => string[];
  /** Documents of a YAML file that are collections of keys. */
  yaml: (path: string) => Array<Record<string, unknown>>;
}

export function repositoryAt(folder: string): Repository {
  const root = resolve(folder);
  const read = (path: string): string | null => {
    try {
      const file = join(root, path);
      return statSync(file).size > MOST_BYTES ? null : readFileSync(file, "utf8");
    } catch {
      return null; // not there, or not for us
    }
  };
  return {
    name: basename(root),
    read,
    list: (path) => {
      try {
        const entries = readdirSync(join(root, path), { withFileTypes: true });
        return entries
          .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
          .sort()
          .slice(0, MOST_FILES);
      } catch {
        return []; // no such folder
      }
    },
    yaml: (path) => documentsOf(read(path) ?? ""),
  };
}

/** Templates are no YAML: then there is nothing to know. */
function documentsOf(text: string): Array<Record<string, unknown>> {
  try {
    return parseAllDocuments(text, { logLevel: "silent" })
      .filter(({ errors }) => errors.length === 0)
      .map((document): unknown => document.toJS())
      .filter(isRecord);
  } catch {
    return [];
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
