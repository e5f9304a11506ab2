/** Takes webhooks: one route without schema or ceremony, because this is the way that has to be fast. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { HookResult } from "../../../ports/services.ts";
import { isLocalInOpenMode } from "../auth/open-mode.ts";
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
      return receive(door, request, place);
    });
  }
  // A stock vscli treats everything but 200 as a failure.
  app.post("/customhttp", HOOK, (request) =>
    receive(door, request, { source: "valuestream", instance: null, key: null }),
  );
}

/** Before the body is read: nobody's deliveries take no memory. @throws ViceError `source.unknown` */
function requireSource(door: Door, name: string): void {
  const known = door.services.sources.names();
  if (known.includes(name)) return;
  throw new ViceError("source.unknown", { name, nearest: nearest(name, known), known: known.join(", ") });
}

async function receive(door: Door, request: FastifyRequest, path: HookPath): Promise<HookResult> {
  const startedMs = performance.now();
  const result = await door.services.intake.receive({
    ...path,
    headers: headersOf(request),
    rawBody: rawBodyOf(request),
    /** Asked only for sources without a secret: the signed way, which has to be fast, never gets here. */
    get allowUnsigned() {
      return isLocalInOpenMode(door, request.raw);
    },
  });
  door.metrics.intake.observe([], (performance.now() - startedMs) / 1000);
  request.deliveryId = result.delivery;
  return result;
}
