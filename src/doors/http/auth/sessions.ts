/** Sessions of the page: an opaque id in a cookie, its hash in the store with who it is and until when. */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { type Principal, SCOPES } from "../../../kit/command.ts";
import { sha256Hex } from "../../../kit/ids.ts";
import type { Door } from "../door.ts";
import { principalOfHash } from "./tokens.ts";

export const SESSION_COOKIE = "vice_session";
const SCOPE = "session";
const HOUR_MS = 3_600_000;
/** Without use a session ends after this time ... */
export const SESSION_IDLE_MS = 12 * HOUR_MS;
/** ... and in any case after this. */
export const SESSION_MAX_MS = 7 * 24 * HOUR_MS;
/** Expiry is moved on at most this often, so that reading stays reading. */
const SLIDE_MS = 10 * 60_000;

const sessionSchema = z.object({
  principal: z.object({ id: z.string(), name: z.string(), scopes: z.array(z.enum(SCOPES)) }),
  /** Of the token it was exchanged for: revoking the token ends the session. */
  tokenSha256: z.string().nullable(),
  createdMs: z.number(),
  expiresMs: z.number(),
});
type Session = z.infer<typeof sessionSchema>;

/** @returns the id for the cookie; it is kept nowhere else */
export function openSession(door: Door, principal: Principal, tokenSha256: string | null): string {
  dropExpired(door);
  const id = randomBytes(32).toString("base64url");
  const nowMs = door.now();
  const session = { principal, tokenSha256, createdMs: nowMs, expiresMs: nowMs + SESSION_IDLE_MS };
  door.services.store.state.set(SCOPE, sha256Hex(id), session, nowMs);
  return id;
}

/** Who this session is; `null` = unknown, expired, or its token was revoked. */
export function principalOfSession(door: Door, id: string): Principal | null {
  const key = sha256Hex(id);
  const session = read(door, key);
  if (session === null) return null;
  const nowMs = door.now();
  if (session.expiresMs <= nowMs) return null;
  const principal =
    session.tokenSha256 === null ? session.principal : principalOfHash(door, session.tokenSha256);
  if (principal !== null) slide(door, key, session, nowMs);
  return principal;
}

export const closeSession = (door: Door, id: string): void =>
  door.services.store.state.delete(SCOPE, sha256Hex(id));

function read(door: Door, key: string): Session | null {
  const found = door.services.store.state.get(SCOPE, key);
  return found === null ? null : (sessionSchema.safeParse(found.value).data ?? null);
}

function slide(door: Door, key: string, session: Session, nowMs: number): void {
  const expiresMs = Math.min(nowMs + SESSION_IDLE_MS, session.createdMs + SESSION_MAX_MS);
  if (expiresMs - session.expiresMs < SLIDE_MS) return;
  door.services.store.state.set(SCOPE, key, { ...session, expiresMs }, nowMs);
}

function dropExpired(door: Door): void {
  const { state } = door.services.store;
  for (const { key, value } of state.list(SCOPE)) {
    const session = sessionSchema.safeParse(value).data;
    if (session === undefined || session.expiresMs <= door.now()) state.delete(SCOPE, key);
  }
}
