/**
 * Source: Octopus Deploy subscriptions (one event by delivery, and the digest of older servers).
 *
 * Key: identityKind `deployment`, externalId `Deployments-<n>`; of a runbook run `action` and `RunbookRuns-<n>`. Both are
 * unique on a server over all spaces; the instance is the host of `ServerUri` (`null` there until a public address is
 * configured: then the instance of the URL counts).
 * Names of project, release, environment and tenant are slices of `Message` by `MessageReferences`: no call is made.
 * Octopus has no signature; a subscription sends one custom header of free choice.
 */
import { z } from "zod";
import type { Transition } from "../../../domain/transition.ts";
import { defineSource, type Normalised, type Reading, type Scheme } from "../../../ports/source.ts";
import { text } from "../shaping.ts";
import { transitionOf } from "./map.ts";
import { octopusPoller } from "./poll.ts";
import { sample } from "./sample.ts";
import { deliverySchema, type OctopusDelivery, type OctopusEvent } from "./schema.ts";

export const SECRET_HEADER = "x-octopus-webhook-secret";

const options = z.strictObject({
  /** Name of the custom header that the subscription sends. */
  secretHeader: z
    .string()
    .regex(/^[\w-]+$/)
    .default(SECRET_HEADER),
});

function schemesFor(given: unknown): readonly Scheme[] {
  const parsed = options.safeParse(given ?? {});
  return [{ type: "token", header: parsed.success ? parsed.data.secretHeader.toLowerCase() : SECRET_HEADER }];
}

function eventsOf({ Payload: payload }: OctopusDelivery): OctopusEvent[] {
  return [payload.Event, ...(payload.Events ?? [])].flatMap((event) => event ?? []);
}

function normalise({ body, instance }: Reading): Normalised {
  const parsed = deliverySchema.safeParse(body);
  if (!parsed.success)
    return { outcome: "unmapped", reason: "no Octopus subscription delivery: Payload is missing" };
  const events = eventsOf(parsed.data);
  if (events.length === 0)
    return {
      outcome: "unmapped",
      reason: "no Octopus subscription delivery: neither Payload.Event nor Payload.Events",
    };
  const results = events.map((event) => transitionOf(event, parsed.data.Payload.ServerUri, instance));
  const transitions = results.filter((one): one is Transition => typeof one === "object" && one !== null);
  if (transitions.length > 0) return { outcome: "accepted", transitions };
  const problem = results.find((one) => typeof one === "string");
  const names = [...new Set(events.map((event) => `"${event.Category.slice(0, 80)}"`))]
    .slice(0, 5)
    .join(", ");
  if (typeof problem === "string")
    return { outcome: "unmapped", reason: `octopus event ${names} has ${problem}` };
  return { outcome: "ignored", reason: `octopus event ${names} is not used` };
}

/** The event for a single one, the batch for a digest. */
function deliveryId(_headers: Readonly<Record<string, string>>, body: unknown): string | null {
  const parsed = deliverySchema.safeParse(body);
  if (!parsed.success) return null;
  const { Event: event, BatchId: batch } = parsed.data.Payload;
  return event ? text(event.Id) : text(batch);
}

export default defineSource({
  name: "octopus",
  title: "Octopus Deploy",
  schemes: schemesFor({}),
  schemesFor,
  options,
  deliveryId,
  normalise,
  poller: octopusPoller,
  setup: [
    "Open Configuration, Audit, Subscriptions and choose Add subscription.",
    "Under Event filters take the event group Deployment; under Webhook notification enter the address above as Payload URL.",
    `Set Header name to ${SECRET_HEADER} and Header value to the secret.`,
    "Set the server's public address (Configuration, Nodes), so that vice can tell several servers apart.",
  ],
  sample,
});
