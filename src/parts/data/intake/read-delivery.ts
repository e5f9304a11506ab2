/** Reads one delivery: what the adapter makes of it, and how it is stored. */
import type { NewEvent } from "../../../domain/event.ts";
import { sha256Hex, uuidv7 } from "../../../kit/ids.ts";
import type { NewDelivery } from "../../../ports/deliveries.ts";
import type { AppendItem } from "../../../ports/event-log.ts";
import type { HookRequest, ServerConfig, Sources } from "../../../ports/services.ts";
import type { Normalised, Reading, Source } from "../../../ports/source.ts";
import { unwrapForm } from "./form-body.ts";
import { keepHeaders } from "./keep-headers.ts";
import { normalise, toEvents, toOtherEvents } from "./normalise.ts";
import { dropFields } from "./transform.ts";

/** A delivery that was read and may be appended. */
export interface ReadDelivery {
  source: Source;
  reading: Reading;
  normalised: Normalised;
  item: AppendItem;
}

interface Parts {
  sources: Sources;
  config: Pick<ServerConfig, "transforms">;
  now: () => number;
}

/** A request that was let in. */
export interface Admitted {
  source: Source;
  request: HookRequest;
  body: unknown;
  verified: boolean;
  /** Whether `body` is all that the request carried, and not one event of a batch. */
  whole: boolean;
}

/** @param parts its configuration says which fields are never stored */
export function readDelivery(parts: Parts, admitted: Admitted): ReadDelivery {
  const { source, request, body } = admitted;
  const { options } = parts.sources.instance(request.source, request.instance);
  const wanted = withoutDropped(parts, request.source, body);
  const reading: Reading = {
    headers: request.headers,
    body: wanted,
    instance: request.instance,
    receivedAt: new Date(parts.now()).toISOString(),
    options,
  };
  const normalised = normalise(source, reading);
  const kept = source.redact === undefined ? wanted : source.redact(wanted);
  const delivery: NewDelivery = {
    id: uuidv7(parts.now()),
    source: request.source,
    instance: instanceOf(request, normalised),
    ...storedAs(admitted, kept),
    receivedAt: reading.receivedAt,
    verified: admitted.verified,
    outcome: normalised.outcome,
    reason: normalised.outcome === "accepted" ? null : normalised.reason,
    contentType: request.headers["content-type"] ?? "application/json",
    headers: keepHeaders(request.headers, source.schemesFor?.(options) ?? source.schemes),
  };
  return { source, reading, normalised, item: { delivery, events: eventsOf(normalised, delivery, request) } };
}

function eventsOf(normalised: Normalised, delivery: NewDelivery, { headers }: HookRequest): NewEvent[] {
  if (normalised.outcome !== "accepted") return [];
  const activities = toEvents(normalised.transitions, delivery, 0, headers["traceparent"]);
  return [...activities, ...toOtherEvents(normalised, delivery)];
}

function withoutDropped({ config }: Parts, source: string, body: unknown): unknown {
  const drops = config.transforms.filter(
    (transform) => transform.source === source || transform.source === "*",
  );
  if (drops.length === 0) return body;
  return dropFields(
    body,
    drops.flatMap((transform) => transform.drop),
  );
}

/** The bytes that are kept, and by what the delivery is known again when it is sent once more. */
function storedAs(
  { source, request, body, whole }: Admitted,
  kept: unknown,
): Pick<NewDelivery, "body" | "headerId" | "bodySha256" | "seenSha256"> {
  const untouched = kept === body && whole;
  const sent = unwrapForm(request.headers["content-type"], request.rawBody);
  const stored = untouched ? sent : Buffer.from(JSON.stringify(kept));
  const bodySha256 = sha256Hex(stored);
  const headerId = source.deliveryId(request.headers, body);
  if (source.idIsUnique === true && headerId !== null)
    return { body: stored, headerId, bodySha256, seenSha256: sha256Hex(headerId) };
  const same = untouched && sent === request.rawBody;
  const seenSha256 = same ? bodySha256 : sha256Hex(whole ? request.rawBody : stored);
  return { body: stored, headerId, bodySha256, seenSha256 };
}

const hostOf = (url: string | null): string => (url !== null && URL.canParse(url) ? new URL(url).host : "");

function instanceOf(request: HookRequest, normalised: Normalised): string {
  if (request.instance !== null) return request.instance;
  if (normalised.outcome !== "accepted") return "";
  return normalised.transitions[0]?.object.instance ?? hostOf(normalised.commits?.repository ?? null);
}
