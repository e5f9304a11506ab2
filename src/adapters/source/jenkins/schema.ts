/** The part of Jenkins' three webhook dialects and of its remote API that vice reads. */
import { z } from "zod";

const loose = z.unknown().nullish();
const optional = <T extends z.ZodRawShape>(shape: T) => z.looseObject(shape).nullish().catch(null);
const listOf = <T extends z.ZodType>(item: T) => z.array(item.nullable().catch(null)).nullish().catch(null);
const record = z.record(z.string(), z.unknown()).nullish().catch(null);
const number = z.coerce.number().int().positive();

const scm = optional({ url: loose, branch: loose, commit: loose });

/** Notification plugin (`model/JobState.java`, `model/BuildState.java`; Gson writes lower_case_with_underscores). */
export const notificationSchema = z.looseObject({
  name: loose,
  url: loose,
  build: z.looseObject({
    phase: z.string(),
    number,
    full_url: loose,
    url: loose,
    queue_id: loose,
    timestamp: loose,
    duration: loose,
    status: loose,
    scm,
    parameters: record,
  }),
});
export type NotificationBody = z.infer<typeof notificationSchema>;

/** Statistics-gatherer plugin, README "Build"; the user's name has been spelled both ways. */
export const statisticsSchema = z.looseObject({
  ciUrl: loose,
  fullJobName: z.string().min(1),
  jobName: loose,
  number,
  result: z.string(),
  buildUrl: loose,
  startTime: loose,
  endTime: loose,
  duration: loose,
  buildCause: loose,
  startedUserId: loose,
  startedUsername: loose,
  startedUserName: loose,
  parameters: record,
  scmInfo: scm,
  slaveInfo: optional({ slaveName: loose }),
  buildFailureCauses: listOf(z.looseObject({ name: loose, description: loose })),
});
export type StatisticsBody = z.infer<typeof statisticsSchema>;

const jobModel = z.looseObject({
  name: loose,
  url: loose,
  userId: loose,
  userName: loose,
  build: z.looseObject({
    number,
    fullUrl: loose,
    url: loose,
    queueId: loose,
    duration: loose,
    status: loose,
    parameters: record,
    scmState: scm,
  }),
});

/** CDEvents plugin (`docs/cd-core-events.md`); newer versions put the job into `customData`. */
export const cdeventsSchema = z.looseObject({
  type: z.string().startsWith("dev.cdevents."),
  time: loose,
  outcome: loose,
  errors: loose,
  data: z.union([jobModel, z.looseObject({ customData: jobModel }).transform((data) => data.customData)]),
});
export type CdeventsBody = z.infer<typeof cdeventsSchema>;

const action = optional({
  parameters: listOf(z.looseObject({ name: z.string(), value: loose })),
  causes: listOf(z.looseObject({ userId: loose, userName: loose, shortDescription: loose })),
  lastBuiltRevision: optional({ SHA1: loose, branch: listOf(z.looseObject({ name: loose })) }),
  remoteUrls: listOf(z.string()),
  /** From the Metrics plugin (`TimeInQueueAction.java`); Jenkins itself forgets the queue after minutes. */
  queuingDurationMillis: loose,
});

/** A build in the remote API (`/job/<name>/api/json`, Jenkins handbook "Remote Access API"). */
const apiBuildSchema = z.looseObject({
  number,
  url: loose,
  timestamp: loose,
  duration: loose,
  building: loose,
  result: loose,
  queueId: loose,
  actions: listOf(action),
});
export type ApiBuild = z.infer<typeof apiBuildSchema>;

/** A folder, a multibranch project (both have `jobs`) or a job (has `allBuilds`). */
export const apiItemSchema = z.looseObject({
  jobs: listOf(z.looseObject({ name: z.string().min(1) })),
  allBuilds: listOf(apiBuildSchema),
});
