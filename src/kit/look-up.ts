/** Opens a reference to a secret: `env:NAME` or `file:PATH`. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** @returns `null` when it is not there or empty */
export function lookUp(reference: string, env: Readonly<Record<string, string | undefined>>): string | null {
  const [scheme, rest] = [
    reference.slice(0, reference.indexOf(":")),
    reference.slice(reference.indexOf(":") + 1),
  ];
  if (scheme === "env") return env[rest]?.trim() || null;
  try {
    return readFileSync(resolve(rest), "utf8").trim() || null;
  } catch {
    return null;
  }
}
