/** Hides what looks like a secret in a command line before it is recorded: rather once too often than once too little. */
// No expression here has the flag `i`: the first one of a process makes ICU load its tables, which costs up to 10 ms.

const HIDDEN = "***";
const SECRET_WORD =
  "(?:pass(?:word|wd|phrase)?|pwd|secret|token|api-?_?key|key|auth|authorization|credentials?|cookie|session|signature|private)";
const SECRET_NAME = new RegExp(
  `(?:^|[-_.])${SECRET_WORD}(?:$|[-_.])|(?:password|passwd|secret|token|apikey)`,
);

const isSecretName = (name: string): boolean => SECRET_NAME.test(name.toLowerCase());

/** Values that are secrets wherever they stand: tokens by their vendors' documented prefixes, JSON Web Tokens, keys. */
const SECRET_SHAPE =
  /\b(?:gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{8,}|AKIA[0-9A-Z]{12,}|npm_\w{16,}|sk-[\w-]{16,}|ey[\w-]{8,}\.[\w-]{8,}\.[\w-]*|API-[A-Z0-9]{20,})/g;

/** Every text that goes into a record passes here: user info in URLs and values of a known shape. */
export function maskText(text: string): string {
  return text
    .replace(/([a-zA-Z][a-zA-Z0-9+.-]*:\/\/)[^\s/@]+@/g, `$1${HIDDEN}@`)
    .replace(/\b([Bb]earer|BEARER|[Bb]asic|BASIC)\s+[^\s"']+/g, `$1 ${HIDDEN}`)
    .replace(SECRET_SHAPE, HIDDEN);
}

/** A header as one word: all of it is the value, also when it has blanks. */
const HEADER = /^([\w-]+)(:\s+)(.+)$/s;
/** `NAME=value`, `name: value` and `--name value` inside one word (a query, JSON, the text of `sh -c`). */
const ASSIGNED = /([\w.-]+)(=)("[^"]*"|'[^']*'|[^\s,;&"']+)/g;
const SAID = /([\w.-]+)(["']?\s*:\s*)(?!\/\/)("[^"]*"|'[^']*'|[^\s,;&}"']+)/g;
const FOLLOWED = /(?<=^|\s)(--?[a-zA-Z][\w-]*)(\s+)("[^"]*"|'[^']*'|[^\s"'-][^\s"']*)/g;

function maskWord(word: string): string {
  const named = (all: string, name: string, sign: string): string =>
    isSecretName(name) ? name + sign + HIDDEN : all;
  return maskText(word)
    .replace(HEADER, named)
    .replace(ASSIGNED, named)
    .replace(SAID, named)
    .replace(FOLLOWED, (all, flag: string, gap: string) => (hidesNext(flag) ? flag + gap + HIDDEN : all))
    .replace(/^(-p)(?=[^-\s*])\S+$/, `$1${HIDDEN}`);
}

/** `-p` and `-u` carry passwords in mysql, docker login, sshpass and curl; a hidden port does no harm. */
function hidesNext(flag: string): boolean {
  return flag === "-p" || flag === "-u" || (flag.startsWith("--") && isSecretName(flag.slice(2)));
}

/** A command line for people to recognise, at most `limit` characters long. */
export function maskedCommand(argv: readonly string[], limit = 300): string {
  const shown = argv.map((word, at) => {
    const before = argv[at - 1] ?? "";
    return hidesNext(before) && !before.includes("=") && !/^-[-a-zA-Z]/.test(word) ? HIDDEN : maskWord(word);
  });
  const line = shown.map((word) => (/^[^\s"'\\$`]+$/.test(word) ? word : JSON.stringify(word))).join(" ");
  return line.length <= limit ? line : `${line.slice(0, limit - 3).replace(/[\uD800-\uDBFF]$/, "")}...`;
}
