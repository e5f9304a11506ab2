// Finds the recorded webhook payloads, which stand beside the repository and are not part of it.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");

/** The folder of recorded webhooks (one folder per system), or null when this machine has none. */
export function fixturesDir(environment: NodeJS.ProcessEnv = process.env): string | null {
  const named = environment.VICE_SHARED_FIXTURES;
  const folder = named ? resolve(named) : resolve(root, "../shared/fixtures/webhooks");
  return existsSync(folder) ? folder : null;
}

/** The path of one recorded file. Use it inside `needs("webhook-fixtures")`; without the folder it throws. */
export function fixturePath(...parts: string[]): string {
  const folder = fixturesDir();
  if (!folder)
    throw new Error('The recorded webhooks are not here: wrap this test in needs("webhook-fixtures").');
  return join(folder, ...parts);
}
