/** Opens secrets in variables, in files, by a command, and in files that are encrypted with age. */
import { readFile, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { parse } from "yaml";
import { type SecretReference, sayReference } from "../../domain/values/reference.ts";
import { nearest } from "../../kit/nearest.ts";
import { type Opened, type SecretPlace, type Secrets, secretsFile } from "../../ports/secrets.ts";
import { seal, unseal } from "./age-box.ts";
import { type IdentityPlace, identitiesOf } from "./age-identities.ts";
import { askCommand, withoutLineEnd } from "./ask-command.ts";

const MOST_BYTES = 1024 * 1024;
/** What vice itself works with is nobody's secret. */
const OWN = /^VICE_/;

export function createSecrets(place: IdentityPlace): Secrets {
  const unsealHere = async (sealed: string | Uint8Array): Promise<Opened> => {
    const { keys, problem } = await identitiesOf(place);
    if (problem !== null) return closed(problem);
    try {
      return { text: await unseal(sealed, keys), problem: null };
    } catch {
      return closed("no key here opens it; who can, runs: vice config secret rotate-recipients");
    }
  };
  return {
    env: place.env,
    seal,
    unseal: unsealHere,
    open: async (key, reference, from) => {
      if (reference.kind === "env") return fromEnv(reference.name, from);
      if (reference.kind === "command")
        return askCommand({ argv: reference.argv, cwd: from.cwd, env: withoutOwn(from.env) });
      const stored = await storedOf(key, reference, from);
      if (stored.problem !== null) return stored;
      if (reference.kind === "file") return { text: withoutLineEnd(stored.text), problem: null };
      const opened = await unsealHere(reference.kind === "age" ? stored.text : bytesOf(stored.text));
      return opened.text === null ? opened : { text: withoutLineEnd(opened.text), problem: null };
    },
    stamp: async (key, reference, from) => {
      const said = sayReference(reference);
      // Of what is not encrypted a stamp would help to guess it.
      if (reference.kind !== "age" && reference.kind !== "age-file") return said;
      const stored = await storedOf(key, reference, from);
      return stored.text === null ? null : `${said}\n${stored.text}`;
    },
  };
}

const withoutOwn = (env: SecretPlace["env"]): SecretPlace["env"] =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !OWN.test(name)));

const closed = (problem: string): Opened => ({ text: null, problem });

function fromEnv(name: string, { env }: SecretPlace): Opened {
  if (OWN.test(name)) return closed(`${name} is of vice itself, and no secret of an application`);
  const text = env[name];
  return text === undefined ? closed(`the variable ${name} is not set here`) : { text, problem: null };
}

type Stored = Extract<SecretReference, { kind: "file" | "age" | "age-file" }>;

/** What stands in the file: for one that `age` wrote, each byte as one character. */
async function storedOf(key: string, reference: Stored, { cwd, environment }: SecretPlace): Promise<Opened> {
  if (reference.kind !== "age") {
    const { path, kind } = reference;
    return readSmall(isAbsolute(path) ? path : join(cwd, path), kind === "file" ? "utf8" : "latin1");
  }
  if (environment === null) return closed("secrets of age belong to an environment, and none is named");
  const name = secretsFile(environment);
  const file = await readSmall(join(cwd, name), "utf8");
  if (file.problem !== null) return closed(`${name} is not there; type: vice config secret set`);
  const wanted = reference.name ?? key;
  const stored = entriesOf(file.text);
  if (stored === null) return closed(`${name} is no YAML`);
  const text = Object.hasOwn(stored, wanted) ? stored[wanted] : undefined;
  if (typeof text === "string") return { text, problem: null };
  const meant = nearest(wanted, Object.keys(stored));
  return closed(`${name} has no ${wanted}${meant === null ? "" : `; did you mean ${meant}?`}`);
}

function entriesOf(text: string): Record<string, unknown> | null {
  try {
    const read: unknown = parse(text, { logLevel: "error" });
    return typeof read === "object" && read !== null ? (read as Record<string, unknown>) : {};
  } catch {
    return null; // a YAMLParseError
  }
}

async function readSmall(path: string, encoding: "utf8" | "latin1"): Promise<Opened> {
  try {
    const found = await stat(path);
    // A pipe or a device could be waited for without end.
    if (!found.isFile()) return closed(`${path} is no file`);
    if (found.size > MOST_BYTES) return closed(`${path} is larger than 1 MiB`);
    return { text: await readFile(path, encoding), problem: null };
  } catch (error) {
    const isMissing = Object(error)["code"] === "ENOENT";
    return closed(`${path} ${isMissing ? "is not there" : "cannot be read"}`);
  }
}

/** `age -a` writes text, `age` bytes. */
function bytesOf(stored: string): string | Uint8Array {
  return stored.trimStart().startsWith("-----BEGIN AGE") ? stored : Buffer.from(stored, "latin1");
}
