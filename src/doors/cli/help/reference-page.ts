/** docs/reference/cli.md: the help of every verb as one page. */
import { isHidden, type Verb } from "../verbs.ts";
import { flagsTopic } from "./flags-topic.ts";
import type { HelpStyle } from "./lay-out.ts";
import { overview } from "./overview.ts";
import { verbHelp } from "./verb-help.ts";

const STYLE: HelpStyle = { columns: 100, color: (_name, text) => text };

const fenced = (text: string): string => `\`\`\`text\n${text}\n\`\`\``;

export function cliReference(verbs: readonly Verb[]): string {
  const shown = verbs.filter((verb) => !isHidden(verb));
  const named = shown.map((verb) => ({ name: `vice ${verb.words.join(" ")}`, verb }));
  const sorted = named.sort((a, b) => (a.name < b.name ? -1 : 1));
  const pages = sorted.map(({ name, verb }) => `## ${name}\n\n${fenced(verbHelp(verb, STYLE))}`);
  const intro = "# Command line\n\nMade from the command table; the same text as `vice help`.";
  return `${[intro, fenced(overview(shown, null, STYLE)), `## Flags, environment, exit codes\n\n${fenced(flagsTopic(STYLE))}`, ...pages].join("\n\n")}\n`;
}
