/** Takes the values of secrets out of a project file before it is kept, sent or shown; their names stay. Pure. */

export const HIDDEN = "***";

/** Everything below such a key is a secret; in `config.secrets` that is what stands there. */
const SECRETS = /^secrets?$/i;
/** A text under such a key is one; a number is a limit or a length. */
const SECRET_NAME =
  /(?:^|[-_.])(?:pass(?:word|wd|phrase)?|pwd|token|credentials?|api-?_?key)$|(?:[Pp]assword|[Ss]ecret|[Tt]oken|[Aa]pi[Kk]ey)$/;
/** Says where the value is, and is none: `$TOKEN`, `${TOKEN}`, `env:TOKEN`, `file:/run/secrets/token`. */
const REFERENCE = /^(?:\$\{?\w+\}?|(?:env|file|vault):\S+)$/;

export function withoutSecrets(value: unknown, isSecret = false): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => withoutSecrets(each, isSecret));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, withoutSecrets(each, isSecret || names(key, each))]),
    );
  if (!isSecret || value === null || (typeof value === "string" && REFERENCE.test(value))) return value;
  return HIDDEN;
}

const names = (key: string, value: unknown): boolean =>
  SECRETS.test(key) || (typeof value === "string" && SECRET_NAME.test(key));
