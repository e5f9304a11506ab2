/** Signing in with a token, signing out, and who am I. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { ViceError } from "../../../kit/errors.ts";
import { cookie, isHttps, setCookie } from "../auth/cookies.ts";
import type { Guard } from "../auth/guard.ts";
import { isOwnOrigin } from "../auth/open-mode.ts";
import { closeSession, openSession, SESSION_COOKIE, SESSION_MAX_MS } from "../auth/sessions.ts";
import type { Throttle } from "../auth/throttle.ts";
import { principalOfHash, tokenHash } from "../auth/tokens.ts";
import type { TrustedProxy } from "../auth/trusted-proxy.ts";
import type { Door } from "../door.ts";

const PUBLIC = { config: { access: "public" } } as const;
const signInSchema = z.object({ token: z.string() });

export interface SessionParts {
  guard: Guard;
  proxy: TrustedProxy;
  wrongTokens: Throttle;
}

export function sessionRoutes(app: FastifyInstance, door: Door, parts: SessionParts): void {
  app.get("/v1/me", PUBLIC, async (request, reply) => {
    const { mode, principal } = parts.guard.identify(request);
    const { oidc } = door.services.config;
    reply.header("cache-control", "no-store");
    return {
      mode,
      id: principal?.id ?? null,
      name: principal?.name ?? null,
      scopes: principal?.scopes ?? [],
      signIn: { token: true, oidc: oidc === null ? null : { label: oidc.label, url: "/auth/oidc/start" } },
    };
  });
  app.post("/v1/session", PUBLIC, async (request, reply) => {
    refuseForeign(request);
    const text = signInSchema.safeParse(request.body).data?.token ?? "";
    const sha256 = tokenHash(text.trim());
    const principal = sha256 === null ? null : principalOfHash(door, sha256);
    if (principal === null) {
      parts.wrongTokens.take(parts.proxy.clientAddress(request.raw));
      throw new ViceError("auth.required", {
        message: "This token is not known here, was revoked or has expired.",
      });
    }
    giveSession(reply, request, openSession(door, principal, sha256));
    return reply.code(204).send();
  });
  app.delete("/v1/session", PUBLIC, async (request, reply) => {
    refuseForeign(request);
    const id = cookie(request.headers.cookie, SESSION_COOKIE);
    if (id !== null) closeSession(door, id);
    giveSession(reply, request, null);
    return reply.code(204).send();
  });
}

/** Sets the session cookie, or takes it away. */
export function giveSession(reply: FastifyReply, request: FastifyRequest, id: string | null): void {
  const shape = {
    name: SESSION_COOKIE,
    path: "/",
    sameSite: "Strict",
    secure: isHttps(request.headers),
  } as const;
  const maxAgeSeconds = id === null ? 0 : SESSION_MAX_MS / 1000;
  reply.header("set-cookie", setCookie({ ...shape, value: id ?? "", maxAgeSeconds }));
}

/** Nobody may sign a person in or out from another page. */
function refuseForeign(request: FastifyRequest): void {
  const { origin, host, "sec-fetch-site": site } = request.headers;
  const foreign = site === "cross-site" || site === "same-site";
  if (!foreign && (origin === undefined || site === "same-origin" || isOwnOrigin(origin, host))) return;
  throw new ViceError("auth.forbidden", {
    message: "Signing in and out is only possible from this server's own page.",
  });
}
