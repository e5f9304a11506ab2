/**
 * The parts of Bitbucket's webhooks that vice reads: Cloud (Atlassian Support "Event payloads") and Data Center (Bitbucket
 * Data Center documentation "Event payload").
 */
import { z } from "zod";
import { list, loose, part } from "../loose.ts";

const href = part({ href: loose });
const links = part({ html: href });

export const cloudSchema = z.looseObject({
  actor: part({ display_name: loose, nickname: loose, username: loose }),
  repository: part({ uuid: loose, full_name: loose, links }),
});
export type CloudBody = z.infer<typeof cloudSchema>;

export const statusSchema = cloudSchema.extend({
  commit_status: z.looseObject({
    key: loose,
    name: loose,
    description: loose,
    state: loose,
    url: loose,
    refname: loose,
    created_on: loose,
    updated_on: loose,
    commit: part({ hash: loose }),
    links: part({ commit: href }),
  }),
});

const end = part({ branch: part({ name: loose }), commit: part({ hash: loose }) });
export const pullRequestSchema = cloudSchema.extend({
  pullrequest: z.looseObject({
    id: loose,
    title: loose,
    description: loose,
    state: loose,
    draft: loose,
    created_on: loose,
    updated_on: loose,
    comment_count: loose,
    author: part({ uuid: loose, account_id: loose }),
    source: end,
    destination: end,
    merge_commit: part({ hash: loose }),
    reviewers: list({ uuid: loose }),
    participants: list({
      role: loose,
      approved: loose,
      participated_on: loose,
      user: part({ uuid: loose, account_id: loose }),
    }),
    links,
  }),
});
export type CloudPull = z.infer<typeof pullRequestSchema>["pullrequest"];

const commit = part({
  hash: loose,
  message: loose,
  date: loose,
  author: part({ raw: loose, user: part({ display_name: loose, nickname: loose }) }),
  parents: list({ hash: loose }),
  links,
});
export const pushSchema = cloudSchema.extend({
  push: z.looseObject({
    changes: list({ commits: z.array(commit).nullish().catch(null), new: part({ target: commit }) }),
  }),
});
export type CloudCommit = z.infer<typeof commit>;

const serverUser = part({ name: loose, displayName: loose, slug: loose });
const serverRepository = part({
  id: loose,
  slug: loose,
  project: part({ key: loose }),
  links: part({ self: list({ href: loose }) }),
});
const serverRef = part({ displayId: loose, latestCommit: loose, repository: serverRepository });
const participants = list({ approved: loose, status: loose });

export const serverSchema = z.looseObject({
  eventKey: loose,
  date: loose,
  actor: serverUser,
  pullRequest: part({
    id: loose,
    title: loose,
    description: loose,
    state: loose,
    draft: loose,
    createdDate: loose,
    updatedDate: loose,
    closedDate: loose,
    fromRef: serverRef,
    toRef: serverRef,
    reviewers: participants,
    properties: part({ mergeCommit: part({ id: loose }), commentCount: loose }),
    links: part({ self: list({ href: loose }) }),
  }),
});
export type ServerPull = NonNullable<z.infer<typeof serverSchema>["pullRequest"]>;

export const serverPushSchema = z.looseObject({
  repository: serverRepository,
  commits: list({
    id: loose,
    message: loose,
    authorTimestamp: loose,
    committerTimestamp: loose,
    author: serverUser,
    parents: list({ id: loose }),
  }),
});
