/** Open mode: bound to loopback and no way of signing in made yet, requests from this machine need no token. */
import type { IncomingMessage } from "node:http";
import type { Principal } from "../../../kit/command.ts";
import { isLoopbackAddress, isLoopbackHost, isLoopbackHostHeader } from "../addresses.ts";
import type { Door } from "../door.ts";

export const LOCAL: Principal = { id: "local", name: "local", scopes: ["read", "write", "deploy", "admin"] };

/** Whether the server is in open mode at all. Ends with the first token that is made. */
export function isOpen(door: Door): boolean {
  const { config, store } = door.services;
  if (!isLoopbackHost(door.host) || config.oidc !== null || config.trustedProxy !== null) return false;
  return !store.tokens.any();
}

/** Sent by browsers: what a page of another origin may do is nothing (Fetch Metadata, `Sec-Fetch-Site`). */
const OWN_SITE = new Set(["same-origin", "none"]);

/** What proxies, load balancers and tunnels add beside `Forwarded` and `X-Forwarded-*`. */
const FORWARDING = new Set([
  "forwarded",
  "via",
  "x-real-ip",
  "x-original-host",
  "cf-connecting-ip",
  "true-client-ip",
]);

/** Why a request does not count as one from this machine, in words; `null` = it does. */
export function foreignness(request: IncomingMessage): string | null {
  const { headers, socket } = request;
  if (!isLoopbackAddress(socket.remoteAddress ?? "")) return "it comes from another machine";
  if (!isLoopbackHostHeader(headers.host)) return "its Host header does not name this machine";
  const forwarded = Object.keys(headers).find(
    (name) => FORWARDING.has(name) || name.startsWith("x-forwarded-"),
  );
  if (forwarded !== undefined) return `it came through a proxy (${forwarded})`;
  const { origin } = headers;
  if (origin !== undefined && !isOwnOrigin(origin, headers.host))
    return "it was sent by a page of another origin";
  const site = headers["sec-fetch-site"];
  if (site !== undefined && !OWN_SITE.has(String(site))) return "it was sent by a page of another site";
  return null;
}

/** Whether the Origin names the very host that the request was sent to. */
export function isOwnOrigin(origin: string, host: string | undefined): boolean {
  const given = /^https?:\/\/([^/?#@\s]+)$/i.exec(origin)?.[1];
  return given !== undefined && host !== undefined && given.toLowerCase() === host.toLowerCase();
}

/** For hooks and the like: open mode, and sent by this machine. */
export const isLocalInOpenMode = (door: Door, request: IncomingMessage): boolean =>
  foreignness(request) === null && isOpen(door);
