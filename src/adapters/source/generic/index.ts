/**
 * Source: unknown JSON, turned into the normal form by a mapping (`sources.<name>.map` in `vice.server.yaml`).
 *
 * Key: what the mapping's `id` says, per kind. Without a mapping a body counts that names its fields as the normal form
 * does: `{"id", "service", "environment", "status", "version", ...}`.
 */
import { z } from "zod";
import {
  defineSource,
  type Normalised,
  type Reading,
  type Scheme,
  type Source,
} from "../../../ports/source.ts";
import { text } from "../shaping.ts";
import { applyMapping } from "./apply.ts";
import { firstWanted } from "./dry-run.ts";
import { textFor } from "./expression.ts";
import { FACT_FIELDS, type Mapping, mappingSchema, mappingsSchema } from "./mapping.ts";

export { type DryRun, dryRun } from "./dry-run.ts";
export { type Mapping, type MappingInput, mappingsSchema } from "./mapping.ts";

const optionsSchema = z.strictObject({ map: mappingsSchema.optional() });

/** The names of the normal form themselves. */
const PLAIN: Mapping = mappingSchema.parse({
  id: ["$.id", "$.externalId"],
  status: "$.status",
  attempt: "$.attempt",
  instance: "$.instance",
  ...Object.fromEntries(FACT_FIELDS.map((name) => [name, `$.${name}`])),
  actor: ["$.actor.name", "$.actor"],
});

/** A source of its own name, made from a mapping: `sources.netlify.map` is reached at `/hooks/netlify`. */
export function genericSource(name: string, mappings: readonly Mapping[]): Source {
  return defineSource({
    name,
    title: name,
    schemes: mappings.flatMap(schemesOf),
    deliveryId: (headers, body) => deliveryIdOf(mappings, headers, body),
    normalise: (reading) => normalise(name, mappings, reading),
    setup: [
      `Post to the address above; the mapping of "${name}" in vice.server.yaml says how it is read.`,
      "Try the mapping first: vice data map --sample file.json",
    ],
    sample: { headers: { "content-type": "application/json" }, body: {} },
  });
}

function schemesOf({ signature }: Mapping): Scheme[] {
  if (signature === undefined) return [];
  const { header, prefix, algorithm, encoding } = signature;
  if (encoding === "base64") return [{ type: "hmac-base64", header }];
  return [{ type: "hmac-hex", header, prefix, algorithm }];
}

function deliveryIdOf(
  mappings: readonly Mapping[],
  headers: Readonly<Record<string, string>>,
  body: unknown,
): string | null {
  const fields = mappings.flatMap(({ deliveryId }) => deliveryId ?? []);
  return fields.length === 0 ? null : text(textFor(fields, { item: body, body, headers }));
}

/** Accepted when one activity is; else the first reason that is about the body. */
function normalise(name: string, mappings: readonly Mapping[], reading: Reading): Normalised {
  const results = firstWanted(mappings, (mapping) => applyMapping(mapping, name, reading)).map(
    ({ result }) => result,
  );
  const transitions = results.flatMap((result) => (result.outcome === "accepted" ? result.transitions : []));
  if (transitions.length > 0) return { outcome: "accepted", transitions };
  const [first] = results;
  return (
    results.find(({ outcome }) => outcome === "unmapped") ??
    first ?? { outcome: "unmapped", reason: "no mapping" }
  );
}

const mappingsOf = (options: unknown): readonly Mapping[] =>
  optionsSchema.safeParse(options ?? {}).data?.map ?? [PLAIN];

export default defineSource({
  ...genericSource("generic", [PLAIN]),
  title: "Anything else (JSON)",
  options: optionsSchema,
  schemesFor: (options) => mappingsOf(options).flatMap(schemesOf),
  normalise: (reading) => normalise("generic", mappingsOf(reading.options), reading),
  setup: [
    "Post JSON to the address above with the secret as `Authorization: Bearer <secret>`.",
    "Name the fields as vice does (id, service, environment, status, version, commitSha, startedAt, finishedAt, url, actor),",
    "or write a mapping of at most 15 lines under sources.<name>.map in vice.server.yaml (examples/mappings has some).",
    "Try it first: vice data map --sample file.json",
  ],
  sample: {
    headers: { "content-type": "application/json" },
    body: {
      id: "vice-test-2041",
      service: "shop",
      environment: "production",
      status: "succeeded",
      version: "1.4.2",
      commitSha: "279484c09fbe69ededfced8c1bb6e6d24616b468",
      startedAt: "2026-11-20T10:00:00Z",
      finishedAt: "2026-11-20T10:01:30Z",
      url: "https://deploy.shop.example.com/2041",
      actor: "robin",
    },
  },
});
