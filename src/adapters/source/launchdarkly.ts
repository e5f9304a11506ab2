/**
 * Source: LaunchDarkly's webhooks, which carry an entry of the audit log (LaunchDarkly docs "Webhooks" and API "Get audit
 * log entry"). They may come in any order; `date` is when it happened.
 *
 * Key: identityKind `exposure`, externalId `<entry>/<environment>`: one change of a flag is one exposure in each environment
 * that it touches. A change is a moment: it has no start and no duration.
 */
import { z } from "zod";
import type { Transition } from "../../domain/transition.ts";
import { toIso } from "../../kit/time.ts";
import { defineSource, type Reading } from "../../ports/source.ts";
import { byEvent, ignored, type Readout } from "./by-event.ts";
import { list, loose, part } from "./loose.ts";
import { actorOf, tagsOf, text, webUrl } from "./shaping.ts";

const schema = z.looseObject({
  _id: loose,
  kind: loose,
  date: loose,
  name: loose,
  titleVerb: loose,
  comment: loose,
  accesses: list({ action: loose, resource: loose }),
  member: part({ firstName: loose, lastName: loose, email: loose }),
  _links: part({ site: part({ href: loose }) }),
  currentVersion: part({
    environments: z
      .record(z.string(), part({ on: loose }))
      .nullish()
      .catch(null),
  }),
});
type Entry = z.infer<typeof schema>;

interface Place {
  project: string | null;
  environment: string | null;
  flag: string | null;
}

/** `proj/shop:env/production:flag/new-basket;tag`; `*` stands for all. */
function placeOf(resource: unknown): Place {
  const words = new Map(
    (text(resource) ?? "").split(":").flatMap((one): Array<[string, string]> => {
      const [, kind, key] = /^(\w+)\/([^;]+)/.exec(one) ?? [];
      return kind === undefined || key === undefined || key === "*" ? [] : [[kind, key]];
    }),
  );
  return {
    project: words.get("proj") ?? null,
    environment: words.get("env") ?? null,
    flag: words.get("flag") ?? null,
  };
}

const fullName = ({ member }: Entry): string | null =>
  [text(member?.firstName), text(member?.lastName)].flatMap((one) => one ?? []).join(" ") || null;

function transitionOf(
  entry: Entry,
  id: string,
  place: Place,
  actions: string,
  instance: string | null,
): Transition {
  const { project, environment, flag } = place;
  const on = environment === null ? null : entry.currentVersion?.environments?.[environment]?.on;
  const site = text(entry._links?.site?.href);
  return {
    object: {
      identityKind: "exposure",
      source: "launchdarkly",
      instance: instance ?? "launchdarkly",
      externalId: `${id}/${environment ?? "*"}`,
      attempt: 1,
    },
    step: "succeeded",
    at: toIso(entry.date),
    facts: {
      kind: "exposure",
      service: project,
      environment,
      actor: actorOf(fullName(entry), entry.member?.email),
      url: site === null ? null : webUrl(URL.canParse(site) ? site : `https://app.launchdarkly.com${site}`),
      tags: tagsOf({
        flag: flag ?? entry.name,
        title: entry.name,
        change: entry.titleVerb,
        comment: entry.comment,
        on: typeof on === "boolean" ? on : null,
        "launchdarkly.actions": actions,
      }),
    },
  };
}

function readFlag({ body, instance }: Reading): Readout {
  const parsed = schema.safeParse(body);
  const id = text(parsed.data?._id);
  if (!parsed.success || id === null) return "_id";
  const accesses = (parsed.data.accesses ?? []).flatMap((one) => (one ? [one] : []));
  if (accesses.length === 0) return "accesses";
  const byPlace = new Map<string, { place: Place; actions: string[] }>();
  for (const { action, resource } of accesses) {
    const place = placeOf(resource);
    const known = byPlace.get(place.environment ?? "*") ?? { place, actions: [] };
    byPlace.set(place.environment ?? "*", {
      place,
      actions: [...known.actions, ...(text(action) ?? "").split(" ")],
    });
  }
  const touched = [...byPlace.values()];
  // Names, tags and the like change nothing for anybody who uses the application.
  const exposed = touched.filter(({ place }) => place.environment !== null);
  if (
    exposed.length === 0 &&
    !touched.some(({ actions }) => actions.some((one) => /^(create|delete)Flag$/.test(one)))
  )
    return ignored("the flag changed in no environment");
  return (exposed.length > 0 ? exposed : touched).map(({ place, actions }) =>
    transitionOf(parsed.data, id, place, [...new Set(actions)].join(", "), instance),
  );
}

export default defineSource({
  name: "launchdarkly",
  title: "LaunchDarkly",
  schemes: [{ type: "hmac-hex", header: "x-ld-signature", prefix: "", algorithm: "sha256" }],
  deliveryId: (_headers, body) => text(schema.safeParse(body).data?._id),
  normalise: byEvent({
    name: "launchdarkly",
    title: "LaunchDarkly",
    field: "kind",
    eventOf: ({ body }) => text(schema.safeParse(body).data?.kind),
    readers: { flag: readFlag },
  }),
  setup: [
    "Open Organization settings > Integrations, search for Webhooks and choose Add integration.",
    "Enter the address above as URL, tick Sign this webhook and enter the secret as Secret.",
    "Add the policy proj/*:env/*:flag/* with all actions, so that only changes of flags are sent, and save.",
  ],
  sample: {
    headers: { "content-type": "application/json" },
    body: {
      _id: "7e577e5777aa4c0d8f352d1a",
      kind: "flag",
      date: 1795168890000,
      name: "New basket",
      accesses: [{ action: "updateOn", resource: "proj/shop:env/production:flag/new-basket" }],
      titleVerb: "turned on the flag",
      member: { firstName: "Robin", lastName: "Example", email: "robin@shop.example.com" },
      _links: { site: { href: "/shop/production/features/new-basket" } },
      currentVersion: { key: "new-basket", environments: { production: { on: true } } },
    },
  },
});
