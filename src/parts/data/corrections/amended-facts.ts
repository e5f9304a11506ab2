/** Reads what an amendment sets, from `--set key=value` or a JSON object. Pure. */

import { z } from "zod";
import { WHOLE_SHA } from "../../../domain/commits/sha.ts";
import { toIso } from "../../../kit/time.ts";

const ENDED = ["succeeded", "failed", "canceled"] as const;

const known = z.string().trim().min(1).max(1000);
const time = z.string().transform((text, ctx) => {
  const iso = toIso(text);
  if (iso === null)
    ctx.addIssue({ code: "custom", message: `"${text}" is no time; write 2026-11-20T14:32:00Z` });
  return iso ?? "";
});

/** The facts that a person may correct; a correction says what is right, so none can be emptied. */
export const amendedFacts = z.strictObject({
  version: known.exactOptional(),
  service: known.exactOptional(),
  environment: known.exactOptional(),
  tenant: known.exactOptional(),
  commitSha: z
    .string()
    .trim()
    .toLowerCase()
    .regex(WHOLE_SHA, "A commit is 40 or 64 hexadecimal digits")
    .exactOptional(),
  ref: known.exactOptional(),
  status: z.enum(ENDED, "A corrected status is succeeded, failed or canceled").exactOptional(),
  startedAt: time.exactOptional(),
  finishedAt: time.exactOptional(),
});
export type AmendedFacts = z.output<typeof amendedFacts>;
