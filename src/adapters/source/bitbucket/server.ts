/** Bitbucket Data Center (Server): pull requests, and the commits of a push where the server lists them. */
import type { z } from "zod";
import type { Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import type { Normalised, Reading } from "../../../ports/source.ts";
import { ignored } from "../by-event.ts";
import { changeTags } from "../change-tags.ts";
import { type OpenClose, openCloseTransitions } from "../open-close.ts";
import { commitsSeen } from "../pushed.ts";
import { actorOf, sha, tagsOf, text, webHost, webUrl } from "../shaping.ts";
import { type ServerPull, serverPushSchema, serverSchema } from "./schema.ts";

type ServerRepository = z.infer<typeof serverPushSchema>["repository"];
type Links = NonNullable<ServerRepository>["links"];

/** `SHOP/web`. */
function nameOf(repository: ServerRepository): string | null {
  const key = text(repository?.project?.key);
  const slug = text(repository?.slug);
  return key === null || slug === null ? slug : `${key}/${slug}`;
}

const firstHref = (links: Links): string | null => webUrl(links?.self?.[0]?.href);

/** `https://git.example.com/projects/SHOP/repos/web` of `.../browse` or `.../pull-requests/5`. */
const repositoryUrl = (page: string | null): string | null =>
  page?.replace(/\/(browse|pull-requests)(\/.*)?$/, "") ?? null;

function closedOf(pull: ServerPull): OpenClose["closed"] {
  const state = text(pull.state);
  const at = toIso(pull.closedDate) ?? toIso(pull.updatedDate);
  if (state === "MERGED") return { step: "succeeded", at };
  return state === "DECLINED" ? { step: "canceled", at } : null;
}

/** `pr:deleted` leaves the state at OPEN. */
const deletedOf = (event: string, date: unknown): OpenClose["closed"] =>
  event === "pr:deleted" ? { step: "canceled", at: toIso(date) } : null;

const APPROVED = "pr:reviewer:approved";
/** What a reviewer does: the event's own time is when he did it. */
const REVIEWED = [
  APPROVED,
  "pr:reviewer:needs_work",
  "pr:reviewer:changes_requested",
  "pr:reviewer:unapproved",
];
/** Events whose doer is the one who moves the change. */
const MOVES = ["pr:opened", "pr:merged", "pr:declined", "pr:deleted"];

/** @returns transitions, or what the body lacks */
export function readServerPullRequest({ body, headers, instance }: Reading): Transition[] | string {
  const parsed = serverSchema.safeParse(body);
  const pull = parsed.data?.pullRequest;
  if (!parsed.success || !pull) return "pullRequest";
  const { actor, date } = parsed.data;
  const event = text(parsed.data.eventKey) ?? headers["x-event-key"] ?? "";
  const number = text(pull.id);
  const repositoryId = text(pull.toRef?.repository?.id);
  if (number === null || repositoryId === null) return "pullRequest.id or toRef.repository.id";
  const url = firstHref(pull.links);
  const repository = repositoryUrl(url) ?? repositoryUrl(firstHref(pull.toRef?.repository?.links));
  const closed = deletedOf(event, date) ?? closedOf(pull);
  const eventAt = toIso(date);
  return openCloseTransitions({
    object: {
      identityKind: "change",
      source: "bitbucket",
      instance: instance ?? webHost(repository) ?? "bitbucket",
      externalId: `pull/${repositoryId}/${number}`,
      attempt: 1,
    },
    open: "running",
    createdAt: toIso(pull.createdDate),
    updatedAt: REVIEWED.includes(event) ? eventAt : toIso(pull.updatedDate),
    closed,
    facts: {
      kind: "change",
      service: nameOf(pull.toRef?.repository),
      repository,
      ref: text(pull.fromRef?.displayId),
      commitSha: sha(pull.fromRef?.latestCommit).commitSha,
      createdAt: toIso(pull.createdDate),
      actor: MOVES.includes(event) ? actorOf(actor?.displayName, actor?.name) : null,
      url,
      tags: tagsOf({
        title: pull.title,
        number,
        targetBranch: pull.toRef?.displayId,
        mergeCommitSha: sha(pull.properties?.mergeCommit?.id).commitSha,
        draft: pull.draft === true ? "true" : null,
        comments: pull.properties?.commentCount,
        reviewers: pull.reviewers?.length,
        firstReviewAt: REVIEWED.includes(event) ? eventAt : null,
        firstApprovalAt: event === APPROVED ? eventAt : null,
        ...changeTags({ title: pull.title, body: pull.description, ref: pull.fromRef?.displayId }),
      }),
    },
  });
}

/** Versions from 7.14 list commits; before that a push names only refs. */
export function readServerPush({ body }: Reading): Normalised {
  const parsed = serverPushSchema.safeParse(body);
  const { commits, repository } = parsed.data ?? {};
  const seen = commitsSeen(
    repositoryUrl(firstHref(repository?.links)),
    (commits ?? []).flatMap((one) => {
      if (one === null || one === undefined) return [];
      const { id, message, authorTimestamp, committerTimestamp, author, parents } = one;
      return [
        {
          sha: id,
          parents: parents?.map((parent) => parent?.id) ?? null,
          authoredAt: authorTimestamp,
          committedAt: committerTimestamp,
          author: { name: author?.displayName ?? author?.name, login: author?.slug },
          message,
        },
      ];
    }),
  );
  return seen === undefined
    ? ignored("a push is not an activity")
    : { outcome: "accepted", transitions: [], commits: seen };
}
