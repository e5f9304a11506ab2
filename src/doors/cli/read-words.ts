/** Turns the words behind a verb into the input of its command and the global flags. */
import { CommanderError, Option, Command as Parser } from "commander";
import { ViceError } from "../../kit/errors.ts";
import { nearest } from "../../kit/nearest.ts";
import type { Field } from "./fields.ts";
import { GLOBAL_FLAGS, type GlobalValues } from "./global-flags.ts";
import { toValue } from "./to-value.ts";
import type { Verb } from "./verbs.ts";

export interface ReadWords {
  /** Only what was given; defaults are the schema's. */
  input: Record<string, unknown>;
  global: GlobalValues;
}

/** Other spellings of a key that people try. */
const ALSO: Readonly<Record<string, string>> = {
  environment: "env",
  env: "environment",
  param: "params",
};

/** @throws ViceError `usage` for unknown flags, missing values, too many or too few words */
export function readWords(verb: Verb, words: readonly string[]): ReadWords {
  const fields = verb.fields();
  const parser = parserFor(fields);
  const { operands, unknown } = parse(parser, words);
  if (unknown[0] !== undefined) throw unknownFlag(verb, fields, unknown[0]);
  const given = parser.opts<Record<string, unknown>>();
  const input: Record<string, unknown> = {};
  for (const field of fields) {
    const raw = given[attribute(field.flag)] ?? given[attribute(ALSO[field.flag] ?? "")];
    if (raw !== undefined)
      input[field.key] = typeof raw === "boolean" ? raw : toValue(field, textsOf(raw), `--${field.flag}`);
  }
  takeOperands(verb, operands, input);
  const missing = fields.find((field) => field.required && input[field.key] === undefined);
  if (missing !== undefined) throw wrong(verb, `${sayVerb(verb)} needs ${sayField(verb, missing)}.`);
  return { input, global: globalValues(given, fields) };
}

function parserFor(fields: readonly Field[]): Parser {
  const parser = new Parser("vice").helpOption(false).exitOverride();
  parser.configureOutput({ writeOut: () => {}, writeErr: () => {} });
  const taken = new Set<string>();
  const shorts = new Set<string | null>();
  for (const field of fields) {
    addField(parser, field, field.flag);
    taken.add(field.flag);
    shorts.add(field.short);
  }
  for (const { flag } of fields) {
    const other = ALSO[flag];
    if (other !== undefined && !taken.has(other)) parser.addOption(collected(`--${other} <value>`));
  }
  for (const { flag, short, value } of GLOBAL_FLAGS) {
    if (taken.has(flag)) continue;
    const names = short === null || shorts.has(short) ? `--${flag}` : `-${short}, --${flag}`;
    parser.addOption(value === null ? new Option(names) : collected(`${names} <value>`));
  }
  return parser;
}

function addField(parser: Parser, { flag, short, type }: Field, name: string): void {
  const names = short === null ? `--${name}` : `-${short}, --${name}`;
  if (type !== "switch") return void parser.addOption(collected(`${names} <value>`));
  parser.addOption(new Option(names));
  if (!flag.startsWith("no-")) parser.addOption(new Option(`--no-${flag}`));
}

const collected = (flags: string): Option =>
  new Option(flags).argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]);

/** Commander keeps `--parent-id` as `parentId` and `--no-color` as `color`. */
const attribute = (flag: string): string =>
  flag.replace(/^no-/, "").replace(/-(.)/g, (_whole, letter: string) => letter.toUpperCase());

const textsOf = (raw: unknown): string[] => (Array.isArray(raw) ? raw.map(String) : [String(raw)]);

function parse(parser: Parser, words: readonly string[]): { operands: string[]; unknown: string[] } {
  try {
    return parser.parseOptions([...words]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const flag = /'(?:-\w, )?(--?[\w-]+)/.exec(error.message)?.[1] ?? "a flag";
    throw new ViceError("usage", { message: `${flag} needs a value.`, hint: `Write: ${flag} VALUE` }, error);
  }
}

function takeOperands(verb: Verb, operands: readonly string[], input: Record<string, unknown>): void {
  let at = 0;
  for (const { key, rest } of verb.positional) {
    const field = verb.fields().find((each) => each.key === key);
    const words = rest ? operands.slice(at) : operands.slice(at, at + 1);
    at += words.length;
    if (field === undefined || words.length === 0) continue;
    if (input[key] !== undefined)
      throw wrong(verb, `${sayVerb(verb)} got both --${field.flag} and "${words.join(" ")}".`);
    input[key] =
      rest && field.type !== "list" ? words.join(" ") : toValue(field, words, sayField(verb, field));
  }
  const extra = operands[at];
  if (extra !== undefined) throw wrong(verb, `${sayVerb(verb)} does not know what to do with "${extra}".`);
}

function unknownFlag(verb: Verb, fields: readonly Field[], word: string): ViceError {
  const [flag = word] = word.split("=", 1);
  const known = [
    ...fields.flatMap(({ flag: name, type }) => (type === "switch" ? [name, `no-${name}`] : [name])),
    ...GLOBAL_FLAGS.map((each) => each.flag),
  ];
  const bare = flag.replace(/^-+/, "");
  const isSwitch = word.includes("=") && known.includes(bare);
  if (isSwitch) return wrong(verb, `${flag} takes no value.`, `Write ${flag} or --no-${bare}.`);
  const meant = nearest(bare, known);
  return wrong(
    verb,
    `${sayVerb(verb)} has no flag ${flag}.`,
    meant === null ? undefined : `Did you mean --${meant}?`,
  );
}

const wrong = (verb: Verb, message: string, hint?: string): ViceError =>
  new ViceError("usage", { message, hint: hint ?? `See: vice help ${verb.words.join(" ")}` });

const sayVerb = (verb: Verb): string => ["vice", ...verb.words].join(" ");

/** How an input is written on the command line: `<service>` or `--service`. */
const sayField = (verb: Verb, field: Field): string =>
  verb.positional.some(({ key }) => key === field.key) ? `<${field.flag}>` : `--${field.flag}`;

function globalValues(given: Record<string, unknown>, fields: readonly Field[]): GlobalValues {
  const own = new Set(fields.map((field) => field.flag));
  const value = (flag: string): unknown => (own.has(flag) ? undefined : given[attribute(flag)]);
  const last = (flag: string): string | null => {
    const texts = value(flag);
    return Array.isArray(texts) ? String(texts.at(-1)) : null;
  };
  return {
    json: value("json") === true,
    csv: value("csv") === true,
    server: last("server"),
    token: last("token"),
    home: last("home"),
    yes: value("yes") === true,
    input: value("no-input") !== false,
    color: value("no-color") !== false,
    quiet: value("quiet") === true,
  };
}
