/** Says where vice keeps its things for this user, which server the wrapper may talk to, and where its records wait. */
import { readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

export type Environment = Readonly<Record<string, string | undefined>>;

/** `VICE_HOME`, else the XDG data folder (XDG Base Directory Specification: relative values do not count). */
export function viceHome(env: Environment): string {
  if (env.VICE_HOME) return resolve(env.VICE_HOME);
  if (env.XDG_DATA_HOME?.startsWith("/")) return join(env.XDG_DATA_HOME, "vice");
  return join(env.HOME || homedir(), ".local", "share", "vice");
}

/** Without a slash or `/v1` at the end: people copy the address of a route. */
export const serverUrl = (text: string): string =>
  text.trim().replace(/\/+$/, "").replace(/\/v1$/, "").replace(/\/+$/, "");

export const isServerUrl = (text: string): boolean => /^https?:\/\/[^/\s]/i.test(text);

export interface Spool {
  readonly folder: string;
  /** The server that its records are for; `null` = whoever takes in this home's spool. */
  readonly to: string | null;
}

/** The file in a folder of records for one server that names it. */
export const URL_FILE = "url";

/**
 * The server of this home drains the spool as soon as something is in it, so what is for another one waits in a folder
 * of its own, that only a command with that server hands over.
 */
export function spoolOf(env: Environment): Spool {
  const home = viceHome(env);
  const url = serverUrl(env.VICE_SERVER ?? "");
  if (!isServerUrl(url) || isOwn(url, livingServer(home))) return { folder: join(home, "spool"), to: null };
  return { folder: folderFor(home, url), to: url };
}

export const folderFor = (home: string, url: string): string => join(home, "spool", `to-${hashOf(url)}`);

/** 16 hex digits (FNV-1a, twice): a name for a folder is not worth the time that node:crypto takes to load. */
function hashOf(text: string): string {
  let [low, high] = [0x811c9dc5, 0x01000193];
  for (const byte of Buffer.from(text)) {
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ byte, 0x01000193) ^ (low >>> 15);
  }
  return [high, low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}

export interface ServerAddress {
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string | null;
  /** For links: where people reach it. */
  readonly link: string;
  /** It lives and takes in the spool of this home by itself. */
  readonly own: boolean;
}

/** What the flags of the command line said; they go before the environment. */
export interface ServerFlags {
  readonly server?: string | null;
  readonly token?: string | null;
}

export const withServer = (env: Environment, { server, token }: ServerFlags): Environment => ({
  ...env,
  ...(server ? { VICE_SERVER: server } : {}),
  ...(token ? { VICE_TOKEN: token } : {}),
});

/** The named server, else the living one of this home (`server.json`), else `null`. */
export function serverAddress(env: Environment): ServerAddress | null {
  const living = livingServer(viceHome(env));
  const url = serverUrl(env.VICE_SERVER ?? "") || living?.url;
  if (url === undefined) return null;
  const own = isOwn(url, living);
  return { url, link: own ? (living?.link ?? url) : url, token: env.VICE_TOKEN || null, own };
}

interface Living {
  readonly url: string;
  readonly link: string;
}

const isOwn = (url: string, living: Living | null): boolean => url === living?.url || url === living?.link;

/** Of a home that was copied the record names a server of the first one. */
function livingServer(home: string): Living | null {
  try {
    const record = Object(JSON.parse(readFileSync(join(home, "server.json"), "utf8")));
    const { url, pid, home: of, publicUrl } = record as Record<string, unknown>;
    if (typeof url !== "string" || typeof pid !== "number") return null;
    if (typeof of === "string" && of !== realpathSync(home)) return null;
    process.kill(pid, 0);
    return { url: serverUrl(url), link: serverUrl(typeof publicUrl === "string" ? publicUrl : url) };
  } catch {
    return null;
  }
}
