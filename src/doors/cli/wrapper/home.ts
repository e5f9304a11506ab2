/** Says where vice keeps its things for this user, and which server the wrapper may talk to. */
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

export type Environment = Readonly<Record<string, string | undefined>>;

/** `VICE_HOME`, else the XDG data folder (XDG Base Directory Specification: relative values do not count). */
export function viceHome(env: Environment): string {
  if (env.VICE_HOME) return resolve(env.VICE_HOME);
  if (env.XDG_DATA_HOME?.startsWith("/")) return join(env.XDG_DATA_HOME, "vice");
  return join(env.HOME || homedir(), ".local", "share", "vice");
}

export const spoolFolder = (env: Environment): string => join(viceHome(env), "spool");

export interface ServerAddress {
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string | null;
}

/** What the flags of the command line said; they go before the environment. */
export interface ServerFlags {
  readonly server?: string | undefined;
  readonly token?: string | undefined;
}

/** The server named by flag or environment, else the living one of this home (`server.json`), else `null`. */
export function serverAddress(env: Environment, flags: ServerFlags = {}): ServerAddress | null {
  const url = flags.server || env.VICE_SERVER || livingServer(viceHome(env));
  if (!url) return null;
  return { url: url.replace(/\/+$/, ""), token: flags.token || env.VICE_TOKEN || null };
}

function livingServer(home: string): string | null {
  try {
    const record: unknown = JSON.parse(readFileSync(join(home, "server.json"), "utf8"));
    if (typeof record !== "object" || record === null || !("url" in record) || !("pid" in record))
      return null;
    if (typeof record.url !== "string" || typeof record.pid !== "number") return null;
    process.kill(record.pid, 0);
    return record.url;
  } catch {
    return null;
  }
}
