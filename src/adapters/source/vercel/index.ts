/**
 * Source: Vercel's webhooks about deployments (Vercel docs "Webhooks API" and "Setting Up Webhooks").
 *
 * Key: identityKind `deployment` with `payload.deployment.id`. A deployment that is promoted keeps its id: the promotion is
 * noted in a tag. A rollback by `deployment.rollback` has no documented body that names the deployment, and is not used.
 */
import { defineSource } from "../../../ports/source.ts";
import { byEvent, type Reader } from "../by-event.ts";
import { text } from "../shaping.ts";
import { EVENTS, eventSchema, readDeployment } from "./map.ts";
import { sample } from "./sample.ts";

export default defineSource({
  name: "vercel",
  title: "Vercel",
  schemes: [{ type: "hmac-hex", header: "x-vercel-signature", prefix: "", algorithm: "sha1" }],
  deliveryId: (_headers, body) => text(eventSchema.safeParse(body).data?.id),
  normalise: byEvent({
    name: "vercel",
    title: "Vercel",
    field: "type",
    eventOf: ({ body }) => text(eventSchema.safeParse(body).data?.type),
    readers: Object.fromEntries(EVENTS.map((event): [string, Reader] => [event, readDeployment])),
  }),
  setup: [
    "In the team open Settings > Webhooks (Pro and Enterprise) and choose Create Webhook.",
    "Tick Deployment Created, Deployment Succeeded, Deployment Promoted, Deployment Error and Deployment Canceled, and choose the projects.",
    "Enter the address above as Endpoint URL and choose Create Webhook.",
    "Vercel makes the secret and shows it once: give it to vice as VICE_HOOK_SECRET_VERCEL, or in vice.server.yaml.",
  ],
  sample,
});
