/** `vice help`: the overview, a verb, a part, or a topic. */
import { z } from "zod";
import { type Builtin, defineBuiltin } from "../cli-options.ts";
import { findVerb } from "../find-verb.ts";
import { flagsTopic } from "../help/flags-topic.ts";
import type { HelpStyle } from "../help/lay-out.ts";
import { groupHelp, overview } from "../help/overview.ts";
import { verbHelp } from "../help/verb-help.ts";
import { partNamed, type Verb } from "../verbs.ts";

/** @throws ViceError `usage` for words that lead nowhere */
export function helpFor(
  verbs: readonly Verb[],
  words: readonly string[],
  version: string,
  style: HelpStyle,
): string {
  if (words.length === 0) return overview(verbs, version, style);
  if (words.length === 1 && words[0] === "flags") return flagsTopic(style);
  const found = findVerb(verbs, words);
  if (!("verb" in found)) return groupHelp(verbs, found.group, style);
  // The name of a part may be a verb too: it has others beside it.
  const isPart = words.length === 1 && partNamed(words[0] ?? "") !== null;
  return isPart
    ? `${verbHelp(found.verb, style)}\n\n${groupHelp(verbs, words, style)}`
    : verbHelp(found.verb, style);
}

/** @param show prints the help of some words */
export const helpVerb = (show: (words: readonly string[]) => Promise<void>): Builtin =>
  defineBuiltin({
    words: ["help"],
    summary: "Show help for a verb, a part or the flags.",
    examples: ["vice help status", "vice help data", "vice help flags"],
    positional: ["...words"],
    input: z.object({ words: z.array(z.string()).default([]).describe("A verb, a part, or: flags") }),
    run: async ({ words }) => {
      await show(words);
      return 0;
    },
  });
