/** The first help that people see, and the help of a group of verbs. */
import { PARTS } from "../../../kit/command.ts";
import { verbsBelow } from "../find-verb.ts";
import { isHidden, partNamed, type Verb, waysOf } from "../verbs.ts";
import {
  type HelpRow,
  type HelpStyle,
  indented,
  sections,
  title,
  twoColumns,
  widthOf,
  wrap,
} from "./lay-out.ts";

const EXAMPLES: readonly HelpRow[] = [
  { left: "vice demo", right: "look at a company that deploys all day" },
  { left: "vice serve", right: "start the server and its page; connect your tools there" },
  { left: "vice status", right: "what runs where" },
  { left: "vice run --env production -- make deploy", right: "run a command as ever, and record it" },
];

/** First words by what people want to do; what stands nowhere comes last. */
const GROUPS: ReadonlyArray<readonly [name: string, words: readonly string[]]> = [
  [
    "See what happened",
    ["status", "versions", "compare", "deployments", "activities", "what-changed", "drift"],
  ],
  ["Follow work", ["trace", "traces", "where", "manifest", "flow"]],
  ["Understand delivery", ["metrics", "report", "dashboard", "query", "incident", "experiment", "abnormal"]],
  ["Record what you do", ["run", "event", "shellenv", "flush"]],
  ["Names and sources", ["service", "environment", "source", "export"]],
  ["Deploy and prove", ["deploy", "rollback", "can-deploy", "verify", "andon", "approve", "artifact"]],
  ["Set up a project", ["init", "project", "config"]],
  ["Run vice", ["serve", "demo", "doctor", "token", "audit"]],
  ["Help", ["help", "completion"]],
];

export function overview(verbs: readonly Verb[], version: string | null, style: HelpStyle): string {
  const shown = verbs.filter((verb) => !isHidden(verb));
  const daily = firstWords(shown).filter((word) => partNamed(word) === null || isVerb(word, shown));
  const known = new Set(GROUPS.flatMap(([, words]) => words));
  const groups = [...GROUPS, ["More", daily.filter((word) => !known.has(word))] as const];
  return sections([
    [`${title("vice", style)}${version === null ? "" : ` ${version}`}: deploy it, prove it, see it.`],
    [title("Examples", style), ...twoColumns(EXAMPLES, style)],
    [`${title("Usage:", style)} vice <verb> [arguments] [flags]`],
    ...groups.map(([name, words]) =>
      group(
        name,
        words.filter((word) => daily.includes(word)),
        shown,
        style,
      ),
    ),
    partsSection(shown, style),
    wrap("More: vice help <verb>, vice help <part>, vice help flags", widthOf(style)),
  ]);
}

/** The name of a part that is a verb too: `vice deploy`, `vice verify`. */
const isVerb = (word: string, verbs: readonly Verb[]): boolean =>
  verbs.some(({ words }) => words.length === 1 && words[0] === word);

const firstWords = (verbs: readonly Verb[]): string[] => [
  ...new Set(verbs.map(({ words }) => words[0] ?? "")),
];

function group(name: string, words: readonly string[], verbs: readonly Verb[], style: HelpStyle): string[] {
  if (words.length === 0) return [];
  return [
    title(name, style),
    ...twoColumns(
      words.map((word) => ({ left: word, right: sayWord(word, verbs) })),
      style,
    ),
  ];
}

/** The summary of the verb itself, then the verbs below it. */
function sayWord(word: string, verbs: readonly Verb[]): string {
  const own = verbs.find(({ words }) => words.length === 1 && words[0] === word);
  const below = verbs
    .filter(({ words }) => words.length > 1 && words[0] === word)
    .map(({ words }) => words.slice(1).join(" "));
  if (own === undefined) return below.join(", ");
  return below.length === 0 || partNamed(word) !== null
    ? own.summary
    : `${own.summary} Also: ${below.join(", ")}.`;
}

function partsSection(verbs: readonly Verb[], style: HelpStyle): string[] {
  const rows = Object.entries(PARTS).flatMap(([part, vice]): HelpRow[] => {
    const all = verbs.filter(({ command }) => command?.part === part);
    const own = all
      .filter(({ words }) => words[0] === part && words.length > 1)
      .map(({ words }) => words.slice(1).join(" "));
    const daily = [...new Set(all.map(({ words }) => words[0] ?? ""))].filter((word) => word !== part);
    const right = [...own, ...daily].join(", ");
    return right === "" ? [] : [{ left: part, note: vice, right }];
  });
  if (rows.length === 0) return [];
  return [
    `${title("Parts", style)}  vice <part> <verb>; each part answers to its vice too`,
    ...twoColumns(rows, style),
  ];
}

/** Help for words that are no verb themselves: `vice token`, `vice data`. */
export function groupHelp(verbs: readonly Verb[], words: readonly string[], style: HelpStyle): string {
  const below = verbsBelow(verbs, words);
  const part = partNamed(words[0] ?? "");
  const name = ["vice", ...words].join(" ");
  const rows = below.map((verb) => ({
    left: ["vice", ...shownWay(verb, words)].join(" "),
    right: verb.summary,
  }));
  const examples = below.flatMap((verb) => verb.examples.slice(0, 1)).slice(0, 4);
  const about =
    part === null || words.length > 1
      ? []
      : [`The part "${part}"${style.color("dim", `, also called ${PARTS[part]}`)}.`];
  return sections([
    about,
    examples.length === 0 ? [] : [title("Examples", style), ...indented(examples)],
    [`${title("Usage:", style)} ${name} <verb> [flags]`],
    [title("Verbs", style), ...twoColumns(rows, style)],
    [`More: vice help ${words.join(" ")} <verb>`],
  ]);
}

/** The way that begins with these words and ends like the verb in help. */
function shownWay(verb: Verb, words: readonly string[]): readonly string[] {
  const fitting = waysOf(verb).filter((way) => words.every((word, at) => way[at] === word));
  return fitting.find((way) => way.join(" ").endsWith(verb.words.join(" "))) ?? fitting[0] ?? verb.words;
}
