/** From a reading to what the log takes: the adapter's transitions, and one event for each of them. */
import type { NewEvent } from "../../../domain/event.ts";
import type { Transition } from "../../../domain/transition.ts";
import { activityId } from "../../../kit/ids.ts";
import type { Normalised, Reading, Source } from "../../../ports/source.ts";
import type { NewDelivery } from "../../../ports/store.ts";

/** An adapter must not throw; should one do it all the same, the body is kept and can be mapped later. */
export function normalise(source: Source, reading: Reading): Normalised {
  try {
    const normalised = source.normalise(reading);
    if (normalised.outcome === "accepted" && normalised.transitions.length === 0) {
      return { outcome: "ignored", reason: "it says nothing about an activity" };
    }
    return normalised;
  } catch (error) {
    const problem = error instanceof Error ? error.message.slice(0, 200) : String(error);
    return { outcome: "unmapped", reason: `the adapter failed on it: ${problem}` };
  }
}

/** One event for each transition of a delivery. */
export function toEvents(
  transitions: readonly Transition[],
  delivery: Pick<NewDelivery, "id" | "source" | "instance" | "bodySha256" | "receivedAt" | "verified">,
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
