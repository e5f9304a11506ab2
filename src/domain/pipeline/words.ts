/** Splits a command line into words without a shell, and refuses what only a shell would understand. Pure. */

/** What stands for something else in a shell, outside quotes. */
const SHELL_ONLY = /[|&;<>`*?~#]|\$(?!\{\{)/;

/** @returns the words, or why they cannot be had without a shell */
export function splitWords(line: string): { words: string[] } | { problem: string } {
  const words: string[] = [];
  let word: string | null = null;
  const piece = /\s+|'([^']*)'|"([^"]*)"|(\$\{\{.*?\}\})|([^\s'"$]+|\$)/gsy;
  let end = 0;
  for (let match = piece.exec(line); match !== null; match = piece.exec(line)) {
    end = piece.lastIndex;
    const [whole, single, double, hole, plain] = match;
    if (plain !== undefined && SHELL_ONLY.test(plain))
      return { problem: `"${plain}" means something only to a shell` };
    if (double !== undefined && /[$`\\]/.test(double.replaceAll("${{", "")))
      return { problem: `"${double}" means something only to a shell` };
    const text: string | undefined = single ?? double ?? hole ?? plain;
    if (text !== undefined) word = (word ?? "") + text;
    else if (whole !== "" && word !== null) {
      words.push(word);
      word = null;
    }
  }
  if (end < line.length) return { problem: "a quote is not closed" };
  if (word !== null) words.push(word);
  return words.length === 0 ? { problem: "it is empty" } : { words };
}
