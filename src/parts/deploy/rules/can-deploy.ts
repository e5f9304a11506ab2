/** `vice can-deploy`: one exit code and every reason; the one line that gives any pipeline the rules of its team. */

import { z } from "zod";
import { TIERS } from "../../../domain/activity.ts";
import { WHOLE_SHA } from "../../../domain/commits/sha.ts";
import { RULES } from "../../../domain/rules/facts.ts";
import { answer, exitOf } from "./answer.ts";
import { deployCommand, newInput } from "./define-command.ts";
import { sayVerdict } from "./say-verdict.ts";

const input = z.strictObject({
  service: z.string().trim().min(1),
  environment: z.string().trim().min(1),
  version: z.string().trim().min(1).optional().describe("What is to be deployed"),
  commit: z
    .string()
    .trim()
    .toLowerCase()
    .regex(WHOLE_SHA, "A commit is 40 or 64 hexadecimal digits")
    .optional()
    .describe("Its commit"),
  commits: z.int().min(0).optional().describe("How many commits it brings, for projects that limit them"),
  lines: z
    .int()
    .min(0)
    .optional()
    .describe("How many lines it adds and deletes, for projects that limit them"),
  holder: z
    .string()
    .trim()
    .min(1)
    .optional()
    .describe("Whose lock does not stand in the way; without it yours"),
  new: newInput,
});

const output = z.strictObject({
  allowed: z.boolean(),
  service: z.string(),
  environment: z.string(),
  tier: z.enum(TIERS).nullable(),
  version: z.string().nullable(),
  reasons: z.array(
    z.strictObject({
      rule: z.enum(RULES),
      message: z.string(),
      hint: z.string(),
      since: z.string().nullable(),
      by: z.string().nullable(),
      until: z.string().nullable(),
    }),
  ),
  unknown: z
    .array(z.strictObject({ rule: z.enum(RULES), message: z.string() }))
    .describe("Rules that could not be judged; they do not stand against it"),
  overridden: z
    .array(
      z.strictObject({
        message: z.string(),
        by: z.string().nullable(),
        until: z.string(),
        reason: z.string(),
      }),
    )
    .describe("Freezes and limits that would stand against it, had nobody overridden them"),
});

export const canDeploy = deployCommand({
  id: "deploy.can-deploy",
  words: ["can-deploy"],
  part: "deploy",
  summary: "May this be deployed there now? Exit code 0 or 23, and every reason.",
  examples: [
    "vice can-deploy shop prod-eu --version v1.4.2",
    "vice can-deploy shop prod-eu --commit $GIT_COMMIT && ./deploy.sh",
    "vice can-deploy shop prod-eu --json",
  ],
  effect: "read",
  positional: ["service", "environment"],
  input,
  output,
  http: { method: "GET", path: "/v1/can-deploy" },
  run: (asked, ctx) => answer(ctx, asked),
  exit: exitOf,
  text: sayVerdict,
});
