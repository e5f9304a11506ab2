/** What the YAML parser does not understand, in words for people who do not know its grammar. */
import type { YAMLParseError } from "yaml";
import type { FileProblem } from "./yaml-problems.ts";

type Fault = Pick<YAMLParseError, "code" | "message" | "linePos">;

const INDENT_ALIKE = "indent lines that belong together by the same number of spaces";

const PLAIN: ReadonlyArray<readonly [said: RegExp, plain: string]> = [
  [/^All (mapping|sequence) items must start at the same column/, `wrong indentation; ${INDENT_ALIKE}`],
  [
    /^(Nested mappings are not allowed|Implicit keys need to be on a single line)/,
    `a key where its line has a value already; ${INDENT_ALIKE}, and put a text with ": " in quotes`,
  ],
  [/^Tabs are not allowed as indentation/, "a tab; indent with spaces"],
  [/^Implicit map keys need to be followed by map values/, 'a key without ":"'],
  [/^Missing closing (["'])/, "a text with a quote at its beginning and none at its end"],
  [
    /^Unexpected (scalar|flow-\w+|double-quoted-scalar|single-quoted-scalar) at node end/,
    `something behind a value that is complete; ${INDENT_ALIKE}, and look for a quote in the text`,
  ],
  [/^Plain value cannot start with .*character (\S)/, "a text that begins with $1 needs quotes"],
  [/^(Block scalar header).*: ([|>]).*$/, "$1: a text that begins with $2 needs quotes"],
];

/** One for each line: what follows in the line is most often the same fault again. No text of the file, it may be secret. */
export function syntaxProblems(faults: readonly Fault[]): FileProblem[] {
  const lines = new Set<number | undefined>();
  return faults.flatMap(({ message, linePos }) => {
    const line = linePos?.[0].line;
    if (lines.has(line)) return [];
    lines.add(line);
    return [{ path: [], line, problem: inPlainWords(message) }];
  });
}

function inPlainWords(message: string): string {
  const said = message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "";
  const found = PLAIN.find(([pattern]) => pattern.test(said));
  if (found === undefined) return said;
  const [pattern, plain] = found;
  const match = pattern.exec(said) ?? [];
  return plain.replace(/\$(\d)/g, (_, at: string) => match[Number(at)] ?? "");
}
