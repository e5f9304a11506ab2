/** Normalises one stored delivery with today's adapter, mapping and options. */
import type { NewEvent } from "../../../domain/event.ts";
import type { ReprocessState, StoredDelivery } from "../../../ports/deliveries.ts";
import type { Reprocessed } from "../../../ports/maintenance.ts";
import type { Services } from "../../../ports/services.ts";
import type { Reading, Source } from "../../../ports/source.ts";
import { normalise, toEvents, toOtherEvents } from "../intake/normalise.ts";
import { parseBody } from "../intake/parse-body.ts";
import { spoolItems } from "../intake/spool-records.ts";
import { dropFields } from "../intake/transform.ts";

/** Why a delivery cannot be read again. */
export const SKIPPED = ["bodyDropped", "fetched", "unknownSource", "unreadable"] as const;
export type Skipped = (typeof SKIPPED)[number];

type Stored = StoredDelivery & ReprocessState;

export async function readAgain(delivery: Stored, services: Services): Promise<Reprocessed | Skipped> {
  const { body } = delivery;
  if (body === null) return "bodyDropped";
  // What vice itself fetched is no webhook: the poller reads it anew when it is asked to.
  if (delivery.headers["x-vice-origin"] !== undefined) return "fetched";
  if (delivery.source === "local") return readSpoolLine(delivery, body);
  const source = await services.sources.get(delivery.source);
  if (source === null) return "unknownSource";
  const normalised = normalise(source, readingOf(delivery, body, source, services));
  // A vendor's body that was read once does not become unreadable by itself: what is known stays.
  if (normalised.outcome === "unmapped" && delivery.outcome === "accepted") return "unreadable";
  if (normalised.outcome !== "accepted") return { delivery, ...normalised, events: [] };
  const events = toEvents(
    normalised.transitions,
    delivery,
    delivery.generation + 1,
    delivery.headers["traceparent"],
  );
  const others = toOtherEvents(normalised, delivery);
  return { delivery, outcome: "accepted", reason: null, events, others };
}

function readingOf(delivery: Stored, body: Uint8Array, source: Source, services: Services): Reading {
  const { headers, receivedAt } = delivery;
  const instance = instanceOf(delivery, services);
  const { options } = services.sources.instance(source.name, instance);
  const drops = services.config.transforms.filter(
    (each) => each.source === source.name || each.source === "*",
  );
  const pointers = drops.flatMap((each) => each.drop);
  return { headers, body: dropFields(parseBody(body), pointers), instance, receivedAt, options };
}

/** The instance that the activities were stored under, so that they keep their ids. */
function instanceOf({ instance, events }: Stored, { store }: Services): string | null {
  if (instance === "") return null;
  if (events === null) return instance;
  const { fromSeq, toSeq } = events;
  const stored = store.log.events(fromSeq - 1, toSeq - fromSeq + 1);
  const others = stored.some(({ data }) => "object" in data && data.object.instance !== instance);
  return others ? null : instance;
}

function readSpoolLine(delivery: Stored, body: Uint8Array): Reprocessed | Skipped {
  const [item] = spoolItems(body, delivery.instance, Date.parse(delivery.receivedAt)).items;
  if (item === undefined) return "unreadable";
  const from = { id: delivery.id, sha256: delivery.bodySha256 };
  const events = (item.events as ReadonlyArray<NewEvent<"vice.activity.observed.v1">>).map((event) => ({
    ...event,
    delivery: from,
  }));
  return { delivery, outcome: "accepted", reason: null, events };
}
