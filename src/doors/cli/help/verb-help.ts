/** Help for one verb: examples, usage, arguments, flags. */
import type { Field } from "../fields.ts";
import { GLOBAL_FLAGS } from "../global-flags.ts";
import type { Verb } from "../verbs.ts";
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

export function verbHelp(verb: Verb, style: HelpStyle): string {
  const written = verb.builtin?.help;
  if (written !== undefined) return written;
  const inPlace = new Set(verb.positional.map(({ key }) => key));
  const fields = verb.fields();
  const flags = fields.filter(({ key }) => !inPlace.has(key));
  const words = verb.positional.flatMap(({ key }) => fields.filter((field) => field.key === key));
  return sections([
    wrap(verb.summary, widthOf(style)),
    section("Examples", indented(verb.examples), style),
    [`${title("Usage:", style)} ${usageOf(verb)}`, ...alsoOf(verb, style)],
    section(
      "Arguments",
      twoColumns(
        words.map((field) => ({ left: sayWord(verb, field), right: sayAbout(field) })),
        style,
      ),
      style,
    ),
    section("Flags", twoColumns(flags.map(flagRow), style), style),
    ...(verb.command?.topics ?? []).map((topic) =>
      section(
        topic.title,
        twoColumns(
          topic.rows.map(([left, right]) => ({ left, right })),
          style,
        ),
        style,
      ),
    ),
    wrap(globalLine(verb, fields), widthOf(style)).map((line) => style.color("dim", line)),
  ]);
}

const section = (name: string, lines: readonly string[], style: HelpStyle): string[] =>
  lines.length === 0 ? [] : [title(name, style), ...lines];

/** `vice deployments show <id> [flags]` */
export function usageOf(verb: Verb): string {
  const fields = verb.fields();
  const words = verb.positional
    .flatMap(({ key }) => fields.filter((field) => field.key === key))
    .map((field) => sayWord(verb, field));
  return ["vice", ...verb.words, ...words, "[flags]"].join(" ");
}

function sayWord(verb: Verb, { key, flag, required }: Field): string {
  const rest = verb.positional.some((each) => each.key === key && each.rest) ? "..." : "";
  return required ? `<${flag}>${rest}` : `[${flag}]${rest}`;
}

function alsoOf(verb: Verb, style: HelpStyle): string[] {
  const others = verb.aliases.map((way) => ["vice", ...way].join(" "));
  if (others.length === 0) return [];
  const [first = "", ...more] = wrap(others.join(", "), widthOf(style) - 7);
  return [`Also:  ${first}`, ...more.map((line) => `       ${line}`)].map((line) => style.color("dim", line));
}

export function flagRow(field: Field): HelpRow {
  const { short, type, flag, fallback } = field;
  const letter = short === null ? "" : `-${short}, `;
  if (type === "switch")
    return { left: `${letter}--${fallback === "true" ? "no-" : ""}${flag}`, right: sayAbout(field) };
  return { left: `${letter}--${flag} ${placeholder(field)}`, right: sayAbout(field) };
}

const PLACEHOLDERS: Readonly<Record<string, string>> = { number: "N", record: "KEY=VALUE", json: "JSON" };

const placeholder = ({ type, flag, file }: Field): string =>
  file === null ? (PLACEHOLDERS[type] ?? flag.replaceAll("-", "_").toUpperCase()) : "FILE";

/** The description, then what is possible and what happens without it. */
export function sayAbout({ about, choices, fallback, type }: Field): string {
  const notes = [
    ...(choices.length > 0 ? [choices.join(", ")] : []),
    ...(fallback === null ? [] : [type === "switch" ? "on unless you say no" : `default ${fallback}`]),
    ...(type === "list" || type === "record" ? ["may be repeated"] : []),
  ];
  const more = notes.join("; ");
  if (about === "") return more;
  return more === "" ? about : `${about.replace(/\.$/, "")} (${more})`;
}

function globalLine(verb: Verb, fields: readonly Field[]): string {
  const own = new Set(fields.map(({ flag }) => flag));
  const fitting = GLOBAL_FLAGS.filter(({ flag }) => !own.has(flag) && flag !== "help" && fits(verb, flag));
  const names = fitting.map(({ flag, value }) => (value === null ? `--${flag}` : `--${flag} ${value}`));
  return `Everywhere: ${names.join(", ")} (vice help flags)`;
}

function fits(verb: Verb, flag: string): boolean {
  if (flag === "csv") return verb.command?.list !== undefined;
  return flag !== "yes" || verb.command?.effect === "danger";
}
