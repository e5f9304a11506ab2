/** The private keys of age with which this vice reads secrets: from a variable, a file, or the home. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

export interface IdentityPlace {
  home: string;
  /** Of vice itself. */
  env: Readonly<Record<string, string | undefined>>;
}

export type Identities = { keys: string[]; problem: null } | { keys: null; problem: string };

const OTHERS = 0o077;

/** `problem` says what to do. */
export async function identitiesOf({ home, env }: IdentityPlace): Promise<Identities> {
  const { VICE_AGE_KEY: own, VICE_AGE_KEY_FILE: named } = env;
  if (own !== undefined && own.trim() !== "") return keysIn(own, "VICE_AGE_KEY");
  const isNamed = named !== undefined && named !== "";
  const file = isNamed ? named : join(home, "age-key.txt");
  const found = await stat(file).catch(() => null);
  if (found === null) {
    const missing = isNamed ? `${file} (VICE_AGE_KEY_FILE) is not there` : "there is no key of age here";
    const make = isNamed ? "" : `; make one: age-keygen -o ${file}, or set VICE_AGE_KEY_FILE`;
    return { keys: null, problem: missing + make };
  }
  if (process.platform !== "win32" && (found.mode & OTHERS) !== 0)
    return { keys: null, problem: `others may read the key ${file}; type: chmod 600 ${file}` };
  const text = await readFile(file, "utf8").catch(() => null);
  return text === null ? { keys: null, problem: `the key ${file} cannot be read` } : keysIn(text, file);
}

/** As `age-keygen` writes it: comments, and one key in a line. */
function keysIn(text: string, where: string): Identities {
  const keys = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => /^AGE-SECRET-KEY-/i.test(line));
  if (keys.length > 0) return { keys, problem: null };
  return { keys: null, problem: `there is no key of age in ${where}; it begins with AGE-SECRET-KEY-1` };
}
