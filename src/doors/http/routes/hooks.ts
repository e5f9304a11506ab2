/** Takes webhooks: one route without schema or ceremony, because this is the way that has to be fast. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { allows } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { HookResult } from "../../../ports/services.ts";
import { isLocalInOpenMode } from "../auth/open-mode.ts";
import { basicPasswordOf, bearerOf, isLocalToken, principalOfHash, tokenHash } from "../auth/tokens.ts";
import { headersOf, rawBodyOf, takeRaw } from "../bodies.ts";
import type { BodyBudget } from "../body-budget.ts";
import type { Door } from "../door.ts";

const HOOK = { config: { access: "hook" } } as const;

interface HookPath {
  source: string;
  instance: string | null;
  key: string | null;
}

export function hookRoutes(app: FastifyInstance, door: Door, budget: BodyBudget): void {
  takeRaw(app, budget);
  app.addHook("onRequest", (request, _reply, done) => {
    const { source } = request.params as Partial<HookPath>;
    if (source !== undefined) requireSource(door, source);
    done();
  });
  for (const path of ["/hooks/:source", "/hooks/:source/:instance", "/hooks/:source/:instance/:key"]) {
    app.post(path, HOOK, async (request, reply) => {
      const { source, instance, key } = request.params as Partial<HookPath>;
      const place = { source: source ?? "", instance: instance ?? null, key: key ?? null };
      reply.code(202);
      return receive({ door, budget }, request, place);
    });
    // Trello makes no webhook for an address that does not answer this with 200 (its docs "Webhooks").
    app.head(path, HOOK, (_request, reply) => reply.code(200).send());
  }
  // A stock vscli treats everything but 200 as a failure.
  for (const path of ["/customhttp", "/customhttp/:key"]) {
    app.post(path, HOOK, async (request) => {
      const { key = null } = request.params as { key?: string };
      const place = { source: "valuestream", instance: null, key };
      try {
        return await receive({ door, budget }, request, place, mayWrite(door, request));
      } catch (error) {
        throw unsigned(error) ? withHint(error) : error;
      }
    });
  }
}

/** vscli cannot sign nor set a header; of an address with `name:password@` its HTTP client makes Basic authorization. */
function mayWrite(door: Door, request: FastifyRequest): boolean {
  const { authorization } = request.raw.headers;
  const token = bearerOf(authorization) ?? basicPasswordOf(authorization) ?? "";
  if (isLocalToken(door, token)) return true;
  const sha256 = tokenHash(token);
  const principal = sha256 === null ? null : principalOfHash(door, sha256);
  if (principal === null) return false;
  if (!allows(principal.scopes, "write")) throw new ViceError("auth.forbidden", { scope: "write" });
  request.principal = principal;
  return true;
}

const unsigned = (error: unknown): error is ViceError =>
  error instanceof ViceError && error.code === "hook.unsigned";

const withHint = ({ code, details }: ViceError): ViceError =>
  new ViceError(code, {
    ...details,
    hint: "Make a token (vice token create vscli --scopes write) and put it into the address: VS_CUSTOM_HTTP_EVENT_SOURCE_URL=http://vice:<token>@<host>/customhttp. Or make a secret (vice source connect valuestream): http://<host>/customhttp/<secret>.",
  });

/** Before the body is read: nobody's deliveries take no memory. @throws ViceError `source.unknown` */
function requireSource(door: Door, name: string): void {
  const known = door.services.sources.names();
  if (known.includes(name)) return;
  throw new ViceError("source.unknown", { name, nearest: nearest(name, known), known: known.join(", ") });
}

async function receive(
  { door, budget }: { door: Door; budget: BodyBudget },
  request: FastifyRequest,
  path: HookPath,
  knownSender = false,
): Promise<HookResult> {
  const startedMs = performance.now();
  const result = await door.services.intake.receive({
    ...path,
    knownSender,
    headers: headersOf(request),
    rawBody: rawBodyOf(request),
    hold: (bytes) => budget.take(request, bytes),
    /** Asked only for sources without a secret: the signed way, which has to be fast, never gets here. */
    get allowUnsigned() {
      return isLocalInOpenMode(door, request.raw);
    },
  });
  door.metrics.intake.observe([], (performance.now() - startedMs) / 1000);
  request.deliveryId = result.delivery;
  return result;
}
