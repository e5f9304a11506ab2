/** One line for each answer: route, status, time, who. Never bodies, headers, query strings or keys in paths. */
import type { FastifyInstance } from "fastify";
import type { Door } from "./door.ts";

/** Asked so often that it would drown the rest. */
const QUIET = new Set(["/healthz", "/readyz", "/metrics", "/*", "*"]);

export function logAnswers(app: FastifyInstance, door: Door): void {
  app.addHook("onResponse", (request, reply, done) => {
    const ms = reply.elapsedTime;
    // The pattern, not the address: a capability URL carries its key in the path.
    const route = request.is404 ? "unmatched" : (request.routeOptions.url ?? "unmatched");
    const status = reply.statusCode;
    door.metrics.requests.observe([request.method, route, String(status)], ms / 1000);
    const line = {
      req: request.id,
      method: request.method,
      route,
      status,
      ms: Math.round(ms * 100) / 100,
      ...(request.deliveryId === null ? {} : { delivery: request.deliveryId }),
      ...(request.principal === null ? {} : { principal: request.principal.id }),
    };
    if (QUIET.has(route)) door.logger.debug(line, "answered");
    else door.logger.info(line, "answered");
    done();
  });
}
