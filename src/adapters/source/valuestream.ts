/**
 * Source: ValueStream's custom HTTP body, as the stock `vscli` sends it to `POST /customhttp`.
 *
 * Key: identityKind `activity`, externalId `<namespace>/<id>`; `type` is only a fact, so that an end that was sent with
 * another type than its start still closes it. Without a namespace it is `default`, without an id there is no key.
 * Times: the body has none, the receive time counts. Facts from ImpactInsights/valuestream, `eventsources/http/events.go`
 * (keys are read by Go without case) and `eventsources/webhooks/http.go` (header `X-VS-Signature`); the original compares
 * that header with raw bytes, which no client can send, so hex with and without `sha256=` is taken here.
 */
import { z } from "zod";
import type { Kind } from "../../domain/activity.ts";
import type { Facts, ObjectKey, Transition } from "../../domain/transition.ts";
import { activityId, isUuid } from "../../kit/ids.ts";
import { defineSource, type Normalised, type Reading } from "../../ports/source.ts";
import { actorOf, repositoryUrl, sha, tagsOf, text, webUrl } from "./shaping.ts";

const KIND_OF: Readonly<Record<string, Kind>> = {
  deploy: "deployment",
  deployment: "deployment",
  issue: "ticket",
  ticket: "ticket",
  pull_request: "change",
  change: "change",
  build: "build",
  pipeline: "pipeline",
  sprint: "sprint",
};

const loose = z.unknown().nullish();
const schema = z.looseObject({
  id: loose,
  action: loose,
  parentid: loose,
  error: loose,
  namespace: loose,
  type: loose,
  metadata: z.record(z.string(), z.unknown()).nullish().catch(null),
});
type Body = z.infer<typeof schema>;

/** Go reads JSON keys without case: `ParentID`, `parentId` and `parentid` are one. */
function withLowerKeys(body: unknown): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key.toLowerCase(), value]));
}

function normalise({ body, instance }: Reading): Normalised {
  const parsed = schema.safeParse(withLowerKeys(body));
  if (!parsed.success) return { outcome: "unmapped", reason: "the body is no JSON object" };
  const id = text(parsed.data.id);
  const action = text(parsed.data.action)?.toLowerCase() ?? null;
  if (id === null) return { outcome: "unmapped", reason: "no ValueStream event: id is missing" };
  if (action === null) return { outcome: "unmapped", reason: "no ValueStream event: action is missing" };
  if (action !== "start" && action !== "end")
    return { outcome: "ignored", reason: `valuestream action "${action}" is not used` };
  const object = keyOf(namespaceOf(parsed.data), id, instance);
  return { outcome: "accepted", transitions: [transitionOf(parsed.data, action, object)] };
}

const namespaceOf = (body: Body): string => text(body.namespace) ?? "default";

/** ValueStream's namespace is the project, unless it is the one that its client sends by itself. Only starts carry tags. */
const named = (body: Body): string | null => {
  const namespace = namespaceOf(body);
  return namespace === "default" ? null : namespace;
};

/** A slash in a namespace is escaped, so that two keys never read alike. */
const keyOf = (namespace: string, id: string, instance: string | null): ObjectKey => ({
  identityKind: "activity",
  source: "valuestream",
  instance: instance ?? "valuestream",
  externalId: `${namespace.replace(/[%/]/g, encodeURIComponent)}/${id}`,
  attempt: 1,
});

function transitionOf(body: Body, action: "start" | "end", object: ObjectKey): Transition {
  const failed = body.error === true || (typeof body.error === "string" && !/^(false)?$/i.test(body.error));
  const step = action === "start" ? "running" : failed ? "failed" : "succeeded";
  const error = failed && !/^true$/i.test(String(body.error)) ? text(body.error) : null;
  const parentId = parentOf(text(body.parentid), namespaceOf(body), object.instance);
  return { object, step, at: null, facts: { ...factsOf(body, action), parentId, error } };
}

/** Only what this body says: an end without type or tags must not overwrite what the start said. */
function factsOf(body: Body, action: string): Facts {
  const type = text(body.type)?.toLowerCase() ?? null;
  const kind =
    type === null ? null : ((Object.hasOwn(KIND_OF, type) ? KIND_OF[type] : undefined) ?? "action");
  const metadata = body.metadata ?? {};
  const { commitSha, shortSha } = sha(first(metadata, ["sha", "commit", "scm.head.sha"]));
  return {
    kind,
    service: first(metadata, ["service"]) ?? (action === "start" ? named(body) : null),
    environment: first(metadata, ["env", "environment"]),
    version: first(metadata, ["version"]),
    commitSha,
    ref: first(metadata, ["ref", "branch"]),
    repository: repositoryUrl(first(metadata, ["repository"])),
    url: webUrl(first(metadata, ["url"])),
    actor: actorOf(metadata["user.name"], metadata["user.username"]),
    tags: tagsOf({ type: kind === "action" ? type : null, shortSha, ...metadata }),
  };
}

function first(metadata: Readonly<Record<string, unknown>>, names: readonly string[]): string | null {
  for (const name of names) {
    const value = Object.hasOwn(metadata, name) ? text(metadata[name]) : null;
    if (value !== null) return value;
  }
  return null;
}

/**
 * The printed id, the full `vstrace-customhttp-<type>-<namespace>-<id>`, or the id of any activity of vice (UUID of
 * version 7 or 8): all three name the parent.
 */
function parentOf(parent: string | null, namespace: string, instance: string): string | null {
  if (parent === null) return null;
  if (isUuid(parent) && /^[78]$/.test(parent.charAt(14))) return parent.toLowerCase();
  const [, rest] = /^vstrace-customhttp-[^-]*-(.+)$/.exec(parent) ?? [];
  if (rest === undefined) return activityId(keyOf(namespace, parent, instance));
  const [, fullNamespace = namespace, id = rest] =
    /^(.+?)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[^-]+)$/i.exec(rest) ?? [];
  return activityId(keyOf(fullNamespace, id, instance));
}

export default defineSource({
  name: "valuestream",
  title: "ValueStream (vscli)",
  schemes: [
    { type: "hmac-hex", header: "x-vs-signature", prefix: "", algorithm: "sha256" },
    { type: "hmac-hex", header: "x-vs-signature", prefix: "sha256=", algorithm: "sha256" },
  ],
  deliveryId: () => null,
  normalise,
  setup: [
    "Set VS_CUSTOM_HTTP_EVENT_SOURCE_URL to the address of vice with /customhttp at its end.",
    "Run vscli event -type=deploy -tag='service|shop' -tag='env|production' start; keep the id that it prints.",
    "Run vscli event -type=deploy -event-id=<id> end when the work is done.",
    "vscli cannot sign. Once there is a token, put one with the scope write into the address (http://vice:<token>@<host>/customhttp), or the secret: http://<host>/customhttp/<secret>. Other senders sign with HMAC-SHA256 of the body as hex in X-VS-Signature.",
  ],
  sample: {
    headers: { "content-type": "application/javascript" },
    body: {
      id: "vicetest1t4v2a9zr5xg",
      Action: "start",
      ParentID: null,
      Error: false,
      Namespace: "default",
      Type: "deploy",
      Metadata: {
        service: "shop",
        env: "production",
        version: "v1.4.2",
        source: "gcloud",
        "user.username": "robin",
      },
    },
  },
});
