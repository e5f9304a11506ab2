/** The part of TeamCity's two webhook dialects that vice reads. */
import { z } from "zod";

const loose = z.unknown().nullish();
const optional = <T extends z.ZodRawShape>(shape: T) => z.looseObject(shape).nullish().catch(null);
const listOf = <T extends z.ZodType>(item: T) => z.array(item.nullable().catch(null)).nullish().catch(null);

const user = optional({ username: loose, name: loose });
const property = z.looseObject({ name: z.string(), value: loose });
const revision = z.looseObject({ version: loose, vcsBranchName: loose });

/** TeamCity documentation "TeamCity Webhooks" and REST API "Build"; an administrator may choose fewer fields. */
export const builtInSchema = z.looseObject({
  eventType: z.string(),
  payload: z.looseObject({
    id: loose,
    buildTypeId: loose,
    buildType: optional({ id: loose, name: loose, projectName: loose }),
    number: loose,
    status: loose,
    statusText: loose,
    branchName: loose,
    webUrl: loose,
    queuedDate: loose,
    startDate: loose,
    finishDate: loose,
    triggered: optional({ user }),
    canceledInfo: optional({ user, text: loose }),
    revisions: optional({ revision: listOf(revision) }),
    properties: optional({ property: listOf(property) }),
  }),
});
export type BuiltIn = z.infer<typeof builtInSchema>;

/** tcWebHooks "Legacy Webhook (JSON)" and the JSON templates made from it (`WebHookPayloadContent`). */
export const tcWebHooksSchema = z.looseObject({
  build: z.looseObject({
    notifyType: z.string(),
    buildResult: loose,
    buildStatus: loose,
    buildId: loose,
    buildTypeId: loose,
    buildExternalTypeId: loose,
    buildNumber: loose,
    buildFullName: loose,
    buildStatusUrl: loose,
    rootUrl: loose,
    projectName: loose,
    triggeredBy: loose,
    branchName: loose,
    buildStartTime: loose,
    buildFinishTime: loose,
    currentTime: loose,
    extraParameters: loose,
    teamcityProperties: loose,
  }),
});
export type TcWebHooks = z.infer<typeof tcWebHooksSchema>;

/** `[{name, value}]` or `{name: value}` as a record; tcWebHooks has sent both. */
export function propertiesOf(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null) return {};
  if (!Array.isArray(value)) return { ...value };
  const pairs = value.flatMap((item) => {
    const parsed = property.safeParse(item);
    return parsed.success ? [[parsed.data.name, parsed.data.value] as const] : [];
  });
  return Object.fromEntries(pairs);
}
