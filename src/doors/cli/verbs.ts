/** The verbs of the command line: each way to type a command, made from the command table. */
import type { z } from "zod";
import { type Command, PARTS, type Part } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import type { Builtin } from "./cli-options.ts";
import { type Field, fieldsOf } from "./fields.ts";

/** A command or a verb of the terminal alone, under the words that lead to it. */
export interface Verb {
  /** The way it is written in help. */
  words: readonly string[];
  /** All other ways: `viz status`, `gluttony status`. */
  aliases: ReadonlyArray<readonly string[]>;
  summary: string;
  examples: readonly string[];
  positional: readonly Positional[];
  /** Read from the schema when it is first asked for. */
  fields: () => readonly Field[];
  input: z.ZodType;
  command: Command<Services> | null;
  builtin: Builtin | null;
}

export interface Positional {
  key: string;
  /** Takes all words that are left. */
  rest: boolean;
}

export function verbsOf(commands: readonly Command<Services>[], builtins: readonly Builtin[]): Verb[] {
  return [...commands.map(fromCommand), ...builtins.map(fromBuiltin)];
}

/** `data.backup` is `backup`; `source.list`, also of the data part, is `source list`. */
function idWords(id: string, part: Part): string[] {
  const words = id.split(".");
  return words[0] === part ? words.slice(1) : words;
}

function fromCommand(command: Command<Services>): Verb {
  const { id, words, part } = command;
  const own = idWords(id, part);
  const main = words ?? (part === "vice" ? own : [part, ...own]);
  const inPart = [own, ...(words === null ? [] : [words])];
  const bare = command.isDefault === true ? [[]] : [];
  const aliases = partNames(part).flatMap((name) => [...inPart, ...bare].map((each) => [name, ...each]));
  return {
    words: main,
    aliases: unique(aliases.filter((each) => each.join(" ") !== main.join(" "))),
    summary: command.summary,
    examples: command.examples,
    ...parsing(command.positional, command.input),
    command,
    builtin: null,
  };
}

const partNames = (part: Part): string[] => (part === "vice" ? [] : [part, PARTS[part]]);

const unique = (ways: string[][]): string[][] => [
  ...new Map(ways.map((way) => [way.join(" "), way])).values(),
];

function fromBuiltin(builtin: Builtin): Verb {
  const { words, summary, examples, positional, input } = builtin;
  return { words, aliases: [], summary, examples, ...parsing(positional, input), command: null, builtin };
}

function parsing(
  positional: readonly string[],
  input: z.ZodType,
): Pick<Verb, "positional" | "fields" | "input"> {
  let fields: Field[] | null = null;
  return {
    positional: positional.map((key) => ({ key: key.replace(/^\.\.\./, ""), rest: key.startsWith("...") })),
    fields: () => (fields ??= fieldsOf(input)),
    input,
  };
}

export const waysOf = (verb: Verb): ReadonlyArray<readonly string[]> => [verb.words, ...verb.aliases];

export const isHidden = (verb: Verb): boolean => verb.builtin?.hidden === true;

/** The part that a word names, by its plain name or its vice. */
export function partNamed(word: string): keyof typeof PARTS | null {
  for (const [part, vice] of Object.entries(PARTS)) {
    if (word === part || word === vice) return part as keyof typeof PARTS;
  }
  return null;
}
