/** Bitbucket Cloud: build statuses of commits, pull requests, and the commits of a push. */
import type { ObjectKey, Step, Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import type { Normalised, Reading } from "../../../ports/source.ts";
import { ignored } from "../by-event.ts";
import { changeTags, earliest } from "../change-tags.ts";
import { type OpenClose, openCloseTransitions } from "../open-close.ts";
import { commitsSeen, type Told } from "../pushed.ts";
import { actorOf, lookUp, sha, tagsOf, text, webHost, webUrl } from "../shaping.ts";
import {
  type CloudBody,
  type CloudCommit,
  type CloudPull,
  pullRequestSchema,
  pushSchema,
  statusSchema,
} from "./schema.ts";

interface Repository {
  instance: string;
  /** `{uuid}`, which stays when the repository is renamed. */
  id: string;
  name: string | null;
  url: string | null;
}

function repositoryOf({ repository }: CloudBody, instance: string | null): Repository | null {
  const name = text(repository?.full_name);
  const id = text(repository?.uuid)?.replace(/[{}]/g, "") ?? name?.toLowerCase() ?? null;
  const url = webUrl(repository?.links?.html?.href);
  return id === null ? null : { instance: instance ?? webHost(url) ?? "bitbucket.org", id, name, url };
}

const keyOf = ({ instance }: Repository, identityKind: string, externalId: string): ObjectKey => ({
  ...{ identityKind, source: "bitbucket", instance },
  ...{ externalId, attempt: 1 },
});

/** Atlassian Support "Event payloads", `commit_status.state`. */
const STEP_OF_STATE: Readonly<Record<string, Step>> = {
  INPROGRESS: "running",
  SUCCESSFUL: "succeeded",
  FAILED: "failed",
  STOPPED: "canceled",
};

/** The sha, which older payloads have only at the end of an address. */
const shaOf = (hash: unknown, href: unknown): string | null =>
  sha(hash).commitSha ?? sha(webUrl(href)?.split("/").at(-1)).commitSha;

/**
 * One build of a commit. A tool that builds the same commit again keeps the key but has another address, so the address
 * is part of the key. @returns transitions, or what the body lacks
 */
export function readStatus({ body, instance }: Reading): Transition[] | string {
  const parsed = statusSchema.safeParse(body);
  if (!parsed.success) return "commit_status";
  const { commit_status: status, actor } = parsed.data;
  const repository = repositoryOf(parsed.data, instance);
  if (repository === null) return "repository.uuid";
  const url = webUrl(status.url);
  const commitSha = shaOf(status.commit?.hash, status.links?.commit?.href);
  const name = url ?? text(status.key);
  if (name === null || commitSha === null) return "commit_status.key or its commit";
  const step = lookUp(STEP_OF_STATE, text(status.state)) ?? "observed";
  return [
    {
      object: keyOf(repository, "build", `${repository.id}/${commitSha}/${name}`),
      step,
      at: toIso(status.updated_on),
      facts: {
        kind: "build",
        service: repository.name,
        repository: repository.url,
        commitSha,
        ref: text(status.refname),
        createdAt: toIso(status.created_on),
        actor: actorOf(actor?.display_name, actor?.nickname ?? actor?.username),
        url,
        error: step === "failed" ? text(status.description) : null,
        tags: tagsOf({ name: status.name, "bitbucket.key": status.key }),
      },
    },
  ];
}

/** Bitbucket gives no time of closing; a closed one is not updated by what vice listens to. */
function closedOf(pull: CloudPull): OpenClose["closed"] {
  const state = text(pull.state);
  if (state === "MERGED") return { step: "succeeded", at: toIso(pull.updated_on) };
  const closed = state === "DECLINED" || state === "SUPERSEDED";
  return closed ? { step: "canceled", at: toIso(pull.updated_on) } : null;
}

/** When somebody else than the author first took part, and first agreed. */
function reviewTags({ participants, reviewers, author }: CloudPull): Record<string, unknown> {
  const others = (participants ?? []).flatMap((one) =>
    one && one.user?.uuid !== undefined && one.user.uuid !== author?.uuid ? [one] : [],
  );
  const times = (from: typeof others) => earliest(from.map((one) => toIso(one.participated_on)));
  return {
    reviewers: reviewers?.length,
    firstReviewAt: times(others),
    firstApprovalAt: times(others.filter((one) => one.approved === true)),
  };
}

/** Actions whose doer is the one who moves the change. */
const MOVES = /:(created|fulfilled|rejected)$/;

/** @returns transitions, or what the body lacks */
export function readPullRequest({ body, headers, instance }: Reading): Transition[] | string {
  const parsed = pullRequestSchema.safeParse(body);
  if (!parsed.success) return "pullrequest";
  const { pullrequest: pull, actor } = parsed.data;
  const repository = repositoryOf(parsed.data, instance);
  const number = text(pull.id);
  if (repository === null) return "repository.uuid";
  if (number === null || text(pull.state) === null) return "pullrequest.id or its state";
  const moved = MOVES.test(headers["x-event-key"] ?? "");
  const closed = closedOf(pull);
  const merge = sha(pull.merge_commit?.hash);
  return openCloseTransitions({
    object: keyOf(repository, "change", `pull/${repository.id}/${number}`),
    open: "running",
    createdAt: toIso(pull.created_on),
    updatedAt: toIso(pull.updated_on),
    closed,
    facts: {
      kind: "change",
      service: repository.name,
      repository: repository.url,
      ref: text(pull.source?.branch?.name),
      commitSha: sha(pull.source?.commit?.hash).commitSha,
      createdAt: toIso(pull.created_on),
      actor: moved ? actorOf(actor?.display_name, actor?.nickname ?? actor?.username) : null,
      url: webUrl(pull.links?.html?.href),
      tags: tagsOf({
        title: pull.title,
        number,
        targetBranch: pull.destination?.branch?.name,
        // Payloads cut shas: 12 digits are kept as what they are.
        mergeCommitSha: closed?.step === "succeeded" ? (merge.commitSha ?? merge.shortSha) : null,
        shortSha: sha(pull.source?.commit?.hash).shortSha,
        draft: pull.draft === true ? "true" : null,
        comments: pull.comment_count,
        ...changeTags({ title: pull.title, body: pull.description, ref: pull.source?.branch?.name }),
        ...reviewTags(pull),
      }),
    },
  });
}

/** `Robin Example <robin@shop.example.com>`: the name before the address. */
const rawName = (raw: unknown): string | null => text(text(raw)?.replace(/<[^>]*>/g, ""));

function told(commit: NonNullable<CloudCommit>): Told {
  const { hash, message, date, author, parents, links } = commit;
  return {
    sha: hash,
    parents: parents?.map((one) => one?.hash) ?? null,
    committedAt: date,
    author: { name: author?.user?.display_name ?? rawName(author?.raw), login: author?.user?.nickname },
    message,
    url: links?.html?.href,
  };
}

/** A push lists at most 5 commits of a change; its head stands apart. */
export function readPush({ body, instance }: Reading): Normalised | string {
  const parsed = pushSchema.safeParse(body);
  if (!parsed.success) return "push";
  const repository = repositoryOf(parsed.data, instance);
  const commits = (parsed.data.push.changes ?? []).flatMap((change): Told[] => {
    const listed = (change?.commits ?? []).flatMap((one) => (one ? [told(one)] : []));
    const head = change?.new?.target;
    return listed.length === 0 && head ? [told(head)] : listed;
  });
  const seen = commitsSeen(repository?.url ?? null, commits);
  return seen === undefined
    ? ignored("a push is not an activity")
    : { outcome: "accepted", transitions: [], commits: seen };
}
