/**
 * The parts of Spinnaker's events that vice reads: builds seen by igor, pipelines and stages of orca (spinnaker/echo
 * `Event`, `Metadata`; spinnaker/orca `EchoNotifyingExecutionListener`, `EchoNotifyingStageListener`).
 */
import { z } from "zod";
import { list, loose, part } from "../loose.ts";

export const eventSchema = z.looseObject({
  eventId: loose,
  details: z.looseObject({ type: loose, source: loose, created: loose, application: loose }),
});

/** `timestamp` is when it began; numbers come as text. */
export const buildSchema = eventSchema.extend({
  content: z.looseObject({
    master: loose,
    project: part({
      name: loose,
      lastBuild: part({
        building: loose,
        number: loose,
        result: loose,
        timestamp: loose,
        duration: loose,
        url: loose,
      }),
    }),
  }),
});

const trigger = part({
  type: loose,
  user: loose,
  tag: loose,
  hash: loose,
  branch: loose,
  source: loose,
  parameters: z.record(z.string(), z.unknown()).nullish().catch(null),
  buildInfo: part({ scm: list({ sha1: loose, branch: loose }), url: loose }),
});
export const executionSchema = part({
  id: loose,
  name: loose,
  application: loose,
  status: loose,
  buildTime: loose,
  startTime: loose,
  endTime: loose,
  canceled: loose,
  trigger,
  authentication: part({ user: loose }),
  stages: list({ id: loose, type: loose, name: loose, status: loose, startTime: loose, endTime: loose }),
});
export type Execution = z.infer<typeof executionSchema>;

export const orcaSchema = eventSchema.extend({
  content: z.looseObject({
    executionId: loose,
    execution: executionSchema,
    stageId: loose,
    name: loose,
    isSynthetic: loose,
    startTime: loose,
    endTime: loose,
    context: part({
      account: loose,
      credentials: loose,
      "deploy.account.name": loose,
      clusters: list({ account: loose }),
      failureMessage: loose,
    }),
  }),
});
export type OrcaEvent = z.infer<typeof orcaSchema>;
