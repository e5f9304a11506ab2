/** `vice init`: a verb of the terminal alone, since it writes into the folder of who asks. */
import { realpathSync } from "node:fs";
import { relative, resolve } from "node:path";
import { z } from "zod";
import { defineBuiltin, type Env } from "../doors/cli/cli-options.ts";
import { runSomewhere } from "../doors/cli/execute.ts";
import { silent } from "../doors/cli/output/progress.ts";
import { printable } from "../kit/table.ts";
import { fromHistory, fromHistoryOutput, type Initialised, initProject } from "../parts/config/index.ts";
import { checkPipeline } from "./check-pipeline.ts";
import { openLocalWith } from "./open-local.ts";

export const init = defineBuiltin({
  words: ["init"],
  summary: "Write a first vice.yaml by looking at the repository; what is there is never changed.",
  examples: ["vice init", "vice init --dry-run", "vice init services/shop", "vice init --from-history"],
  positional: ["folder"],
  input: z.object({
    folder: z.string().default(".").describe("Where it is written"),
    dryRun: z.boolean().default(false).describe("Print it and write nothing"),
    fromHistory: z
      .boolean()
      .default(false)
      .describe("Take the pipeline from what was recorded there with vice run and vice event"),
    service: z.string().optional().describe("With --from-history: only what was recorded for this service"),
  }),
  run: async ({ folder, dryRun, fromHistory: asks, service }, { env, json, quiet, stdout, stderr }) => {
    const pipeline = asks
      ? await recorded(env, service === undefined ? { folder: realFolder(folder) } : { service })
      : null;
    const made = initProject({ folder, dryRun, pipeline, checkPipeline });
    if (json) stdout.write(`${JSON.stringify(made)}\n`);
    else if (dryRun) stdout.write(made.text);
    if (!json && !quiet) stderr.write(`${sayMade(made)}\n`);
    return 0;
  },
});

/** As the wrapper records where it ran. */
function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder); // not there: nothing was recorded in it
  }
}

async function recorded(env: Env, input: { folder: string } | { service: string }): Promise<string> {
  const asking = { options: { openLocal: openLocalWith(env) }, command: fromHistory, input, env };
  const result = await runSomewhere(asking, silent, new AbortController().signal, Date.now);
  return fromHistoryOutput.parse(result).pipeline;
}

function sayMade({ file, written, found, next }: Initialised): string {
  const width = Math.max(0, ...found.map((each) => each.file.length));
  const clues = found.map((each) => printable(`  ${each.file.padEnd(width)}  ${each.says}`));
  const near = relative(".", file);
  const shown = near === "" || near.startsWith("..") ? file : near;
  return [
    ...(clues.length === 0 ? ["Found nothing that says how it is deployed."] : ["Found:", ...clues]),
    written ? `Wrote ${shown}. Read it through, then:` : `Nothing was written to ${shown}. Then:`,
    ...next.map((each) => `  ${each}`),
  ].join("\n");
}
