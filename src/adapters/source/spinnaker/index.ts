/**
 * Source: Spinnaker's echo, which posts its events to a REST endpoint (Spinnaker docs "Setting up notifications", "Custom
 * notifications: Echo REST events"). Numbers and times come as text.
 *
 * Keys: a build that igor saw `<master>/<job>/<number>`, an execution by its id, a stage `<execution>/<stage>`. Echo drops
 * events when it is busy: a build may have only a start or only an end, and stands as what is known of it.
 */
import { defineSource } from "../../../ports/source.ts";
import { byEvent } from "../by-event.ts";
import { text } from "../shaping.ts";
import { readBuild } from "./build.ts";
import { readPipeline, readStage } from "./orca.ts";
import { redact } from "./redact.ts";
import { sample } from "./sample.ts";
import { eventSchema } from "./schema.ts";

export default defineSource({
  name: "spinnaker",
  title: "Spinnaker",
  schemes: [{ type: "basic" }],
  deliveryId: (_headers, body) => text(eventSchema.safeParse(body).data?.eventId),
  normalise: byEvent({
    name: "spinnaker",
    title: "Spinnaker",
    field: "details.type",
    eventOf: ({ body }) => text(eventSchema.safeParse(body).data?.details.type),
    readers: { build: readBuild, "orca:pipeline:*": readPipeline, "orca:stage:*": readStage },
  }),
  redact,
  setup: [
    "In echo-local.yml set rest.enabled: true and add to rest.endpoints one with wrap: false and the address above as url.",
    "Give it username: vice and password: the secret (or put both into the URL).",
    "Run hal deploy apply. All events are sent; those of tasks show here as ignored.",
  ],
  sample,
});
