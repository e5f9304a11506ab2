/** The part of Jira's webhooks that vice reads. */
import { z } from "zod";

const loose = z.unknown().nullish();
const named = z.looseObject({ id: loose, key: loose, name: loose }).nullish().catch(null);

const user = z.looseObject({ displayName: loose, name: loose }).nullish().catch(null);

/** An issue, in hooks and in the REST API alike. */
export const issueSchema = z.looseObject({
  id: z.union([z.string(), z.number()]),
  key: loose,
  self: loose,
  fields: z
    .looseObject({
      summary: loose,
      created: loose,
      statuscategorychangedate: loose,
      project: named,
      issuetype: named,
      priority: named,
      resolution: named,
      parent: named,
      components: z.array(named).nullish().catch(null),
      labels: z.array(z.unknown()).nullish().catch(null),
      status: z.looseObject({ id: loose, name: loose, statusCategory: named }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
});
export type JiraIssue = z.infer<typeof issueSchema>;

const changelog = z
  .looseObject({
    items: z
      .array(
        z.looseObject({ field: loose, fieldId: loose, from: loose, fromString: loose, to: loose }).catch({}),
      )
      .catch([]),
  })
  .nullish()
  .catch(null);

const sprint = z.looseObject({
  id: z.union([z.string(), z.number()]),
  self: loose,
  state: loose,
  name: loose,
  goal: loose,
  createdDate: loose,
  startDate: loose,
  endDate: loose,
  completeDate: loose,
  originBoardId: loose,
});

/** `webhookEvent` tells what the rest is. */
export const envelopeSchema = z.looseObject({ webhookEvent: z.string(), timestamp: loose });
export const issueEventSchema = envelopeSchema.extend({ issue: issueSchema, user, changelog });
export type IssueEvent = z.infer<typeof issueEventSchema>;
export const sprintEventSchema = envelopeSchema.extend({ sprint });
export type SprintEvent = z.infer<typeof sprintEventSchema>;
