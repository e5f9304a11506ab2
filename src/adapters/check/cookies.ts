/** The cookies of one chain of checks: kept as a browser keeps them, as far as tests need it. */
import { isIP } from "node:net";
import type { Cookies } from "../../ports/check.ts";

interface Cookie {
  name: string;
  value: string;
  /** Without a leading point. */
  domain: string;
  hostOnly: boolean;
  path: string;
  secure: boolean;
  expiresMs: number | null;
}

const MOST = 200;

export function createCookies(now: () => number = Date.now): Cookies {
  const jar = new Map<string, Cookie>();
  const living = (): Cookie[] =>
    [...jar.values()].filter(({ expiresMs }) => expiresMs === null || expiresMs > now());
  return {
    take: (url, lines) => {
      for (const line of lines) {
        const cookie = parse(line, url, now());
        if (cookie === null) continue;
        const key = `${cookie.domain};${cookie.path};${cookie.name}`;
        jar.delete(key);
        if (cookie.expiresMs === null || cookie.expiresMs > now()) jar.set(key, cookie);
        if (jar.size > MOST) jar.delete(jar.keys().next().value ?? "");
      }
    },
    for: (url) => {
      const sent = living()
        .filter((cookie) => fits(cookie, url))
        .sort((a, b) => b.path.length - a.path.length);
      return sent.length === 0 ? null : sent.map(({ name, value }) => `${name}=${value}`).join("; ");
    },
    all: () => Object.fromEntries(living().map(({ name, value }) => [name, value])),
  };
}

function fits({ domain, hostOnly, path, secure }: Cookie, { hostname, pathname, protocol }: URL): boolean {
  const isHost = hostname === domain || (!hostOnly && hostname.endsWith(`.${domain}`));
  const isPath = pathname === path || pathname.startsWith(path.endsWith("/") ? path : `${path}/`);
  return isHost && isPath && (!secure || protocol === "https:");
}

/** @returns `null` = it is none, or not for this host */
function parse(line: string, url: URL, nowMs: number): Cookie | null {
  const [pair = "", ...attributes] = line.split(";");
  const at = pair.indexOf("=");
  const name = pair.slice(0, Math.max(at, 0)).trim();
  if (name === "") return null;
  const given = Object.fromEntries(
    attributes.map((each) => {
      const [key = "", ...value] = each.split("=");
      return [key.trim().toLowerCase(), value.join("=").trim()];
    }),
  );
  const domain = (given["domain"] ?? "").replace(/^\./, "").toLowerCase();
  const { hostname, pathname } = url;
  const isWider = domain !== "" && domain !== hostname;
  if (isWider && (isIP(hostname) !== 0 || !domain.includes(".") || !hostname.endsWith(`.${domain}`)))
    return null;
  const path =
    given["path"]?.startsWith("/") === true ? given["path"] : pathname.replace(/\/[^/]*$/, "") || "/";
  return {
    ...{
      name,
      value: pair.slice(at + 1).trim(),
      domain: isWider ? domain : hostname,
      hostOnly: domain === "",
    },
    ...{ path, secure: "secure" in given, expiresMs: expiryOf(given, nowMs) },
  };
}

function expiryOf(given: Readonly<Record<string, string>>, nowMs: number): number | null {
  const age = given["max-age"];
  if (age !== undefined && /^-?\d+$/.test(age)) return nowMs + Number(age) * 1000;
  const at = given["expires"] === undefined ? Number.NaN : Date.parse(given["expires"]);
  return Number.isNaN(at) ? null : at;
}
