/** Patterns for names: plain text with `*`, or a regular expression in slashes. Compared without case. Pure. */

/** Like a `RegExp` as far as it is used here, but a pattern with `*` takes time that is linear in the text. */
export interface Pattern {
  /** @returns the text and what each `*` or group stood for, or `null` */
  exec(text: string): readonly string[] | null;
  test(text: string): boolean;
}

/** Regular expressions see no more of a text than this: names are short, and payloads are written by strangers. */
const REGEX_SEES = 300;

const REGEX = /^\/(.*)\/$/s;

export const isRegex = (pattern: string): boolean => REGEX.test(pattern);

/** @throws SyntaxError for a regular expression that does not compile */
export function compilePattern(pattern: string): Pattern {
  const regex = REGEX.exec(pattern)?.[1];
  const exec = regex === undefined ? globOf(pattern) : regexOf(new RegExp(regex, "i"));
  return { exec, test: (text) => exec(text) !== null };
}

const regexOf =
  (regex: RegExp): Pattern["exec"] =>
  (text) =>
    regex.exec(text.slice(0, REGEX_SEES))?.map((part) => part ?? "") ?? null;

/**
 * Each `*` takes as much as it can, the first one first, as `(.*)` would: so the pieces between them are looked for from
 * the end, each as far right as it goes.
 */
export function globOf(pattern: string): Pattern["exec"] {
  const pieces = pattern.toLowerCase().split("*");
  const head = pieces[0] ?? "";
  if (pieces.length === 1) return (text) => (text.toLowerCase() === head ? [text] : null);
  const tail = pieces.at(-1) ?? "";
  const middle = pieces.slice(1, -1).reverse();
  return (text) => {
    const folded = text.toLowerCase();
    // a letter whose small form is longer would shift what is captured
    if (folded.length !== text.length || folded.length < head.length + tail.length) return null;
    if (!folded.startsWith(head) || !folded.endsWith(tail)) return null;
    let end = folded.length - tail.length;
    const captures: string[] = [];
    for (const piece of middle) {
      const at = end - piece.length < head.length ? -1 : folded.lastIndexOf(piece, end - piece.length);
      if (at < head.length) return null;
      captures.unshift(text.slice(at + piece.length, end));
      end = at;
    }
    return [text, text.slice(head.length, end), ...captures];
  };
}
