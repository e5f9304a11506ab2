/**
 * Source: Netlify's deploy notifications by HTTP POST (Netlify docs "Deploy notifications"). The event is in the header
 * `X-Netlify-Event`; the body is the deploy as the API has it.
 *
 * Key: identityKind `deployment` with the deploy's id. A deploy that is published again by hand (`deploy_restored`) is a
 * deployment of its own, named by the moment: the body has no id for it.
 */
import type { Transition } from "../../../domain/transition.ts";
import { defineSource, type Reading } from "../../../ports/source.ts";
import { byEvent } from "../by-event.ts";
import { text } from "../shaping.ts";
import { readDeploy } from "./map.ts";
import { sample } from "./sample.ts";

/** Who or what began the build told its times; bringing it back is a moment. */
function readRestored(reading: Reading): Transition[] | string {
  const read = readDeploy(reading);
  if (typeof read === "string") return read;
  return read.map(({ object, facts: { durationMs: _, createdAt: __, ...facts } }) => ({
    object: { ...object, externalId: `${object.externalId}/restored/${reading.receivedAt}` },
    step: "succeeded",
    at: null,
    facts,
  }));
}

/** Without the header (a proxy dropped it) the body is a deploy all the same. */
function eventOf({ headers, body }: Reading): string | null {
  const named = text(headers["x-netlify-event"]);
  if (named !== null) return named.toLowerCase().replace(/^deploy_/, "");
  const isDeploy = typeof body === "object" && body !== null && "site_id" in body;
  return isDeploy ? "building" : null;
}

/** `log_access_attributes` holds a token that reads the build log. */
function redact(body: unknown): unknown {
  if (typeof body !== "object" || body === null || !Object.hasOwn(body, "log_access_attributes")) return body;
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== "log_access_attributes"));
}

export default defineSource({
  name: "netlify",
  title: "Netlify",
  schemes: [{ type: "jws", header: "x-webhook-signature", issuer: "netlify" }],
  deliveryId: () => null,
  normalise: byEvent({
    name: "netlify",
    title: "Netlify",
    field: "the header X-Netlify-Event",
    eventOf,
    readers: {
      building: readDeploy,
      created: readDeploy,
      succeeded: readDeploy,
      failed: readDeploy,
      request_pending: readDeploy,
      request_accepted: readDeploy,
      request_rejected: readDeploy,
      restored: readRestored,
    },
  }),
  redact,
  setup: [
    "In the project open Project configuration > Notifications > Emails and webhooks > Deploy notifications, Add notification, HTTP POST request.",
    "Choose Deploy started, enter the address above as URL to notify and the secret as JWS secret token.",
    "Do the same for Deploy succeeded, Deploy failed and Deploy restored: each event is a notification of its own.",
  ],
  sample,
});
