/** Finds the server that commands go to: the one that is named, else the living one of this home, else none. */
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { ViceError } from "../../../kit/errors.ts";
import type { Env } from "../cli-options.ts";
import { isServerUrl, serverUrl } from "../wrapper/home.ts";
import { type ServerLink, send } from "./server-link.ts";

const ANSWER_MS = 1000;

interface ServerRecord {
  url: string;
  pid: number;
  homeId: string;
  token: string | null;
}

/**
 * @param env `VICE_SERVER` and `VICE_TOKEN`, with what the flags said already in them
 * @returns `null` = work on the local store
 * @throws ViceError `usage` when `VICE_SERVER` is no address
 */
export async function findServer(env: Env, home: string): Promise<ServerLink | null> {
  const named = env["VICE_SERVER"];
  const token = env["VICE_TOKEN"] || null;
  if (named) return { url: checkedUrl(named), token };
  const record = readRecord(home);
  if (record === null || !isAlive(record.pid)) return null;
  const link = { url: record.url, token: token ?? record.token, isNamed: false };
  return (await isServerOf(link, record, home)) ? link : null;
}

function checkedUrl(text: string): string {
  const url = serverUrl(text);
  if (isServerUrl(url) && URL.canParse(url)) return url;
  throw new ViceError("usage", {
    message: `"${text}" is no address of a server.`,
    hint: "Write it as http://127.0.0.1:4400 (--server or VICE_SERVER).",
  });
}

function readRecord(home: string): ServerRecord | null {
  try {
    const found = Object(JSON.parse(readFileSync(join(home, "server.json"), "utf8"))) as Record<
      string,
      unknown
    >;
    const { url, pid, homeId, token, home: of } = found;
    if (typeof url !== "string" || typeof pid !== "number" || typeof homeId !== "string") return null;
    if (typeof of === "string" && of !== realOf(home)) return null; // the home was copied, with the record in it
    return { url: serverUrl(url), pid, homeId, token: typeof token === "string" ? token : null };
  } catch {
    return null; // there is none, or a server is writing it now
  }
}

const realOf = (folder: string): string => {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
};

/** A process of another user lives too. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return Object(error)["code"] === "EPERM";
  }
}

/** The process id may have been given to another program, and the port to another server; a copied home has the same id. */
async function isServerOf(link: ServerLink, record: ServerRecord, home: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const { status, body } = await send(link, { method: "GET", path: "/v1/about", signal });
    if (status === 401 || status === 403) return true; // it asks for a token before it says who it is
    const about = Object(body) as Record<string, unknown>;
    const sameFolder = typeof about["home"] === "string" && realOf(about["home"]) === realOf(home);
    return sameFolder && (about["homeId"] === undefined || about["homeId"] === record.homeId);
  } catch {
    return false;
  }
}
