/** `vice deployments amend`: corrects wrong facts by an event; what was reported stays in the log. */
import { z } from "zod";
import type { Activity } from "../../../domain/activity.ts";
import type { Facts } from "../../../domain/transition.ts";
import { describeIssues } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { printable } from "../../../kit/table.ts";
import { dataCommand } from "../define-command.ts";
import { type AmendedFacts, amendedFacts } from "./amended-facts.ts";
import { corrected, findDetail, idAndReason, recordCorrection } from "./correct.ts";

const KEYS = Object.keys(amendedFacts.shape).join(", ");

const input = z.object({
  ...idAndReason,
  set: z.record(z.string(), z.string()).describe(`What is right: ${KEYS}`),
});

export const amend = dataCommand({
  id: "deployments.amend",
  words: ["deployments", "amend"],
  part: "data",
  summary: "Correct wrong facts of a deployment or another activity; the former ones stay in the log.",
  examples: [
    'vice deployments amend 0193f1c2 --set version=v1.4.2 --reason "the job passed a wrong tag"',
    'vice deployments amend 0193f1c2 --set status=failed --reason "it was rolled back by hand"',
  ],
  effect: "write",
  positional: ["id"],
  input,
  output: corrected,
  run: ({ id, reason, set }, ctx) => {
    const { activity } = findDetail(id, ctx);
    const wanted = readFacts(set);
    assertNew(wanted, activity);
    const { status = null, ...right } = wanted;
    // A tier that the source gave belongs to the environment that it gave.
    const facts: Facts = right.environment === undefined ? right : { ...right, tier: null };
    return recordCorrection(ctx, "vice.activity.amended.v1", activity.id, {
      facts: facts as Facts,
      status,
      reason,
    });
  },
  text: ({ activity }) => printable(`Corrected. It reads now: vice deployments show ${activity.id}`),
});

/** @throws ViceError `input.invalid` */
function readFacts(set: Readonly<Record<string, string>>): AmendedFacts {
  const facts = amendedFacts.safeParse(set);
  if (!facts.success)
    throw new ViceError("input.invalid", {
      ...describeIssues(facts.error, set),
      hint: `Possible are ${KEYS}.`,
    });
  if (Object.keys(facts.data).length > 0) return facts.data;
  throw new ViceError("input.invalid", {
    message: "Nothing is to be corrected.",
    hint: `Say what: --set with ${KEYS}.`,
  });
}

/** @throws ViceError `conflict` when it is so already, `input.invalid` when it would end before it began */
function assertNew(wanted: AmendedFacts, activity: Activity): void {
  const current: Readonly<Record<string, unknown>> = { ...activity };
  if (Object.entries(wanted).every(([key, value]) => current[key] === value)) {
    throw new ViceError("conflict", {
      message: "It is so already. Nothing was changed.",
      hint: `Look at it: vice deployments show ${activity.id}`,
    });
  }
  const [start, end] = [wanted.startedAt ?? activity.startedAt, wanted.finishedAt ?? activity.finishedAt];
  if (start !== null && end !== null && start > end) {
    throw new ViceError("input.invalid", {
      message: `It would end (${end}) before it began (${start}).`,
      hint: "Correct both times together.",
    });
  }
}
