/** From a reading to what the log takes: the adapter's transitions, one event for each of them, and the commits. */
import type { CommitsSeen } from "../../../domain/commits/commit.ts";
import type { NewEvent } from "../../../domain/event.ts";
import type { Transition } from "../../../domain/transition.ts";
import { activityId } from "../../../kit/ids.ts";
import type { NewDelivery } from "../../../ports/deliveries.ts";
import type { Normalised, Reading, Source } from "../../../ports/source.ts";

/** An adapter must not throw; should one do it all the same, the body is kept and can be mapped later. */
export function normalise(source: Source, reading: Reading): Normalised {
  try {
    const normalised = source.normalise(reading);
    if (normalised.outcome !== "accepted" || normalised.transitions.length > 0) return normalised;
    if ((normalised.commits?.commits.length ?? 0) > 0) return normalised;
    return { outcome: "ignored", reason: "it says nothing about an activity" };
  } catch (error) {
    const problem = error instanceof Error ? error.message.slice(0, 200) : String(error);
    return { outcome: "unmapped", reason: `the adapter failed on it: ${problem}` };
  }
}

type Delivered = Pick<NewDelivery, "id" | "source" | "instance" | "bodySha256" | "receivedAt" | "verified">;

/** One event of commits may carry this many (`CommitsSeen`). */
const MAX_COMMITS = 500;

/** The commits that a delivery tells of, in as many events as they need. */
function toCommitEvents(
  seen: CommitsSeen | undefined,
  delivery: Delivered,
): Array<NewEvent<"vice.commits.seen.v1">> {
  const { repository = null, commits = [], pushed } = seen ?? {};
  const groups = Array.from({ length: Math.ceil(commits.length / MAX_COMMITS) }, (_, at) =>
    commits.slice(at * MAX_COMMITS, (at + 1) * MAX_COMMITS),
  );
  return groups.map((group, at) => ({
    type: "vice.commits.seen.v1",
    source: `/hooks/${delivery.source}/${delivery.instance}`,
    subject: null,
    time: delivery.receivedAt,
    data: { repository, commits: group, ...(at === 0 && pushed !== undefined ? { pushed } : {}) },
    actor: null,
    traceparent: null,
    delivery: { id: delivery.id, sha256: delivery.bodySha256 },
  }));
}

/** What a delivery tells beside activities: commits, and the cases of a report of tests. */
export const toOtherEvents = (
  normalised: Extract<Normalised, { outcome: "accepted" }>,
  delivery: Delivered,
): OtherEvent[] => [...toCommitEvents(normalised.commits, delivery), ...toTestEvents(normalised, delivery)];

export type OtherEvent = NewEvent<"vice.commits.seen.v1"> | NewEvent<"vice.tests.reported.v1">;

function toTestEvents(
  { tests, transitions: [about] }: Extract<Normalised, { outcome: "accepted" }>,
  { id, source, instance, bodySha256: sha256, receivedAt: time }: Delivered,
): Array<NewEvent<"vice.tests.reported.v1">> {
  if (tests === undefined || about === undefined) return [];
  const type = "vice.tests.reported.v1";
  const subject = activityId(about.object);
  const said = { type, source: `/hooks/${source}/${instance}`, subject, time, data: tests } as const;
  return [{ ...said, actor: null, traceparent: null, delivery: { id, sha256 } }];
}

/** One event for each transition of a delivery. */
export function toEvents(
  transitions: readonly Transition[],
  delivery: Delivered,
  generation: number,
  traceparent: string | undefined = undefined,
): Array<NewEvent<"vice.activity.observed.v1">> {
  return transitions.map(({ object, step, at, reopens, facts }) => ({
    type: "vice.activity.observed.v1",
    source: `/hooks/${delivery.source}/${delivery.instance}`,
    subject: activityId(object),
    time: at ?? delivery.receivedAt,
    data: {
      object,
      step,
      at: at ?? delivery.receivedAt,
      reopens: reopens === true,
      facts,
      verified: delivery.verified,
      generation,
    },
    actor: null,
    traceparent: traceparent ?? null,
    delivery: { id: delivery.id, sha256: delivery.bodySha256 },
  }));
}
