/** Takes the secrets out of a configuration file before it goes into a backup. */
import { parse, stringify } from "yaml";

const SECRET_KEY = /secret|token|password|passphrase|credential|private.?key|api.?key|authorization/i;
/** These name a place or a rule, not a secret. */
const HARMLESS_KEY = /(?:file|header)$/i;
/** The address of a channel lets everybody who knows it write there. */
const SECRET_PLACE = /^notify\.[^.]+\.url$/;
/** Says where a secret is, and is none. */
const REFERENCE = /^(env|file):/;
const CREDENTIALS_IN_URL = /^([a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/i;

export interface Cleaned {
  /** YAML, without comments: a comment may hold a secret too. */
  text: string;
  /** Where secrets were: `sources.github.secret`. */
  leftOut: string[];
}

/**
 * Keys that hold secrets are taken out rather than emptied: an empty secret would be one that anybody knows.
 * @throws YAMLParseError for what is no YAML
 */
export function leaveOutSecrets(yaml: string): Cleaned {
  const leftOut: string[] = [];
  const kept = clean(parse(yaml) as unknown, "", leftOut);
  const head = leftOut.map((path) => `# left out of the backup, enter it again: ${path}\n`).join("");
  return { text: head + stringify(kept ?? {}), leftOut };
}

function clean(value: unknown, path: string, leftOut: string[]): unknown {
  if (Array.isArray(value)) return value.map((each, at) => clean(each, `${path}[${at}]`, leftOut));
  if (typeof value === "string") return withoutCredentials(value, path, leftOut);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, each]) => {
    const at = path === "" ? key : `${path}.${key}`;
    if (!isSecret(key, each) && !isSecretPlace(at, each)) return [[key, clean(each, at, leftOut)]];
    leftOut.push(at);
    return [];
  });
  return Object.fromEntries(entries);
}

const isSecretPlace = (path: string, value: unknown): boolean =>
  SECRET_PLACE.test(path) && typeof value === "string" && !REFERENCE.test(value);

/** An object below such a key (a source called "token-service") is looked through, not dropped. */
function isSecret(key: string, value: unknown): boolean {
  if (!SECRET_KEY.test(key) || HARMLESS_KEY.test(key) || value === null) return false;
  return typeof value !== "object" || Array.isArray(value);
}

function withoutCredentials(text: string, path: string, leftOut: string[]): string {
  if (!CREDENTIALS_IN_URL.test(text)) return text;
  leftOut.push(path);
  return text.replace(CREDENTIALS_IN_URL, "$1");
}
