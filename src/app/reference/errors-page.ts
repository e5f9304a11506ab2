/** docs/reference/errors.md: every error with its status, exit code, words and next step. */
import { ERRORS } from "../../kit/errors.ts";
import { cell } from "./markdown.ts";

const FREE: ReadonlySet<string | symbol> = new Set(["message", "hint", "nearest", "line"]);

/** Details that name themselves: `There is no source "<name>".` */
const PLACEHOLDERS: Record<string, unknown> = new Proxy(
  {},
  { get: (_target, key) => (FREE.has(key) ? undefined : `<${String(key)}>`) },
);

const INTRO = `# Errors

Every door says errors in the same words: HTTP as \`{"error":{"code","message","hint","details"}}\`, the command line as
\`error: <message>\` and the hint below it, on stderr. \`retry\` says whether the same call may succeed later.

| code | HTTP | exit | retry | message | next step |
|---|---|---|---|---|---|`;

export function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(([code, { http, exit, retry, message, hint }]) => {
    const words = [message(PLACEHOLDERS), hint(PLACEHOLDERS)].map((text) =>
      cell(text.replace(/<|>/g, (sign) => (sign === "<" ? "‹" : "›"))),
    );
    return `| \`${code}\` | ${http} | ${exit} | ${retry ? "yes" : "no"} | ${words.join(" | ")} |`;
  });
  return `${[INTRO, ...rows].join("\n")}\n`;
}
