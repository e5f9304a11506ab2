/** The completion script for fish. */
import { type CompletionTable, type SpotFlag, valueLists } from "./spots.ts";

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
const lines = (words: readonly string[]): string => `printf '%s\\n' ${words.map(quoted).join(" ")}`;
const listing = ({ choices, names }: Pick<SpotFlag, "choices" | "names">): string =>
  choices.length > 0 ? lines(choices) : `__vice_names ${names}`;

const COMPLETE = `function __vice_candidates
    set -l typed (commandline -opc)
    set -l current (commandline -ct)
    set -l at ''
    set -l before ''
    for word in $typed[2..-1]
        set before $word
        string match -q -- '-*' $word; and continue
        if contains -- $word (__vice_next "$at")
            test -n "$at"; and set at "$at $word"; or set at $word
        end
    end
    if string match -qr -- '^--[^=]+=' $current
        set -l parts (string split -m 1 = -- $current)
        for value in (__vice_values "$at $parts[1]")
            echo "$parts[1]=$value"
        end
        return
    end
    set -l values (__vice_values "$at $before")
    if test (count $values) -gt 0
        printf '%s\\n' $values
    else if string match -q -- '-*' $current
        __vice_flags "$at"
    else
        __vice_next "$at"
        __vice_arguments "$at"
    end
end
complete -c vice -f -a '(__vice_candidates)'`;

export function fishScript(table: CompletionTable): string {
  const withArgument = table.spots.filter(
    ({ argument: { choices, names } }) => choices.length > 0 || names !== null,
  );
  return [
    "# vice completion for fish: vice completion fish | source, in ~/.config/fish/config.fish",
    fn("__vice_names", ["command vice __complete $argv[1] 2>/dev/null"]),
    fn("__vice_next", cases([...table.next].map(([before, words]) => [quoted(before), lines(words)]))),
    fn("__vice_flags", [
      ...cases(
        table.spots
          .filter(({ flags }) => flags.length > 0)
          .map(({ ways, flags }) => [
            ways.map(quoted).join(" "),
            lines(flags.map(({ flag }) => `--${flag}`)),
          ]),
      ),
      lines(table.globalFlags.map(({ flag }) => `--${flag}`)),
    ]),
    fn(
      "__vice_values",
      cases(valueLists(table).map(({ places, flag }) => [places.map(quoted).join(" "), listing(flag)])),
    ),
    fn(
      "__vice_arguments",
      cases(withArgument.map(({ ways, argument }) => [ways.map(quoted).join(" "), listing(argument)])),
    ),
    COMPLETE,
  ].join("\n");
}

const fn = (name: string, body: readonly string[]): string =>
  [`function ${name}`, ...body.map((line) => `    ${line}`), "end"].join("\n");

const cases = (all: ReadonlyArray<readonly [patterns: string, action: string]>): string[] => [
  "switch $argv[1]",
  ...all.flatMap(([patterns, action]) => [`    case ${patterns}`, `        ${action}`]),
  "end",
];
