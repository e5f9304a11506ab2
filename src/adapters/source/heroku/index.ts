/**
 * Source: Heroku app webhooks, `api:release` and `api:build`.
 *
 * Key: identityKind `deployment` with the release's id, `build` with the build's id (both UUIDs). No delivery names the
 * server, so the instance is the one of the URL, else `heroku`. The environment is the stage of the app in its pipeline,
 * which only the Platform API knows: unknown until the enricher has asked. Releases that change no code (config vars,
 * add-ons) are of deployment kind `config`; a build that names its release gives it its true beginning, in any order.
 */
import { defineSource, type Normalised, type Reading } from "../../../ports/source.ts";
import { text } from "../shaping.ts";
import { buildTransitions, releaseTransitions } from "./map.ts";
import { herokuPoller } from "./poll.ts";
import { redact } from "./redact.ts";
import { sample } from "./sample.ts";
import { deliverySchema, envelopeSchema } from "./schema.ts";
import { stageEnricher } from "./stage.ts";

const MAPPERS = { release: releaseTransitions, build: buildTransitions };
type Resource = keyof typeof MAPPERS;
const isUsed = (resource: string): resource is Resource => Object.hasOwn(MAPPERS, resource);

function normalise({ body, instance }: Reading): Normalised {
  const envelope = envelopeSchema.safeParse(body);
  if (!envelope.success) return { outcome: "unmapped", reason: "no Heroku delivery: resource is missing" };
  const { resource } = envelope.data;
  if (!isUsed(resource))
    return { outcome: "ignored", reason: `heroku event "api:${resource.slice(0, 80)}" is not used` };
  const parsed = deliverySchema.safeParse(body);
  if (!parsed.success) return { outcome: "unmapped", reason: `heroku api:${resource} has no data.id` };
  return { outcome: "accepted", transitions: MAPPERS[resource](parsed.data, instance) };
}

/** The delivery's id stays when Heroku repeats it (level `sync`); the attempt's id does not. */
function deliveryId(_headers: Readonly<Record<string, string>>, body: unknown): string | null {
  const envelope = envelopeSchema.safeParse(body);
  if (!envelope.success) return null;
  const metadata = envelope.data.webhook_metadata;
  return text(metadata?.delivery?.id) ?? text(metadata?.event?.id) ?? text(envelope.data.id);
}

export default defineSource({
  name: "heroku",
  title: "Heroku",
  schemes: [{ type: "hmac-base64", header: "heroku-webhook-hmac-sha256" }],
  deliveryId,
  normalise,
  redact: (body) => redact(body),
  enricher: stageEnricher,
  poller: herokuPoller,
  setup: [
    "For each app run: heroku webhooks:add -a APP -i api:release,api:build -l sync -s SECRET -u URL, with the address and secret above.",
    "Or open the app in the Dashboard, More, View webhooks, Create Webhook, with the same values.",
    "For the environment, put an API token (heroku authorizations:create -s read) into the connection of this source.",
  ],
  sample,
});
