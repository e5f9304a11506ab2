/** The guard before every route: who is it, may they, is a write by cookie really from our own page. */
import type { FastifyRequest } from "fastify";
import { allows, type Scope, scopeOf } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { Access, Door } from "../door.ts";
import { type Identity, identify } from "./identify.ts";
import { isOwnOrigin } from "./open-mode.ts";
import type { Throttle } from "./throttle.ts";
import type { TrustedProxy } from "./trusted-proxy.ts";

export interface Guard {
  identify(request: FastifyRequest): Identity;
  /** Sets `request.principal`. @throws ViceError `auth.required`, `auth.forbidden`, `rate.limited` */
  check(request: FastifyRequest): void;
}

export function guardOf(door: Door, proxy: TrustedProxy, wrongTokens: Throttle): Guard {
  const who = (request: FastifyRequest): Identity => identify(door, proxy, request);
  return {
    identify: who,
    check: (request) => {
      if (request.is404) return;
      const access = request.routeOptions.config.access ?? "admin";
      if (access === "public" || access === "hook") return;
      const identity = who(request);
      if (identity.principal === null) {
        if (identity.wrongToken) wrongTokens.take(proxy.clientAddress(request.raw));
        throw new ViceError("auth.required", { message: identity.why });
      }
      if (identity.mode === "session") requireOwnPage(request);
      const scope = scopeFor(door, access, request);
      if (!allows(identity.principal.scopes, scope)) throw new ViceError("auth.forbidden", { scope });
      request.principal = identity.principal;
    },
  };
}

function scopeFor(door: Door, access: Access, request: FastifyRequest): Scope {
  if (access !== "command") return access === "public" || access === "hook" ? "read" : access;
  const { id } = request.params as { id?: string };
  const command = door.commands.get(id ?? "");
  return command === undefined ? "read" : scopeOf(command);
}

const READING = new Set(["GET", "HEAD", "OPTIONS"]);

/** Cross-site request forgery: what a browser sends by itself counts for a write only from our own origin. */
export function requireOwnPage(request: FastifyRequest): void {
  if (READING.has(request.method)) return;
  const { origin, host, "sec-fetch-site": site, "x-forwarded-host": forwardedHost } = request.raw.headers;
  // A page elsewhere cannot send X-Forwarded-Host: it would have to ask first (CORS), and no is the answer.
  const hosts = [host, typeof forwardedHost === "string" ? forwardedHost : undefined];
  const fits = origin === undefined || hosts.some((one) => isOwnOrigin(origin, one));
  const said = origin !== undefined || site !== undefined;
  if (said && fits && (site === undefined || site === "same-origin")) return;
  const message = "A write by cookie needs an Origin header that names this server.";
  throw new ViceError("auth.forbidden", { message, hint: "Send it from the page, or use a bearer token." });
}
