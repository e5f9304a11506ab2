/** Where the text of a secret is: `env:NAME`, `file:path`, `age`, `age:NAME`, or a command. Pure. */

export type SecretReference =
  | { kind: "env"; name: string }
  | { kind: "file"; path: string }
  | { kind: "command"; argv: readonly string[] }
  /** In the file of the environment, below this name; `null` = below the name of the secret itself. */
  | { kind: "age"; name: string | null }
  /** A file that `age` wrote, as a whole. */
  | { kind: "age-file"; path: string };

/** As `vice.yaml` says it. */
export type SaidReference = string | { command: readonly string[] };

export const REFERENCE_FORMS = "env:NAME, file:path, age, age:NAME, age:path.age, or {command: [...]}";

/** @returns `null` = it is none, and may be the secret itself */
export function referenceOf(said: SaidReference): SecretReference | null {
  if (typeof said !== "string") return { kind: "command", argv: said.command };
  const text = said.trim();
  const variable = /^(?:env:([A-Za-z_]\w*)|\$(\w+)|\$\{(\w+)\})$/.exec(text);
  if (variable !== null) return { kind: "env", name: variable[1] ?? variable[2] ?? variable[3] ?? "" };
  if (text === "age" || text === "age:") return { kind: "age", name: null };
  const [, kind, rest = ""] = /^(file|age):(\S.*)$/.exec(text) ?? [];
  if (kind === "file") return { kind, path: rest };
  if (kind !== "age") return null;
  return /\/|\.age$/.test(rest) ? { kind: "age-file", path: rest } : { kind, name: rest };
}

/** As it is shown: a command without its arguments, which may say more than they should. */
export function sayReference(reference: SecretReference): string {
  switch (reference.kind) {
    case "env":
      return `env:${reference.name}`;
    case "file":
      return `file:${reference.path}`;
    case "command":
      return `command:${reference.argv[0] ?? ""}`;
    case "age":
      return reference.name === null ? "age" : `age:${reference.name}`;
    case "age-file":
      return `age:${reference.path}`;
  }
}

const OTHERS = /^(vault|sops|ssm|consul|secretsmanager|op):/;

/** Never the text itself: it may be the secret. */
export function noReference(said: SaidReference): string {
  const kind = typeof said === "string" ? OTHERS.exec(said)?.[1] : undefined;
  const what =
    kind === undefined ? "it does not say where the secret is" : `"${kind}:" is not known to this vice`;
  return `${what}; write ${REFERENCE_FORMS}`;
}
