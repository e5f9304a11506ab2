/** Sign-on by a proxy that has already asked who it is and says so in a header; believed only from its own address. */
import type { IncomingMessage } from "node:http";
import type { Principal } from "../../../kit/command.ts";
import { addressTest } from "../addresses.ts";
import type { Door } from "../door.ts";
import { scopesOf } from "./tokens.ts";

type Settings = Door["services"]["config"]["trustedProxy"];

export interface TrustedProxy {
  /** Who the proxy says it is; `null` = not from the proxy, or it says nothing. */
  principalOf(request: IncomingMessage): Principal | null;
  /** Address of the client: the nearest hop before the proxy, else the remote address. */
  clientAddress(request: IncomingMessage): string;
}

/** The configuration may be read again while the server runs, so it is asked for each time. */
export function trustedProxyOf(door: Door): TrustedProxy {
  let known: Settings = null;
  let isProxy = addressTest([]);
  const settingsNow = (): Settings => {
    const settings = door.services.config.trustedProxy;
    if (settings !== known) isProxy = addressTest(settings?.addresses ?? []);
    known = settings;
    return settings;
  };
  const remote = (request: IncomingMessage): string => request.socket.remoteAddress ?? "";
  return {
    principalOf: (request) => {
      const settings = settingsNow();
      if (settings === null || !isProxy(remote(request))) return null;
      const name = single(request.headers[settings.header.toLowerCase()]);
      if (name === null) return null;
      return { id: `proxy:${name}`, name, scopes: scopesOf(settings.scopes) };
    },
    clientAddress: (request) => {
      if (settingsNow() === null || !isProxy(remote(request))) return remote(request);
      const hops = String(request.headers["x-forwarded-for"] ?? "").split(",");
      return hops.at(-1)?.trim() || remote(request);
    },
  };
}

/** A name that came twice is nobody: somebody has smuggled one in. */
function single(value: string | string[] | undefined): string | null {
  const text = typeof value === "string" ? value.trim() : "";
  return text === "" || text.length > 200 || text.includes(",") ? null : text;
}
