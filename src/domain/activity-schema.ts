/** The normal form as a schema, from which the published JSON Schema and OpenAPI come. */
import { z } from "zod";
import { DEPLOYMENT_KINDS, KINDS, STATUSES, TIERS } from "./activity.ts";

const text = z.string().nullable();

export const activitySchema = z
  .strictObject({
    id: z.string().describe("Stable id (UUID)"),
    kind: z.enum(KINDS),
    deploymentKind: z.enum(DEPLOYMENT_KINDS).nullable(),
    source: z.string(),
    instance: text,
    externalId: text.describe("Id at the source"),
    attempt: z.int(),
    service: text.describe("Canonical name; the tool's own is in tags.reportedService"),
    team: text,
    repository: text,
    environment: text,
    tier: z.enum(TIERS).nullable(),
    tenant: text,
    status: z.enum(STATUSES).nullable(),
    version: text,
    commitSha: text.describe("40 or 64 hex"),
    ref: text,
    artifact: z.strictObject({ name: text, digest: text }).nullable(),
    startedAt: text.describe("ISO 8601 UTC"),
    finishedAt: text.describe("ISO 8601 UTC"),
    durationMs: z.number().nullable().describe("Milliseconds"),
    durationFrom: z.enum(["reported", "paired"]).nullable(),
    occurredAt: z.string().describe("finishedAt, else startedAt, else creation, else receipt; ISO 8601 UTC"),
    actor: z.strictObject({ name: text, login: text }).nullable(),
    url: text,
    traceId: z.string().describe("W3C trace id, 32 hex"),
    parentId: text,
    primaryId: text.describe("The report that counts, when two systems reported one deployment"),
    verified: z.boolean().describe("Whether every delivery behind it proved its origin"),
    tags: z.record(z.string(), z.string()),
    error: text,
  })
  .meta({ id: "Activity" });
