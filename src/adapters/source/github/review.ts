/** GitHub reviews of pull requests: when somebody else than the author first looked, and first agreed. */
import type { Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { tagsOf, text } from "../shaping.ts";
import { pullTransitions } from "./pull-request.ts";
import { repositoryOf } from "./repository.ts";
import { reviewEventSchema } from "./schema.ts";

/** @returns transitions, or what the body lacks */
export function readReview(reading: Reading): Transition[] | string {
  const parsed = reviewEventSchema.safeParse(reading.body);
  if (!parsed.success) return "review or pull_request";
  const { pull_request: pull, review, ...body } = parsed.data;
  const repository = repositoryOf(body, reading);
  if (repository === null) return "repository.id";
  const transitions = pullTransitions(repository, pull, null);
  const [first] = typeof transitions === "string" ? [] : transitions;
  const at = toIso(review.submitted_at);
  const own = text(review.user?.login) === text(pull.user?.login);
  if (typeof transitions === "string" || first === undefined || at === null || own) return transitions;
  const approved = text(review.state)?.toLowerCase() === "approved";
  const tags = tagsOf({ firstReviewAt: at, firstApprovalAt: approved ? at : null });
  return [
    ...transitions,
    { object: first.object, step: "observed", at, reopens: true, facts: { kind: "change", tags } },
  ];
}
