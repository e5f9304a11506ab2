/** What amending, voiding and restoring share: finding the activity, writing the event, showing what stands now. */
import { z } from "zod";
import { activitySchema } from "../../../domain/activity-schema.ts";
import type { EventData } from "../../../domain/event.ts";
import type { CommandContext } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { ActivityDetail } from "../../../ports/read-models.ts";
import type { Services } from "../../../ports/services.ts";
import { recordEvents, saidEvent } from "../log/record-events.ts";

export const corrected = z.strictObject({
  activity: activitySchema,
  excluded: z.string().nullable().describe("Why it does not count, when it does not"),
});
export type Corrected = z.output<typeof corrected>;

export const idAndReason = {
  id: z.string().trim().min(1).describe("Id, or its unique start"),
  reason: z.string().trim().min(1).max(1000).describe("Why; it stands in the audit log"),
};

/** @throws ViceError `not-found`, `input.invalid` when several ids begin so */
export function findDetail(id: string, { services, now }: CommandContext<Services>): ActivityDetail {
  const detail = services.store.read.detail(services.store.resolveId(id), now());
  if (detail === null)
    throw new ViceError("not-found", { what: "activity", name: id, hint: "List them: vice deployments" });
  return detail;
}

type Correction = "vice.activity.amended.v1" | "vice.activity.voided.v1" | "vice.activity.restored.v1";

export async function recordCorrection<T extends Correction>(
  ctx: CommandContext<Services>,
  type: T,
  id: string,
  data: EventData[T],
): Promise<Corrected> {
  await recordEvents(ctx, [saidEvent(ctx, type, id, data)]);
  const { activity, excluded } = findDetail(id, ctx);
  return { activity, excluded };
}

/** Whether a person left it out, and no rule. */
export const isVoided = ({ history }: ActivityDetail): boolean =>
  history.findLast(({ type }) => type !== "amended")?.type === "voided";
