/** Text from outside in Markdown: it stays text, on one line, with no link, picture, HTML or emphasis of its own. */
import { printable } from "./table.ts";

const SIGNS = /[\\`*_[\]<>#|~!]/g;

/** Forges look for `@name` in what is shown, where a backslash is gone: a space without width keeps them from telling somebody. */
const MENTION = /@(?=\w)/g;

/** GitHub Flavored Markdown Spec, 2.4 "Backslash escapes". */
export const markdownText = (text: string): string =>
  printable(text.replace(/[\r\n]+/g, " "))
    .replace(SIGNS, "\\$&")
    .replace(MENTION, "@\u200b");
