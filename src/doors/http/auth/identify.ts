/** From a request to who it is: bearer token, session cookie, trusted proxy, or this machine in open mode. */
import type { FastifyRequest } from "fastify";
import type { Principal } from "../../../kit/command.ts";
import type { Door } from "../door.ts";
import { cookie } from "./cookies.ts";
import { foreignness, isOpen, LOCAL } from "./open-mode.ts";
import { principalOfSession, SESSION_COOKIE } from "./sessions.ts";
import { bearerOf, isLocalToken, principalOfHash, tokenHash } from "./tokens.ts";
import type { TrustedProxy } from "./trusted-proxy.ts";

/** `session` is also what a trusted proxy gives: the browser sends it by itself, so writes need a fitting Origin. */
export type Identity =
  | { mode: "open" | "token" | "session"; principal: Principal }
  | { mode: "none"; principal: null; why: string; wrongToken: boolean };

/** A token that is given and wrong is refused; it never falls back to anything else. */
export function identify(door: Door, proxy: TrustedProxy, request: FastifyRequest): Identity {
  const { headers } = request.raw;
  const bearer = bearerOf(headers.authorization);
  if (bearer !== null) return byToken(door, bearer);
  const session = cookie(headers.cookie, SESSION_COOKIE);
  const known = session === null ? null : principalOfSession(door, session);
  const principal = known ?? proxy.principalOf(request.raw);
  if (principal !== null) return { mode: "session", principal };
  if (!isOpen(door)) return nobody("This needs a token.");
  const foreign = foreignness(request.raw);
  return foreign === null
    ? { mode: "open", principal: LOCAL }
    : nobody(`This needs a token, because ${foreign}.`);
}

const nobody = (why: string, wrongToken = false): Identity => ({
  mode: "none",
  principal: null,
  why,
  wrongToken,
});

function byToken(door: Door, text: string): Identity {
  if (isLocalToken(door, text)) return { mode: "token", principal: LOCAL };
  const sha256 = tokenHash(text);
  const principal = sha256 === null ? null : principalOfHash(door, sha256);
  if (principal !== null) return { mode: "token", principal };
  return nobody("This token is not known here: it was never made, was revoked or has expired.", true);
}
