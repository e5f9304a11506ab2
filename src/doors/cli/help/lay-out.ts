/** Lays help out: paragraphs and two columns within the width of the screen. */
import type { TextStyle } from "../../../kit/command.ts";

export type HelpStyle = Pick<TextStyle, "columns" | "color">;

const NARROWEST = 60;
const WIDEST = 100;
const INDENT = "  ";
const GAP = 2;
/** Left columns wider than this get a line of their own. */
const WIDEST_LEFT = 38;

export const widthOf = ({ columns }: HelpStyle): number => Math.min(WIDEST, Math.max(NARROWEST, columns));

/** Breaks at blanks; a word that is too long stays whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return line === "" ? lines : [...lines, line];
}

export interface HelpRow {
  left: string;
  /** Grey, behind the left word. */
  note?: string;
  right: string;
}

/** `  status     Show what runs where.` */
export function twoColumns(rows: readonly HelpRow[], style: HelpStyle): string[] {
  const lefts = rows.map(({ left, note }) => (note === undefined ? left : `${left} ${note}`));
  const widest = Math.max(
    0,
    ...lefts.filter((left) => left.length <= WIDEST_LEFT).map((left) => left.length),
  );
  const start = INDENT.length + widest + GAP;
  return rows.flatMap(({ left, note, right }, at) => {
    const length = lefts[at]?.length ?? 0;
    const [first = "", ...more] = wrap(right, widthOf(style) - start);
    const shown = note === undefined ? left : `${left} ${style.color("dim", note)}`;
    const blank = " ".repeat(start);
    const rest = more.map((line) => `${blank}${line}`);
    if (length > widest)
      return [`${INDENT}${shown}`, ...[first, ...more].filter(Boolean).map((line) => `${blank}${line}`)];
    return [`${INDENT}${shown}${" ".repeat(widest - length + GAP)}${first}`.trimEnd(), ...rest];
  });
}

export const title = (text: string, { color }: HelpStyle): string => color("bold", text);

export const indented = (lines: readonly string[]): string[] => lines.map((line) => `${INDENT}${line}`);

/** Sections with an empty line between them; empty ones are left out. */
export const sections = (all: ReadonlyArray<readonly string[]>): string =>
  all
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
