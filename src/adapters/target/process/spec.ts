/** What stands behind `process:` in vice.yaml. Read again, what was read stays the same: a plan keeps it as it was read. */
import { z } from "zod";
import { parseDuration } from "../../../domain/duration.ts";
import { splitWords } from "../../../domain/pipeline/words.ts";

const command = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((given, ctx): readonly string[] => {
    const split = typeof given === "string" ? splitWords(given) : { words: given };
    if ("words" in split) return split.words;
    ctx.addIssue({ code: "custom", message: `${split.problem}: write a list of words, or call a script` });
    return z.NEVER;
  });

const duration = z
  .string()
  .refine((text) => parseDuration(text) !== null, "a duration is like 30s, 250ms or 2m");

const health = z.strictObject({
  path: z.string().regex(/^\//, "a path begins with /").default("/").describe("Asked with GET"),
  timeout: duration.default("30s").describe("So long it may take until it is well"),
  every: duration.default("250ms").describe("Between two questions"),
  status: z.int().min(100).max(599).optional().describe("Expected instead of any from 200 to 299"),
});

const value = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const full = z.strictObject({
  start: command.describe("Starts it in the foreground; it listens on the port in $PORT"),
  port: z
    .union([z.int().min(1).max(65_535), z.literal("auto")])
    .default("auto")
    .describe("auto: a free one for each release, started beside the old one; a number: always that one"),
  health: health.prefault({}),
  build: command.optional().describe("Called in the folder of a new release before it starts"),
  grace: duration.default("10s").describe("Between asking it to end (SIGTERM) and ending it"),
  keep: z.int().min(1).max(100).default(5).describe("Releases that are kept to go back to"),
  root: z.string().min(1).optional().describe("Folder of its releases instead of one in $VICE_HOME/apps"),
  env: z.record(z.string(), value).default({}).describe("More variables"),
  restart: z
    .enum(["always", "never"])
    .default("always")
    .describe("always: while `vice serve` runs, started again when it ends by itself"),
});

export const processSchema = z.union([command.transform((start) => full.parse({ start: [...start] })), full]);
export type ProcessSpec = z.output<typeof processSchema>;

export const msOf = (text: string): number => parseDuration(text) ?? 0;
