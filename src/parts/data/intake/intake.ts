/** Takes deliveries: verifies, reads, normalises and appends them. The answer goes out when they are durable. */

import type { NewEvent } from "../../../domain/event.ts";
import type { Transition } from "../../../domain/transition.ts";
import { ViceError } from "../../../kit/errors.ts";
import { activityId, sha256Hex, uuidv7 } from "../../../kit/ids.ts";
import { nearest } from "../../../kit/nearest.ts";
import type {
  HookRequest,
  HookResult,
  Intake,
  LogWriter,
  ServerConfig,
  Sources,
} from "../../../ports/services.ts";
import type { Normalised, Reading, Source } from "../../../ports/source.ts";
import type { AppendItem, NewDelivery, Store } from "../../../ports/store.ts";
import { verify } from "./authenticity.ts";
import { unwrapForm } from "./form-body.ts";
import { keepHeaders } from "./keep-headers.ts";
import { parseBody } from "./parse-body.ts";
import { spoolItems } from "./spool-records.ts";
import { dropFields } from "./transform.ts";

export interface IntakeParts {
  store: Store;
  log: LogWriter;
  sources: Sources;
  config: Pick<ServerConfig, "transforms">;
  now: () => number;
  /** Called after an accepted delivery is durable: enrichment begins here. */
  onError?: (error: unknown) => void;
  onAccepted?: (source: Source, reading: Reading, transitions: readonly Transition[]) => void;
}

/** A delivery that was read and may be appended. */
interface Read {
  source: Source;
  reading: Reading;
  normalised: Normalised;
  item: AppendItem;
}

/** Spool lines per transaction. */
const SPOOL_GROUP = 200;

export function createIntake(parts: IntakeParts): Intake & IntakeInside {
  const { store, log, sources, now } = parts;

  const find = async (name: string): Promise<Source> => {
    const source = await sources.get(name);
    if (source !== null) return source;
    const known = sources.names();
    throw new ViceError("source.unknown", { name, nearest: nearest(name, known), known: known.join(", ") });
  };

  /** Names of instances come from strangers: only known ones are counted by themselves. */
  const reject = ({ source, instance }: HookRequest, reason: string): void =>
    store.deliveries.rejected(
      source,
      sources.isConfigured(source, instance) ? (instance ?? "") : "",
      reason,
      now(),
    );

  /** Whether a delivery that is taken anyway (its sender is known by token) is signed too. */
  const isProven = (
    source: Source,
    { source: name, instance, headers, rawBody, key }: HookRequest,
  ): boolean => {
    const { secrets, options } = sources.instance(name, instance);
    const schemes = source.schemesFor?.(options) ?? source.schemes;
    return (
      secrets.length > 0 &&
      verify({ schemes, secrets, headers, rawBody, url: { key }, nowMs: now() }).verified
    );
  };

  /** @returns whether it is verified. @throws ViceError `hook.unsigned` */
  const admit = (source: Source, request: HookRequest): boolean => {
    const { secrets, options } = sources.instance(request.source, request.instance);
    const schemes = source.schemesFor?.(options) ?? source.schemes;
    if (secrets.length === 0 && request.allowUnsigned) return false;
    if (request.knownSender === true) return isProven(source, request);
    const { headers, rawBody, key } = request;
    const verdict =
      secrets.length === 0
        ? {
            verified: false as const,
            reason: "no secret is set for this source, and unsigned deliveries are only taken in open mode",
          }
        : verify({ schemes, secrets, headers, rawBody, url: { key }, nowMs: now() });
    if (verdict.verified) return true;
    reject(request, verdict.reason);
    throw new ViceError("hook.unsigned", { source: source.title, reason: verdict.reason });
  };

  const parse = (request: HookRequest): unknown => {
    try {
      return parseBody(unwrapForm(request.headers["content-type"], request.rawBody));
    } catch (error) {
      const reason = error instanceof ViceError ? error.message : "it cannot be read";
      reject(request, reason);
      throw error;
    }
  };

  const read = (
    source: Source,
    request: HookRequest,
    body: unknown,
    verified: boolean,
    whole: boolean,
  ): Read => {
    const receivedAt = new Date(now()).toISOString();
    const { options } = sources.instance(request.source, request.instance);
    const drops = parts.config.transforms.filter(
      (transform) => transform.source === request.source || transform.source === "*",
    );
    const wanted =
      drops.length === 0
        ? body
        : dropFields(
            body,
            drops.flatMap((transform) => transform.drop),
          );
    const reading: Reading = {
      headers: request.headers,
      body: wanted,
      instance: request.instance,
      receivedAt,
      options,
    };
    const normalised = normalise(source, reading);
    const kept = source.redact === undefined ? wanted : source.redact(wanted);
    const untouched = kept === body && whole;
    const sent = unwrapForm(request.headers["content-type"], request.rawBody);
    const stored = untouched ? sent : Buffer.from(JSON.stringify(kept));
    const headerId = source.deliveryId(request.headers, body);
    const bodySha256 = sha256Hex(stored);
    const sentSha256 =
      untouched && sent === request.rawBody ? bodySha256 : sha256Hex(whole ? request.rawBody : stored);
    const delivery: NewDelivery = {
      id: uuidv7(now()),
      source: request.source,
      instance: instanceOf(request, normalised),
      headerId,
      bodySha256,
      seenSha256: source.idIsUnique === true && headerId !== null ? sha256Hex(headerId) : sentSha256,
      receivedAt,
      verified,
      outcome: normalised.outcome,
      reason: normalised.outcome === "accepted" ? null : normalised.reason,
      contentType: request.headers["content-type"] ?? "application/json",
      headers: keepHeaders(request.headers, source.schemesFor?.(options) ?? source.schemes),
      body: stored,
    };
    const transitions = normalised.outcome === "accepted" ? normalised.transitions : [];
    return {
      source,
      reading,
      normalised,
      item: { delivery, events: toEvents(transitions, delivery, 0, request.headers["traceparent"]) },
    };
  };

  /** What is stored is stored: a listener that fails must not make the sender repeat it. Repetitions are told too. */
  const tell: NonNullable<IntakeParts["onAccepted"]> = (...accepted) => {
    try {
      parts.onAccepted?.(...accepted);
    } catch (error) {
      parts.onError?.(error);
    }
  };

  const store_ = async ({ source, reading, normalised, item }: Read): Promise<HookResult> => {
    const { delivery, outcome, reason, activities } = await log.append(item);
    if (normalised.outcome === "accepted") tell(source, reading, normalised.transitions);
    return { delivery, outcome, reason, activities };
  };

  return {
    receive: async (request) => {
      const source = await find(request.source);
      assertInstance(request.instance);
      const verified = admit(source, request);
      return store_(read(source, request, parse(request), verified, true));
    },

    receiveEvents: async (request) => {
      const asked = { ...request, source: "cloudevents" };
      const source = await find("cloudevents");
      assertInstance(request.instance);
      const verified = asked.allowUnsigned ? isProven(source, asked) : admit(source, asked);
      const body = parse(asked);
      const { headers, instance } = asked;
      const whole: Reading = {
        headers,
        body,
        instance,
        receivedAt: new Date(now()).toISOString(),
        options: null,
      };
      const single = source.split?.(whole) ?? [whole];
      const results: HookResult[] = [];
      for (let at = 0; at < single.length; at += SPOOL_GROUP) {
        const group = single
          .slice(at, at + SPOOL_GROUP)
          .map((each) =>
            store_(
              read(
                source,
                { ...asked, headers: each.headers },
                each.body,
                verified,
                single.length === 1 && each.body === body,
              ),
            ),
          );
        results.push(...(await Promise.all(group)));
      }
      return results;
    },

    receiveSpool: async (body, instance) => {
      const counts = { accepted: 0, duplicate: 0, invalid: 0 };
      const { items, invalid } = spoolItems(body, instance, now());
      counts.invalid = invalid;
      for (let at = 0; at < items.length; at += SPOOL_GROUP) {
        const results = await Promise.all(items.slice(at, at + SPOOL_GROUP).map((item) => log.append(item)));
        for (const { outcome } of results) counts[outcome === "duplicate" ? "duplicate" : "accepted"] += 1;
      }
      return counts;
    },

    appendTransitions: async ({ source, instance, origin, body, transitions }) => {
      const receivedAt = new Date(now()).toISOString();
      const stored = Buffer.from(JSON.stringify(body));
      const sha256 = sha256Hex(stored);
      const delivery: NewDelivery = {
        id: uuidv7(now()),
        source,
        instance,
        headerId: null,
        bodySha256: sha256,
        seenSha256: sha256,
        receivedAt,
        verified: true,
        outcome: "accepted",
        reason: null,
        contentType: "application/json",
        headers: { "x-vice-origin": origin },
        body: stored,
      };
      const {
        delivery: id,
        outcome,
        reason,
        activities,
      } = await log.append({ delivery, events: toEvents(transitions, delivery, 0) });
      return { delivery: id, outcome, reason, activities };
    },
  };
}

const INSTANCE = /^[\w.:@~/ -]{1,200}$/;

function assertInstance(instance: string | null): void {
  if (instance === null || INSTANCE.test(instance)) return;
  const message =
    "The instance in the address is no name: up to 200 letters, digits and . : @ ~ / - _ . Nothing was stored.";
  throw new ViceError("input.invalid", { message, hint: "Take the address from the Sources page." });
}

/** For workers inside vice (poll, enrichment): facts that vice fetched itself. */
export interface IntakeInside {
  appendTransitions(fetched: {
    source: string;
    instance: string;
    /** `poll` or `enrich`. */
    origin: string;
    /** What was fetched; the same body again is a duplicate. */
    body: unknown;
    transitions: readonly Transition[];
  }): Promise<HookResult>;
}

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

function instanceOf(request: HookRequest, normalised: Normalised): string {
  if (request.instance !== null) return request.instance;
  return normalised.outcome === "accepted" ? (normalised.transitions[0]?.object.instance ?? "") : "";
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
