/** The log of a step as text: what moves a cursor or colours a terminal is left out, and it never grows without end. Pure. */

/** Characters that are kept; what came before them is left out. */
export const MOST_SHOWN = 400_000;

const ESC = String.fromCharCode(27);
const BELL = String.fromCharCode(7);
/** Commands to a terminal (ECMA-48): colours and cursor, titles and links, single ones. */
const SEQUENCE = new RegExp(
  `${ESC}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BELL}${ESC}]*(?:${BELL}|${ESC}\\\\)?|[@-Z\\\\^_-])`,
  "g",
);

/** A line that overwrites itself is shown as it was in the end. */
const lastOf = (line: string): string => line.slice(line.lastIndexOf("\r", line.length - 2) + 1);

export const plainLog = (text: string): string =>
  text
    .replace(SEQUENCE, "")
    .replace(/\r\n/g, "\n")
    .split("\n")
    .map((line) => (line.includes("\r") ? lastOf(line).replace(/\r$/, "") : line))
    .join("\n")
    .replace(/\p{Cc}/gu, (control) => (control === "\n" || control === "\t" ? control : ""));

export interface Tail {
  text: string;
  /** Something before it is left out. */
  isCut: boolean;
}

/** Whole lines from the end. */
export function withMore(tail: Tail, more: string): Tail {
  const all = tail.text + more;
  if (all.length <= MOST_SHOWN) return { text: all, isCut: tail.isCut };
  const rest = all.slice(all.length - MOST_SHOWN);
  const line = rest.indexOf("\n");
  return { text: rest.slice(line + 1), isCut: true };
}
