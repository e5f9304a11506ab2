/** The HTTP door: webhooks in, commands and the page out. Every rule of who may stands before the routes, not in them. */
import fastify, { type FastifyInstance } from "fastify";
import { logAnswers } from "./access-log.ts";
import { isLoopbackAddress } from "./addresses.ts";
import { WRONG_TOKENS } from "./amounts.ts";
import { guardOf } from "./auth/guard.ts";
import { type Throttle, throttleOf } from "./auth/throttle.ts";
import { type TrustedProxy, trustedProxyOf } from "./auth/trusted-proxy.ts";
import { takeJson } from "./bodies.ts";
import { BODY_BUDGET_BYTES, BODY_LOOK_MS, bodyBudgetOf } from "./body-budget.ts";
import { compressAnswers } from "./compress.ts";
import type { Door, HttpDoorOptions } from "./door.ts";
import { doorMetricsOf } from "./door-metrics.ts";
import { answerFailures } from "./failures.ts";
import { hearOut } from "./hear-out.ts";
import { refuseUnknownQuery } from "./query-names.ts";
import { badgeRoute } from "./routes/badge.ts";
import { commandRoutes } from "./routes/commands.ts";
import { healthRoutes } from "./routes/health.ts";
import { hookRoutes } from "./routes/hooks.ts";
import { intakeRoutes, logRoutes } from "./routes/intake.ts";
import { oidcRoutes } from "./routes/oidc.ts";
import { openApiRoute } from "./routes/open-api.ts";
import { pageRoutes } from "./routes/page.ts";
import { sessionRoutes } from "./routes/session.ts";
import { streamRoute } from "./routes/stream.ts";
import { type Runs, runsOf } from "./runs.ts";
import { sendSecurityHeaders } from "./security-headers.ts";
import { MAX_CONNECTIONS, SERVER_OPTIONS } from "./server-options.ts";

export type { HttpDoorOptions } from "./door.ts";

export interface HttpDoor {
  /** Where it listens: `http://127.0.0.1:4400`. */
  url: string;
  /** Takes nothing new, finishes what is under way, ends streams. Within some seconds. */
  close(): Promise<void>;
}

const PATIENCE_MS = 10_000;
const HEARTBEAT_MS = 15_000;
/** Time that running commands have to see that the server closes. */
const SETTLE_MS = 5_000;

/** Listens when it resolves. @throws the error of `listen` (address in use, not allowed) */
export async function createHttpDoor(options: HttpDoorOptions): Promise<HttpDoor> {
  const closing = new AbortController();
  const door = doorOf(options, closing.signal);
  const runs = runsOf(door);
  const app = buildApp(door, runs);
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    door.metrics.stop();
    throw error;
  }
  return {
    url: urlOf(app, options.host),
    close: async () => {
      closing.abort();
      const cut = setTimeout(() => app.server.closeAllConnections(), SETTLE_MS);
      await Promise.all([app.close(), runs.settle(SETTLE_MS)]);
      clearTimeout(cut);
      door.metrics.stop();
    },
  };
}

function doorOf(options: HttpDoorOptions, closing: AbortSignal): Door {
  const { services, host, dashboardDir, logger } = options;
  return {
    services,
    localToken: options.localToken ?? null,
    host,
    dashboardDir,
    logger,
    closing,
    commands: new Map(options.commands.map((command) => [command.id, command])),
    now: options.now ?? Date.now,
    commandPatienceMs: options.commandPatienceMs ?? PATIENCE_MS,
    heartbeatMs: options.heartbeatMs ?? HEARTBEAT_MS,
    maxConnections: options.maxConnections ?? MAX_CONNECTIONS,
    bodyBudgetBytes: options.bodyBudgetBytes ?? BODY_BUDGET_BYTES,
    bodyLookMs: options.bodyLookMs ?? BODY_LOOK_MS,
    metrics: doorMetricsOf(services),
  };
}

function buildApp(door: Door, runs: Runs): FastifyInstance {
  const app = fastify({ ...SERVER_OPTIONS, genReqId: requestIds(door.now()) });
  app.server.maxConnections = door.maxConnections;
  // A route that is not there takes no body at all.
  app.removeAllContentTypeParsers();
  const proxy = trustedProxyOf(door);
  const budget = bodyBudgetOf(app, {
    bytes: door.bodyBudgetBytes,
    lookMs: door.bodyLookMs,
    addressOf: (request) => proxy.clientAddress(request.raw),
  });
  app.decorateRequest("principal", null);
  app.decorateRequest("deliveryId", null);
  app.decorateRequest("sentContentType", undefined);
  const wrongTokens = throttleOf(WRONG_TOKENS, door.now);
  const guard = guardOf(door, proxy, wrongTokens);
  answerFailures(app, door);
  sendSecurityHeaders(app);
  hearOut(app);
  compressAnswers(app);
  logAnswers(app, door);
  limitRate(app, door, proxy);
  app.addHook("onRequest", (request, _reply, done) => {
    guard.check(request);
    done();
  });
  refuseUnknownQuery(app, door);
  app.register(async (scope) => hookRoutes(scope, door, budget));
  app.register(async (scope) => intakeRoutes(scope, door, guard, budget));
  app.register(async (scope) => {
    takeJson(scope, budget);
    logRoutes(scope, door);
    healthRoutes(scope, door);
    badgeRoute(scope, door);
    sessionRoutes(scope, door, { guard, proxy, wrongTokens });
    commandRoutes(scope, door, runs);
    oidcRoutes(scope, door);
    streamRoute(scope, door, guard);
    openApiRoute(scope, door);
    pageRoutes(scope, door);
  });
  return app;
}

/** Ids for the log: unique over restarts, and cheaper than random ones. */
function requestIds(startedMs: number): () => string {
  const prefix = startedMs.toString(36);
  let count = 0;
  return () => {
    count += 1;
    return `${prefix}-${count.toString(36)}`;
  };
}

/** Requests for each address and minute, as configured at the moment; this machine is not limited. */
function limitRate(app: FastifyInstance, door: Door, proxy: TrustedProxy): void {
  let requests: { perMinute: number; throttle: Throttle } | null = null;
  app.addHook("onRequest", (request, _reply, done) => {
    const perMinute = door.services.config.rateLimit?.perMinute;
    if (perMinute === undefined) return done();
    const address = proxy.clientAddress(request.raw);
    if (isLoopbackAddress(address)) return done();
    if (requests?.perMinute !== perMinute)
      requests = { perMinute, throttle: throttleOf(perMinute, door.now) };
    requests.throttle.take(address);
    done();
  });
}

function urlOf(app: FastifyInstance, host: string): string {
  const address = app.server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
