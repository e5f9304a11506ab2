/** The parts of Azure DevOps' service hooks that vice reads (Microsoft Learn "Service hook events"). */
import { z } from "zod";
import { list, loose, part } from "../loose.ts";

const named = part({ id: loose, name: loose });
const person = part({ displayName: loose, uniqueName: loose });
const web = part({ web: part({ href: loose }) });

export const envelopeSchema = z.looseObject({
  id: loose,
  eventType: loose,
  createdDate: loose,
  resourceContainers: part({
    collection: part({ id: loose }),
    account: part({ id: loose }),
    project: part({ id: loose }),
  }),
});
export type Envelope = z.infer<typeof envelopeSchema>;

/** Version 1.0 says `status: succeeded`, version 2.0 `status: completed` with `result`. */
export const buildSchema = envelopeSchema.extend({
  resource: z.looseObject({
    id: loose,
    buildNumber: loose,
    status: loose,
    result: loose,
    reason: loose,
    queueTime: loose,
    startTime: loose,
    finishTime: loose,
    sourceGetVersion: loose,
    sourceVersion: loose,
    sourceBranch: loose,
    definition: named,
    project: named,
    requestedFor: person,
    requests: list({ requestedFor: person }),
    repository: part({ name: loose, url: loose }),
    _links: web,
  }),
});

const run = part({
  id: loose,
  name: loose,
  state: loose,
  result: loose,
  createdDate: loose,
  finishedDate: loose,
  _links: web,
});
export const pipelineSchema = envelopeSchema.extend({
  resource: z.looseObject({
    run,
    stage: part({ name: loose, displayName: loose, state: loose, result: loose, _links: web }),
    job: part({
      id: loose,
      name: loose,
      state: loose,
      result: loose,
      startTime: loose,
      finishTime: loose,
      _links: web,
    }),
    pipeline: named,
  }),
});
export type PipelineResource = z.infer<typeof pipelineSchema>["resource"];

const artifacts = list({
  isPrimary: loose,
  definitionReference: part({ sourceVersion: named, version: named, branch: named, repository: named }),
});
const release = part({
  name: loose,
  artifacts,
  releaseDefinition: named,
  createdBy: person,
  _links: web,
});
export const releaseSchema = envelopeSchema.extend({
  resource: z.looseObject({
    environment: z.looseObject({
      id: loose,
      name: loose,
      status: loose,
      timeToDeploy: loose,
      deploySteps: list({ attempt: loose }),
      release,
      releaseDefinition: named,
    }),
    deployment: part({
      attempt: loose,
      startedOn: loose,
      completedOn: loose,
      requestedFor: person,
      release,
      releaseDefinition: named,
    }),
    release,
    project: named,
  }),
});
export type ReleaseResource = z.infer<typeof releaseSchema>["resource"];

export const pushSchema = envelopeSchema.extend({
  resource: z.looseObject({
    commits: list({
      commitId: loose,
      comment: loose,
      url: loose,
      author: part({ name: loose, date: loose }),
      committer: part({ date: loose }),
    }),
    repository: part({ remoteUrl: loose }),
  }),
});
