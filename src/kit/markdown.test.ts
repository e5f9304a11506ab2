/** Tests that text from outside stays text in Markdown. */
import { expect, test } from "vitest";
import { markdownText } from "./markdown.ts";

test.each([
  ["Pay by card", "Pay by card"],
  ["<img src=x> | `a` **b** ~~c~~", "\\<img src=x\\> \\| \\`a\\` \\*\\*b\\*\\* \\~\\~c\\~\\~"],
  ["![a](http://x.example)", "\\!\\[a\\](http://x.example)"],
  ["one\r\n- two\rthree\n\n# four", "one - two three \\# four"],
  ["a\u001b[31mb", "a\ufffd\\[31mb"],
  ["of @kim, and a @ b", "of @\u200bkim, and a @ b"],
])("%j is %j", (text, expected) => expect(markdownText(text)).toBe(expected));
