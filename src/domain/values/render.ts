/** Values as the formats that programs read them in. Pure. */

export const FORMATS = ["env", "dotenv", "json", "yaml", "k8s-secret"] as const;
export type Format = (typeof FORMATS)[number];

/** Why a key or its value cannot be written in a format. */
export interface Unwritable {
  key: string;
  problem: string;
}

const VARIABLE = /^[A-Za-z_]\w*$/;
/** https://kubernetes.io/docs/concepts/configuration/secret: keys of data. */
const IN_SECRET = /^[-.\w]+$/;

/** By key what cannot be said in this format; empty = all can. */
export function unwritable(values: Readonly<Record<string, string>>, format: Format): Unwritable[] {
  return Object.entries(values).flatMap(([key, text]) => {
    const problem = problemOf(key, text, format);
    return problem === null ? [] : [{ key, problem }];
  });
}

function problemOf(key: string, text: string, format: Format): string | null {
  if (format === "json" || format === "yaml") return null;
  if (format === "k8s-secret")
    return IN_SECRET.test(key) ? null : "a key of a Secret has letters, digits, -, _ and . only";
  if (!VARIABLE.test(key)) return "it is no name of a variable: letters, digits and _ only";
  if (text.includes("\0")) return "it has a NUL in it, which no variable can hold";
  if (format === "dotenv" && quoteFor(text) === null)
    return "it has all of ', \" and ` in it, or a carriage return, which dotenv cannot say; take another format";
  return null;
}

/** For `eval` and `.` of a shell. */
export const asShell = (values: Readonly<Record<string, string>>): string =>
  lines(values, (key, text) => `export ${key}=${shellWord(text)}`);

const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** As `node --env-file`, dotenv and Compose read it: what stands in single quotes is taken as it is. */
export const asDotenv = (values: Readonly<Record<string, string>>): string =>
  lines(values, (key, text) => {
    const quote = quoteFor(text) ?? "'";
    return `${key}=${quote}${text}${quote}`;
  });

/** A sign that does not stand in it; double quotes make `\n` a line's end. `null` = there is none. */
function quoteFor(text: string): string | null {
  if (text.includes("\r")) return null;
  if (/^[\w@%+=:,./-]+$/.test(text)) return "";
  // Within double quotes some readers fill in $NAME, and Compose knows no backticks.
  const fits = (sign: string): boolean => !text.includes(sign) && !(sign === '"' && /[\\$]/.test(text));
  return ["'", '"', "`"].find(fits) ?? (/["\\]/.test(text) ? null : '"');
}

const lines = (
  values: Readonly<Record<string, string>>,
  line: (key: string, text: string) => string,
): string =>
  Object.entries(values)
    .map(([key, text]) => `${line(key, text)}\n`)
    .join("");

/** @param encode to Base64 */
export function asSecret(
  values: Readonly<Record<string, string>>,
  name: string,
  encode: (text: string) => string,
): object {
  const data = Object.fromEntries(Object.entries(values).map(([key, text]) => [key, encode(text)]));
  return { apiVersion: "v1", kind: "Secret", metadata: { name: inDns(name) }, type: "Opaque", data };
}

/** RFC 1123: what names in Kubernetes look like. */
const inDns = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, 253)
    .replace(/[^a-z0-9]+$/, "");
