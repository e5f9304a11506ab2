/** `vice completion <shell>` and the hidden `vice __complete` that its scripts ask for names. */
import { z } from "zod";
import { type Builtin, defineBuiltin, type Env } from "../cli-options.ts";
import { bashScript } from "../completion/bash.ts";
import { fishScript } from "../completion/fish.ts";
import { completionTable, type NameList } from "../completion/spots.ts";
import { zshScript } from "../completion/zsh.ts";
import { print } from "../output/print.ts";
import type { Verb } from "../verbs.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/**
 * @param verbs asked for late, since these verbs are among them
 * @param namesIn names from the store
 */
export function completionVerbs(
  verbs: () => readonly Verb[],
  namesIn: (list: NameList, env: Env) => Promise<string[]>,
): Builtin[] {
  const completion = defineBuiltin({
    words: ["completion"],
    summary: "Print the script that completes vice's verbs, flags and names in your shell.",
    examples: ['eval "$(vice completion bash)"', "vice completion fish | source"],
    positional: ["shell"],
    input: z.object({ shell: z.enum(["bash", "zsh", "fish"]) }),
    run: async ({ shell }, { stdout }) => {
      await print(stdout, SCRIPTS[shell](completionTable(verbs())));
      return 0;
    },
  });
  const complete = defineBuiltin({
    words: ["__complete"],
    hidden: true,
    summary: "List names from the store, for completion.",
    examples: [],
    positional: ["list"],
    input: z.object({ list: z.enum(["services", "environments", "queries"] satisfies NameList[]) }),
    run: async ({ list }, { env, stdout }) => {
      await print(stdout, (await namesIn(list, env)).join("\n"));
      return 0;
    },
  });
  return [completion, complete];
}
