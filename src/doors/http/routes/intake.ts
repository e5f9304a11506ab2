/** Takes what clients of vice itself send: CloudEvents and spool lines. And reads the log. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { allows, describeIssues } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { Guard } from "../auth/guard.ts";
import { requireOwnPage } from "../auth/guard.ts";
import { bearerOf } from "../auth/tokens.ts";
import { headersOf, rawBodyOf, takeRaw } from "../bodies.ts";
import type { BodyBudget } from "../body-budget.ts";
import type { Door } from "../door.ts";
import { takeTraces } from "./otlp.ts";

export function intakeRoutes(app: FastifyInstance, door: Door, guard: Guard, budget: BodyBudget): void {
  takeRaw(app, budget);
  app.post("/v1/events", { config: { access: "hook" } }, async (request, reply) => {
    const allowUnsigned = mayWrite(guard, request);
    const { authorization, cookie: _cookie, ...headers } = headersOf(request);
    const given = allowUnsigned || authorization === undefined ? headers : { ...headers, authorization };
    const rawBody = rawBodyOf(request);
    const results = await door.services.intake.receiveEvents({
      instance: null,
      key: null,
      headers: given,
      rawBody,
      allowUnsigned,
    });
    reply.code(202);
    request.deliveryId = results[0]?.delivery ?? null;
    return isBatch(headers["content-type"], rawBody) ? { results } : results[0];
  });
  app.post("/v1/traces", { config: { access: "hook" } }, (request, reply) =>
    takeTraces(door, request, reply, { knownSender: mayWrite(guard, request), budget }),
  );
  app.post("/v1/spool", { config: { access: "write" } }, async (request, reply) => {
    reply.code(202);
    return door.services.intake.receiveSpool(rawBodyOf(request), "");
  });
}

/**
 * A principal may send events without a signature. Nobody in particular may too, when the source's secret proves the
 * request; that is the intake's to check. Known and not allowed is neither.
 */
function mayWrite(guard: Guard, request: FastifyRequest): boolean {
  const identity = guard.identify(request);
  if (identity.principal === null) {
    // Any other bearer may be the secret of the source.
    if (identity.wrongToken && bearerOf(request.headers.authorization)?.startsWith("vice_")) {
      throw new ViceError("auth.required", { message: identity.why });
    }
    return false;
  }
  if (identity.mode === "session") requireOwnPage(request);
  if (!allows(identity.principal.scopes, "write")) throw new ViceError("auth.forbidden", { scope: "write" });
  request.principal = identity.principal;
  return true;
}

/** Batched mode has its own media type; an array means the same (CloudEvents HTTP protocol binding 1.0.2, 3.3). */
function isBatch(contentType: string | undefined, body: Uint8Array): boolean {
  if (/^application\/cloudevents-batch\b/i.test(contentType ?? "")) return true;
  const first = body.find((byte) => byte > 0x20);
  return first === 0x5b;
}

const logQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .default(100)
    .transform((limit) => Math.min(limit, 1000)),
});

export function logRoutes(app: FastifyInstance, door: Door): void {
  app.get("/v1/events", { config: { access: "read" } }, (request) => {
    const query = logQuery.safeParse(request.query);
    if (!query.success) throw new ViceError("input.invalid", describeIssues(query.error, request.query));
    const { after, limit } = query.data;
    const items = door.services.store.log.events(after, limit);
    return Promise.resolve({ items, next: items.length === limit ? (items.at(-1)?.seq ?? null) : null });
  });
}
