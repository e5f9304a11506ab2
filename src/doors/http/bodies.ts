/** How bodies are taken: raw bytes for deliveries, strict JSON for everything else. */
import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { BodyBudget } from "./body-budget.ts";
import { collectBody } from "./collect-body.ts";
import { parseJson } from "./json-body.ts";

export const HOOK_BODY_BYTES = 26 * 1024 * 1024;
export const JSON_BODY_BYTES = 1024 * 1024;

/** Any content type, or none, is JSON. */
export function takeJson(app: FastifyInstance, budget: BodyBudget): void {
  app.removeAllContentTypeParsers();
  const limits = { bytes: JSON_BODY_BYTES, budget };
  app.addContentTypeParser("*", async (request: FastifyRequest, body: IncomingMessage) =>
    parseJson(await collectBody(request, body, limits)),
  );
}

const OCTETS = "application/octet-stream";

/** The bytes as they came, whatever the Content-Type says, also when it says nonsense. */
export function takeRaw(app: FastifyInstance, budget: BodyBudget): void {
  app.removeAllContentTypeParsers();
  const limits = { bytes: HOOK_BODY_BYTES, budget };
  app.addContentTypeParser("*", (request: FastifyRequest, body: IncomingMessage) =>
    collectBody(request, body, limits),
  );
  app.addHook("onRequest", (request, _reply, done) => {
    const { headers } = request.raw;
    request.sentContentType = headers["content-type"];
    if (request.sentContentType !== undefined) headers["content-type"] = OCTETS;
    done();
  });
}

const NOTHING = Buffer.alloc(0);

export const rawBodyOf = (request: FastifyRequest): Uint8Array =>
  Buffer.isBuffer(request.body) ? request.body : NOTHING;

/** Lower-case names, one value each, with the content type as it was sent. */
export function headersOf(request: FastifyRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.raw.headers)) {
    if (value !== undefined) headers[name] = typeof value === "string" ? value : value.join(", ");
  }
  if (request.sentContentType !== undefined) headers["content-type"] = request.sentContentType;
  return headers;
}
