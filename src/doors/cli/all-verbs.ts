/** All verbs of the command line: those of the commands, of the wrapper, of the composition root, and the door's own. */
import type { Command } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { completionVerbs } from "./builtins/completion-verbs.ts";
import { helpVerb } from "./builtins/help-verb.ts";
import { wrapperVerbs } from "./builtins/wrapper-verbs.ts";
import type { Builtin, Env } from "./cli-options.ts";
import type { NameList } from "./completion/spots.ts";
import { type Verb, verbsOf } from "./verbs.ts";

export interface VerbParts {
  commands: readonly Command<Services>[];
  builtins: readonly Builtin[];
  /** Prints the help of some words. */
  show: (words: readonly string[]) => Promise<void>;
  /** Names from the store, for completion. */
  namesIn: (list: NameList, env: Env) => Promise<string[]>;
}

export function allVerbs({ commands, builtins, show, namesIn }: VerbParts): Verb[] {
  const own = [helpVerb(show), ...completionVerbs(() => verbs, namesIn)];
  const verbs = verbsOf(commands, [...wrapperVerbs, ...builtins, ...own]);
  return verbs;
}

/** The same for reference pages and scripts: to be read, not to be run. */
export const describedVerbs = (
  commands: readonly Command<Services>[],
  builtins: readonly Builtin[],
): Verb[] => allVerbs({ commands, builtins, show: async () => {}, namesIn: async () => [] });
