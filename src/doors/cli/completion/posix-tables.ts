/** The completion table as shell functions that bash and zsh both understand. */
import { type CompletionTable, type SpotFlag, valueLists } from "./spots.ts";

/** Words of the table are made of letters, digits and `-_./:`; anything else never reaches a script. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const lines = (words: readonly string[]): string => `printf '%s\\n' ${words.map(quoted).join(" ")}`;

const anyOf = (places: readonly string[]): string => places.map(quoted).join("|");

/** How the values of a flag or an argument are listed. */
const listing = ({ choices, names }: Pick<SpotFlag, "choices" | "names">): string =>
  choices.length > 0 ? lines(choices) : `_vice_names ${names}`;

/**
 * `_vice_next WORDS` lists the words that may follow, `_vice_flags WORDS` the flags, `_vice_values "WORDS --flag"` the
 * values of a flag, `_vice_arguments WORDS` the first arguments; `_vice_names` asks vice for names from the store.
 */
export function posixTables(table: CompletionTable): string {
  const globals = table.globalFlags.map(({ flag }) => `--${flag}`);
  const withArgument = table.spots.filter(
    ({ argument: { choices, names } }) => choices.length > 0 || names !== null,
  );
  return [
    fn("_vice_names", ['command vice __complete "$1" 2>/dev/null']),
    fn("_vice_next", cases([...table.next].map(([before, words]) => [quoted(before), lines(words)]))),
    fn("_vice_flags", [
      ...cases(
        table.spots
          .filter(({ flags }) => flags.length > 0)
          .map(({ ways, flags }) => [anyOf(ways), lines(flags.map(({ flag }) => `--${flag}`))]),
      ),
      lines(globals),
    ]),
    fn("_vice_values", cases(valueLists(table).map(({ places, flag }) => [anyOf(places), listing(flag)]))),
    fn("_vice_arguments", cases(withArgument.map(({ ways, argument }) => [anyOf(ways), listing(argument)]))),
  ].join("\n");
}

const fn = (name: string, body: readonly string[]): string =>
  [`${name}() {`, ...body.map((line) => `  ${line}`), "}"].join("\n");

const cases = (all: ReadonlyArray<readonly [pattern: string, action: string]>): string[] => [
  'case "$1" in',
  ...all.map(([pattern, action]) => `  ${pattern}) ${action} ;;`),
  "esac",
];
