/** What every piece of the HTTP door works with: the services, the commands, the clock, the counters. */
import type { Logger } from "pino";
import type { Command, Principal, Scope } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import type { DoorMetrics } from "./door-metrics.ts";

export interface HttpDoorOptions {
  services: Services;
  commands: readonly Command<Services>[];
  /** Address to listen on; on a loopback address without a token the door is in open mode. */
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** Folder of the built page, or `null` when there is none. */
  dashboardDir: string | null;
  /** A token with all scopes for the owner of the home, written nowhere but in its server record. */
  localToken?: string;
  logger: Logger;
  /** Milliseconds since 1970; tests set it. */
  now?: () => number;
  /** A command that takes longer is answered with 202 and a run id. Milliseconds; default 10 s. */
  commandPatienceMs?: number;
  /** Time between two signs of life on a quiet event stream. Milliseconds; default 15 s. */
  heartbeatMs?: number;
  /** Connections at once; one more is closed at once. Default 4000. */
  maxConnections?: number;
  /** Bytes of bodies held at once, in sum; above it 503. Default 128 MiB. */
  bodyBudgetBytes?: number;
  /** Time between two looks at the senders of bodies. Milliseconds; default 1 s. */
  bodyLookMs?: number;
}

export interface Door {
  services: Services;
  localToken: string | null;
  commands: ReadonlyMap<string, Command<Services>>;
  host: string;
  dashboardDir: string | null;
  logger: Logger;
  now: () => number;
  commandPatienceMs: number;
  heartbeatMs: number;
  maxConnections: number;
  bodyBudgetBytes: number;
  bodyLookMs: number;
  metrics: DoorMetrics;
  /** Aborted when the door closes. */
  closing: AbortSignal;
}

/**
 * Who may call a route: `public` anybody; `hook` anybody, because the source's own secret is checked by the intake;
 * `command` by the scope of the command named in the path; else a principal with this scope.
 */
export type Access = "public" | "hook" | "command" | Scope;

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    /** Set for every route that is neither `public` nor `hook`, unless a hook-like route lets it be `null`. */
    principal: Principal | null;
    /** For the access log. */
    deliveryId: string | null;
    /** The content type as sent, where the raw body is taken whatever it says. */
    sentContentType: string | undefined;
  }
}
