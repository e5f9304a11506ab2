/** Reads a command line: long options with one dash or two, `=value` or the next word, anywhere among the words. */

/** `value` takes the last one given, `values` all of them, `nothing` is a switch. */
export type OptionTable = Readonly<Record<string, "value" | "values" | "nothing">>;

export interface CommandLine {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly words: readonly string[];
  /** What follows `--`; `null` when there is none. */
  readonly rest: readonly string[] | null;
}

/** @returns the parts, or a sentence that says what is wrong. */
export function readCommandLine(argv: readonly string[], table: OptionTable): CommandLine | string {
  const values = new Map<string, string[]>();
  const words: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? "";
    if (word === "--") return { values, words, rest: argv.slice(at + 1) };
    const match = /^--?([a-zA-Z][\w-]*)(?:=(.*))?$/s.exec(word);
    if (match === null) {
      words.push(word);
      continue;
    }
    const [, name = "", inline] = match;
    const takes = Object.hasOwn(table, name) ? table[name] : undefined;
    if (takes === undefined) return unknownOption(word, name, table);
    if (takes === "nothing" && inline !== undefined) return `--${name} takes no value`;
    const value = inline ?? (takes === "nothing" ? "" : argv[++at]);
    if (value === undefined || (inline === undefined && isOption(value, table)))
      return `--${name} needs a value`;
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return { values, words, rest: null };
}

/** `--tag -type=deploy`: whoever means it as a value writes `--tag=-type=deploy`. */
function isOption(word: string, table: OptionTable): boolean {
  const name = /^--?([a-zA-Z][\w-]*)(?:=.*)?$/s.exec(word)?.[1];
  return name !== undefined && Object.hasOwn(table, name);
}

/** The last value of an option; an empty one counts as not given. */
export function lastOf(line: CommandLine, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = line.values.get(name)?.at(-1);
    if (value) return value;
  }
  return null;
}

function unknownOption(word: string, name: string, table: OptionTable): string {
  const near = nearestOf(name, Object.keys(table));
  const shown = word.replace(/=.*$/s, "");
  return near === null ? `unknown option ${shown}` : `unknown option ${shown}; did you mean --${near}?`;
}

export const nearestOf = (word: string, known: readonly string[]): string | null =>
  known.find((each) => distance(each, word) <= 2) ?? null;

/** Edits between two words (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
