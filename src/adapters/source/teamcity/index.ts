/**
 * Source: TeamCity, by its built-in webhooks or by the tcWebHooks plugin.
 *
 * Key: identityKind `build`, externalId the build's id; fallback `<buildTypeId>#<number>` where an administrator has left
 * the id out of the fields (the example in JetBrains' documentation does). Both keys never meet, so a server must send the
 * id with all events or with none. The instance is the host of `webUrl` or `rootUrl`. Builds become deployments by name
 * rules: nothing in a payload says so. A canceled build sends BUILD_INTERRUPTED and never BUILD_FINISHED.
 */

import type { Transition } from "../../../domain/transition.ts";
import { defineSource, type Normalised, type Reading } from "../../../ports/source.ts";
import { text } from "../shaping.ts";
import { builtInTransition } from "./built-in.ts";
import { sample } from "./sample.ts";
import { builtInSchema, tcWebHooksSchema } from "./schema.ts";
import { tcWebHooksTransition } from "./tc-web-hooks.ts";

/** AGENT_REGISTERED and the like carry no build at all. */
const notOfABuild = (body: unknown): string | null => {
  const eventType =
    typeof body === "object" && body !== null && "eventType" in body ? text(body.eventType, 80) : null;
  return eventType === null || /^(BUILD_|CHANGES_)/.test(eventType) ? null : eventType;
};

function read(
  body: unknown,
  instance: string | null,
): { event: string; result: Transition | string | null } | null {
  const builtIn = builtInSchema.safeParse(body);
  if (builtIn.success)
    return { event: builtIn.data.eventType, result: builtInTransition(builtIn.data, instance) };
  const plugin = tcWebHooksSchema.safeParse(body);
  if (plugin.success)
    return { event: plugin.data.build.notifyType, result: tcWebHooksTransition(plugin.data, instance) };
  const other = notOfABuild(body);
  return other === null ? null : { event: other, result: null };
}

function normalise({ body, instance }: Reading): Normalised {
  const found = read(body, instance);
  if (found === null)
    return {
      outcome: "unmapped",
      reason: "no TeamCity webhook: neither eventType with payload nor build.notifyType",
    };
  const { result } = found;
  const event = `teamcity event "${found.event.slice(0, 80)}"`;
  if (result === null) return { outcome: "ignored", reason: `${event} is not used` };
  if (typeof result === "string") return { outcome: "unmapped", reason: `${event} has ${result}` };
  return { outcome: "accepted", transitions: [result] };
}

export default defineSource({
  name: "teamcity",
  title: "TeamCity",
  schemes: [{ type: "header-pair", userHeader: "php-auth-user", passwordHeader: "php-auth-pw" }],
  deliveryId: (headers) => text(headers["x-tcwebhooks-request-id"]),
  normalise,
  setup: [
    "Open Administration, <Root project>, Parameters and add teamcity.internal.webhooks.enable = true and teamcity.internal.webhooks.url = the address above.",
    "Add teamcity.internal.webhooks.events = BUILD_TYPE_ADDED_TO_QUEUE;BUILD_STARTED;BUILD_FINISHED;BUILD_INTERRUPTED, here or in single projects.",
    "Add teamcity.internal.webhooks.username = vice and teamcity.internal.webhooks.password = the secret, of type Password.",
    "If you choose fields (teamcity.internal.webhooks.<event>.fields), keep id, buildTypeId, status, webUrl, startDate and finishDate in them.",
  ],
  sample,
});
