/** The form of `deploy:` in vice.yaml: how a service is deployed. Pure. */
import { z } from "zod";
import { parseDuration } from "../duration.ts";
import { STEP_VERBS } from "./steps.ts";

const duration = z.string().transform((text, ctx) => {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  ctx.addIssue({ code: "custom", message: `"${text}" is no duration; write 30s, 10m or 2h` });
  return z.NEVER;
});

export const LIMITED_STEPS = [...STEP_VERBS, "verify"] as const;

export const deployOptionsSchema = z.strictObject({
  rollback: z.boolean().default(true).describe("Goes back by itself when it fails"),
  wait: duration
    .optional()
    .describe("So long it waits for approvals, freezes and locks; else it is refused at once"),
  timeouts: z
    .partialRecord(z.enum(LIMITED_STEPS), duration)
    .default({})
    .describe("How long each step may take: health: 2m"),
  supersede: z
    .boolean()
    .default(true)
    .describe("A newer deployment takes the place of one that still waits to be allowed"),
});
export const DEPLOY_KEYS = Object.keys(deployOptionsSchema.shape);
export type DeployOptions = z.output<typeof deployOptionsSchema>;
