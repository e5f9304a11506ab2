/** Makes the files that come from the source: reference pages and JSON Schemas. Run by the build; the same source gives the same bytes. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { queryReference } from "../adapters/query/reference.ts";
import { cliReference, describedVerbs } from "../doors/cli/index.ts";
import { appVerbs } from "./app-verbs.ts";
import { allCommands } from "./commands.ts";
import { errorsPage } from "./reference/errors-page.ts";
import { httpPage } from "./reference/http-page.ts";
import {
  activityFileSchema,
  commandsFile,
  dashboardFileSchema,
  projectFileSchema,
  serverFileSchema,
} from "./reference/schemas.ts";
import { sourcesPage } from "./reference/sources-page.ts";
import { targetsPage } from "./reference/targets-page.ts";

/** Each file by its path from the root of the repository. */
const FILES: Readonly<Record<string, () => string | Promise<string>>> = {
  "docs/reference/cli.md": () => cliReference(describedVerbs(allCommands, appVerbs)),
  "docs/reference/http.md": () => httpPage(allCommands),
  "docs/reference/errors.md": errorsPage,
  "docs/reference/query.md": queryReference,
  "docs/reference/sources.md": sourcesPage,
  "docs/targets.md": targetsPage,
  "schemas/vice.schema.json": projectFileSchema,
  "schemas/vice.server.schema.json": serverFileSchema,
  "schemas/dashboard.schema.json": dashboardFileSchema,
  "schemas/activity.schema.json": activityFileSchema,
  "schemas/commands.json": () => commandsFile(allCommands),
};

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What the files should hold. */
export async function generatedFiles(): Promise<Map<string, string>> {
  const entries = Object.entries(FILES).map(async ([path, make]) => [path, await make()] as const);
  return new Map(await Promise.all(entries));
}

/** @returns the paths of files that are missing or hold something else */
export function staleFiles(files: ReadonlyMap<string, string>, root: string = ROOT): string[] {
  return [...files].filter(([path, text]) => readOrNull(join(root, path)) !== text).map(([path]) => path);
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null; // not there yet
  }
}

if (import.meta.main) {
  const files = await generatedFiles();
  for (const path of staleFiles(files)) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), files.get(path) ?? "");
    process.stderr.write(`vice: wrote ${path}\n`);
  }
}
