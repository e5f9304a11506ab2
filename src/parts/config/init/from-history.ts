/** `vice config from-history`: what was recorded in a folder or for a service, as a pipeline. `vice init` asks it. */
import { z } from "zod";
import type { Activity } from "../../../domain/activity.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { Services } from "../../../ports/services.ts";
import { configCommand } from "../define-command.ts";
import { pipelineText } from "./pipeline-text.ts";
import { recordedPipeline } from "./recorded-steps.ts";

/** The newest local activities that are looked at. */
const SAMPLE = 10_000;

export const fromHistoryOutput = z.strictObject({
  whole: z.string().nullable().describe("What held the steps together"),
  runs: z.int().describe("How often that was recorded"),
  items: z.array(
    z.strictObject({
      name: z.string(),
      argv: z.array(z.string()).nullable(),
      cwd: z.string(),
      needs: z.array(z.string()),
      usualMs: z.number().nullable().describe("Median of what succeeded, in milliseconds"),
      runs: z.int(),
      failed: z.int(),
      isIncomplete: z.boolean().describe("Something in it was hidden or cut when it was recorded"),
    }),
  ),
  pipeline: z.string().describe("As vice.yaml wants it"),
});

export const fromHistory = configCommand({
  id: "config.from-history",
  words: null,
  part: "config",
  summary: "Turn the steps that were recorded in a folder into a pipeline, with their usual times.",
  examples: ["vice config from-history .", "vice config from-history --service shop"],
  effect: "read",
  positional: ["folder"],
  input: z.object({
    folder: z.string().optional().meta({ file: "path" }).describe("Steps that ran in there or below"),
    service: z.string().optional(),
  }),
  output: fromHistoryOutput,
  list: "items",
  run: ({ folder, service }, { services, now }) => {
    const made = recordedPipeline(localActivities(services, service, now()), folder ?? null);
    const { whole, runs, steps } = made;
    if (steps.length === 0)
      throw new ViceError("not-found", {
        message: `Nothing was recorded ${folder === undefined ? "here" : `in ${folder}`} yet.`,
        hint: "Record a deployment first: vice run --name deploy -- ./deploy.sh, with vice run -- in front of its steps",
      });
    const items = steps.map(({ argv, needs, ...rest }) => ({
      ...rest,
      argv: argv === null ? null : [...argv],
      needs: [...needs],
    }));
    return { whole, runs, items, pipeline: pipelineText(made) };
  },
  text: ({ pipeline }) => pipeline,
});

function localActivities({ store }: Services, service: string | undefined, nowMs: number): Activity[] {
  const found: Activity[] = [];
  let cursor: string | null = null;
  do {
    const page = store.read.activities({ source: "local", service }, 1000, cursor, nowMs);
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && found.length < SAMPLE);
  return found;
}
