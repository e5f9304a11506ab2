/** GitHub reviews of pull requests: when somebody else than the author first looked, and first agreed. */
import type { Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { earliest } from "../change-tags.ts";
import { tagsOf, text } from "../shaping.ts";
import { pullTransitions } from "./pull-request.ts";
import { repositoryOf } from "./repository.ts";
import { type PullBody, reviewEventSchema, reviewSchema } from "./schema.ts";

/** @returns transitions, or what the body lacks */
export function readReview(reading: Reading): Transition[] | string {
  const parsed = reviewEventSchema.safeParse(reading.body);
  if (!parsed.success) return "review or pull_request";
  const { pull_request: pull, review, ...body } = parsed.data;
  const repository = repositoryOf(body, reading);
  if (repository === null) return "repository.id";
  const transitions = pullTransitions(repository, pull, null);
  return typeof transitions === "string"
    ? transitions
    : [...transitions, ...reviewTransitions(transitions, pull, [review])];
}

/**
 * When somebody else than the author looked, and agreed: of several the first of each.
 * @param told what is told of the pull request itself
 * @param reviews as the hook and the REST API have them
 */
export function reviewTransitions(
  told: readonly Transition[],
  pull: PullBody,
  reviews: readonly unknown[],
): Transition[] {
  const [first] = told;
  const others = reviews.flatMap((row) => {
    const review = reviewSchema.safeParse(row).data;
    const at = toIso(review?.submitted_at);
    const isOwn = text(review?.user?.login) === text(pull.user?.login);
    return at === null || isOwn
      ? []
      : [{ at, isApproval: text(review?.state)?.toLowerCase() === "approved" }];
  });
  const firstReviewAt = earliest(others.map(({ at }) => at));
  const firstApprovalAt = earliest(others.filter(({ isApproval }) => isApproval).map(({ at }) => at));
  if (first === undefined || firstReviewAt === null) return [];
  const tags = tagsOf({ firstReviewAt, firstApprovalAt });
  const { object } = first;
  return [{ object, step: "observed", at: firstReviewAt, reopens: true, facts: { kind: "change", tags } }];
}
