/** Takes deliveries: verifies, reads, normalises and appends them. The answer goes out when they are durable. */
import type { Transition } from "../../../domain/transition.ts";
import { ViceError } from "../../../kit/errors.ts";
import { sha256Hex, uuidv7 } from "../../../kit/ids.ts";
import type { NewDelivery } from "../../../ports/deliveries.ts";
import type { HookResult, Intake, LogWriter, ServerConfig, Sources } from "../../../ports/services.ts";
import type { Reading, Source } from "../../../ports/source.ts";
import type { Store } from "../../../ports/store.ts";
import { admissionOf } from "./admission.ts";
import { toEvents } from "./normalise.ts";
import { type ReadDelivery, readDelivery } from "./read-delivery.ts";
import { spoolItems } from "./spool-records.ts";

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

/** Spool lines per transaction. */
const SPOOL_GROUP = 200;

export function createIntake(parts: IntakeParts): Intake {
  const { log, now } = parts;
  const { find, admit, isProven, open, parse } = admissionOf(parts);

  /** What is stored is stored: a listener that fails must not make the sender repeat it. Repetitions are told too. */
  const tell: NonNullable<IntakeParts["onAccepted"]> = (...accepted) => {
    try {
      parts.onAccepted?.(...accepted);
    } catch (error) {
      parts.onError?.(error);
    }
  };

  const keep = async ({ source, reading, normalised, item }: ReadDelivery): Promise<HookResult> => {
    const { delivery, outcome, reason, activities } = await log.append(item);
    if (normalised.outcome === "accepted") tell(source, reading, normalised.transitions);
    const left = "left" in normalised ? normalised.left : undefined;
    return { delivery, outcome, reason, activities, ...(left === undefined ? {} : { left }) };
  };

  return {
    receive: async (request) => {
      const source = await find(request.source);
      assertInstance(request.instance);
      const verified = admit(source, request);
      const opened = await open(source, request);
      const body = parse(opened);
      return keep(readDelivery(parts, { source, request: opened, body, verified, whole: true }));
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
        const group = single.slice(at, at + SPOOL_GROUP).map((each) =>
          keep(
            readDelivery(parts, {
              source,
              request: { ...asked, headers: each.headers },
              body: each.body,
              verified,
              whole: single.length === 1 && each.body === body,
            }),
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
