/** `vice deployments void` and `restore`: a mistake or a test run does not count, or counts again. */
import { z } from "zod";
import { ViceError } from "../../../kit/errors.ts";
import { dataCommand } from "../define-command.ts";
import { corrected, findDetail, idAndReason, isVoided, recordCorrection } from "./correct.ts";

const input = z.object(idAndReason);

export const voidActivity = dataCommand({
  id: "deployments.void",
  words: ["deployments", "void"],
  part: "data",
  summary: "Leave a deployment or another activity out of status, lists and numbers; it stays in the log.",
  examples: ['vice deployments void 0193f1c2 --reason "a test of the webhook"'],
  effect: "write",
  positional: ["id"],
  input,
  output: corrected,
  run: ({ id, reason }, ctx) => {
    const detail = findDetail(id, ctx);
    if (isVoided(detail)) {
      throw new ViceError("conflict", {
        message: "It is voided already. Nothing was changed.",
        hint: `Bring it back: vice deployments restore ${detail.activity.id} --reason "..."`,
      });
    }
    return recordCorrection(ctx, "vice.activity.voided.v1", detail.activity.id, { reason });
  },
  text: ({ activity }) =>
    `It no longer counts. Bring it back: vice deployments restore ${activity.id} --reason "..."`,
});

export const restoreActivity = dataCommand({
  id: "deployments.restore",
  words: ["deployments", "restore"],
  part: "data",
  summary: "Let a voided deployment or activity count again.",
  examples: ['vice deployments restore 0193f1c2 --reason "it was a real one"'],
  effect: "write",
  positional: ["id"],
  input,
  output: corrected,
  run: ({ id, reason }, ctx) => {
    const detail = findDetail(id, ctx);
    if (!isVoided(detail)) {
      const hint =
        detail.excluded === null
          ? "It counts."
          : "A rule leaves it out; take the rule back: vice service list --json";
      throw new ViceError("conflict", { message: "It is not voided. Nothing was changed.", hint });
    }
    return recordCorrection(ctx, "vice.activity.restored.v1", detail.activity.id, { reason });
  },
  text: ({ excluded }) =>
    excluded === null ? "It counts again." : `It is restored, but a rule leaves it out: ${excluded}.`,
});
