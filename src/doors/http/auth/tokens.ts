/** Bearer tokens: from the text that a client sends to who it is. Only the SHA-256 is ever looked up or kept. */
import { timingSafeEqual } from "node:crypto";
import { type Principal, SCOPES, type Scope } from "../../../kit/command.ts";
import { sha256Hex } from "../../../kit/ids.ts";
import type { Door } from "../door.ts";

const FORM = /^vice_[\w-]{32,200}$/;

export const scopesOf = (words: readonly string[]): Scope[] =>
  SCOPES.filter((scope) => words.includes(scope));

/** Hash of a well-formed token, else `null`. */
export const tokenHash = (text: string): string | null => (FORM.test(text) ? sha256Hex(text) : null);

/** Whose token has this hash; `null` = unknown, revoked or expired. */
export function principalOfHash(door: Door, sha256: string): Principal | null {
  const token = door.services.store.tokens.find(sha256, door.now());
  return token === null
    ? null
    : { id: `token:${token.id}`, name: token.name, scopes: scopesOf(token.scopes) };
}

/** Compared by hash, so that time tells nothing of the token. */
export function isLocalToken({ localToken }: Door, text: string): boolean {
  if (localToken === null) return false;
  return timingSafeEqual(Buffer.from(sha256Hex(text), "hex"), Buffer.from(sha256Hex(localToken), "hex"));
}

/** The token of an Authorization header; `null` = there is none, other schemes are not ours. */
export function bearerOf(header: string | undefined): string | null {
  return /^bearer +(\S+) *$/i.exec(header ?? "")?.[1] ?? null;
}

/** The password of a Basic Authorization header: all that a client can say whose only setting is an address. */
export function basicPasswordOf(header: string | undefined): string | null {
  const encoded = /^basic +(\S+) *$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  return text.includes(":") ? text.slice(text.indexOf(":") + 1) : null;
}
