/** The form of `observe:` in vice.yaml: where what runs there says its version. Pure. */
import { z } from "zod";
import { parseDuration } from "../duration.ts";

const SHORTEST_MS = 5000;

export const observeSchema = z
  .looseObject({
    target: z.literal(true).optional().describe("The target is asked"),
    url: z.string().min(1).optional().describe("Answers with its version: a text, or JSON"),
    command: z
      .union([z.string().min(1), z.array(z.string()).min(1)])
      .optional()
      .describe("Writes the version"),
    every: z.string().default("1m").describe("How often it is asked"),
  })
  .superRefine((given, ctx) => {
    const ways = ["target", "url", "command"].filter((key) => Object.hasOwn(given, key));
    if (ways.length !== 1)
      ctx.addIssue({ code: "custom", message: "observe has exactly one of target, url, command" });
    const ms = parseDuration(given.every);
    if (ms === null || ms < SHORTEST_MS)
      ctx.addIssue({
        code: "custom",
        message: `"${given.every}" is no duration of at least 5s; write 30s or 1m`,
      });
  });
