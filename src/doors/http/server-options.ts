/** Limits of the server: nobody may hold a connection, a header or a body for ever. */
import type { FastifyHttpOptions, RawServerDefault } from "fastify";
import { JSON_BODY_BYTES } from "./bodies.ts";
import { answerBadAddress, answerBrokenRequest } from "./failures.ts";

/** Connections at once; each costs some 10 KB. */
export const MAX_CONNECTIONS = 4000;

export const SERVER_OPTIONS = {
  logger: false,
  bodyLimit: JSON_BODY_BYTES,
  /** A whole request has to be here in this time. */
  requestTimeout: 60_000,
  keepAliveTimeout: 30_000,
  /** A connection on which nothing moves, either way, is cut; event streams have a heartbeat. */
  connectionTimeout: 120_000,
  http: { headersTimeout: 10_000, connectionsCheckingInterval: 2_000, maxHeaderSize: 32 * 1024 },
  routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
  forceCloseConnections: "idle",
  /** What arrives while the server closes is still carried out, and its connection ended. */
  return503OnClosing: false,
  frameworkErrors: answerBadAddress,
  clientErrorHandler: answerBrokenRequest,
} satisfies FastifyHttpOptions<RawServerDefault>;
