/** Takes the values of secrets out of a project file before it is kept, sent or shown; their names stay. Pure. */

export const HIDDEN = "***";

/** Everything below such a key is a secret; in `config.secrets` that is what stands there. */
const SECRETS = /^secrets?$/i;
/** A text under such a key is one, also as the name of a variable; a number is a limit or a length. */
const SECRET_NAME =
  /(?:^|[-_.])(?:pass(?:word|wd|phrase)?|pwd|token|secret|credentials?|authorization|(?:api|access|private|secret)[-_]?key)$/i;
const SECRET_END = /(?:[Pp]assword|[Ss]ecret|[Tt]oken|[Aa]pi[Kk]ey)$/;
/** Says where the value is, and is none: `$TOKEN`, `${TOKEN}`, `env:TOKEN`, `file:/run/secrets/token`, `age`. */
const REFERENCE = /^(?:\$\{?\w+\}?|(?:env|file|vault|age):\S+|age:?)$/;
/** The same in a header of a step: `Bearer ${{ env.TOKEN }}`. */
const HOLE = /\$\{\{\s*env\.\w+\s*\}\}/;

export const withoutSecrets = (value: unknown): unknown => hidden(value, [], false);

function hidden(value: unknown, path: readonly string[], isSecret: boolean): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => hidden(each, path, isSecret));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => {
        const below = [...path, key];
        if (isCommand(below, each)) return [key, each];
        return [key, hidden(each, below, isSecret || (names(key, each) && !areNames(below, each)))];
      }),
    );
  // `secret: true` only says that something is one.
  if (!isSecret || value === null || typeof value === "boolean") return value;
  if (typeof value === "string" && isReference(value)) return value;
  return HIDDEN;
}

const isReference = (text: string): boolean => REFERENCE.test(text) || HOLE.test(text);

export const isSecretName = (key: string): boolean => SECRET_NAME.test(key) || SECRET_END.test(key);

const names = (key: string, value: unknown): boolean =>
  SECRETS.test(key) || (typeof value === "string" && isSecretName(key));

/** Whether this text is a secret, by the name that it has. */
export const isSecretText = (key: string, text: string): boolean => names(key, text) && !isReference(text);

/** Kinds of steps that name the variables they need. */
const NAMING: ReadonlySet<string> = new Set(["run", "http", "migrate", "template"]);

/** `secrets: [TOKEN]` of a step or a check says which variables it needs; the values are nowhere in the file. */
function areNames(path: readonly string[], value: unknown): boolean {
  const [pipeline, steps, _step, kind] = path.slice(-5);
  const isOfStep = pipeline === "pipeline" && steps === "steps" && NAMING.has(kind ?? "");
  const isOfCheck = OF_CHECK.test(path.join("."));
  return ((isOfStep && path.length >= 5) || isOfCheck) && isListOfNames(value);
}

/** Lists have no keys of their own. */
const OF_CHECK = /(?:^|\.)verify(?:\.checks)?(?:\.chain)?\.secrets$/;

/** `config.secrets.KEY.command` says who is asked for it. */
function isCommand(path: readonly string[], value: unknown): boolean {
  const [config, secrets, _key, command] = path.slice(-4);
  return config === "config" && secrets === "secrets" && command === "command" && Array.isArray(value);
}

const isListOfNames = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => typeof each === "string" && /^[A-Za-z_]\w*$/.test(each));
