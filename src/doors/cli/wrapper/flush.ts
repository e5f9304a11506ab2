/** Tries once to deliver the spool to the server, within a time limit: on CI runners the disk vanishes with the job. */
import { closeSync, fstatSync, openSync, readSync, renameSync, unlinkSync } from "node:fs";
import { type ClientRequest, request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { join } from "node:path";
import type { ServerAddress } from "./home.ts";
import { uuidv7 } from "./ids.ts";
import { ACTIVE_FILE, appendLines, codeOf } from "./spool.ts";

export const FLUSH_LIMIT_MS = 200;
/** The server's limit for a body is 26 MiB; what is larger waits for `vice flush`. */
const MAX_BYTES = 16 * 1024 * 1024;

/** @returns `null` when all is delivered (or there is nothing to deliver), else why not; then nothing is lost. */
export async function flushOnce(
  folder: string,
  server: ServerAddress,
  limitMs: number,
): Promise<string | null> {
  const claimed = claim(folder);
  if (claimed === null) return null;
  const file = openSync(claimed, "r");
  try {
    const { size } = fstatSync(file);
    if (size > MAX_BYTES) return "the spool is too large to be sent in passing";
    const problem = size === 0 ? null : await post(server, readAt(file, 0, size), limitMs);
    if (problem === null) release(folder, claimed, file, size);
    return problem;
  } finally {
    closeSync(file);
  }
}

/** Whoever renames the file has it; the name says who, so that a crash leaves something to pick up. */
function claim(folder: string): string | null {
  const claimed = join(folder, `draining-${process.pid}-${uuidv7(Date.now())}.ndjson`);
  try {
    renameSync(join(folder, ACTIVE_FILE), claimed);
    return claimed;
  } catch (problem) {
    if (codeOf(problem) === "ENOENT") return null;
    throw problem;
  }
}

/** Unlinks first and looks afterwards: a line written in between goes back to the active file. */
function release(folder: string, claimed: string, file: number, delivered: number): void {
  unlinkSync(claimed);
  const { size } = fstatSync(file);
  if (size > delivered) appendLines(folder, readAt(file, delivered, size - delivered).toString("utf8"));
}

function readAt(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, position));
}

function post(server: ServerAddress, body: Buffer, limitMs: number): Promise<string | null> {
  return new Promise((resolve) => {
    const late = setTimeout(() => done(`no answer within ${limitMs} ms`), limitMs);
    let call: ClientRequest | undefined;
    const done = (problem: string | null): void => {
      clearTimeout(late);
      call?.destroy();
      resolve(problem);
    };
    try {
      call = (server.url.startsWith("https:") ? overHttps : overHttp)(`${server.url}/v1/spool`, {
        method: "POST",
        agent: false,
        headers: headersFor(server, body.length),
      });
      call.on("error", (problem) => done(codeOf(problem)));
      call.on("response", ({ statusCode }) => done(statusCode === 202 ? null : `status ${statusCode}`));
      call.end(body);
    } catch (problem) {
      done(codeOf(problem));
    }
  });
}

function headersFor(server: ServerAddress, length: number): Record<string, string> {
  const headers: Record<string, string> = {
    "content-type": "application/x-ndjson",
    "content-length": String(length),
  };
  if (server.token !== null) headers.authorization = `Bearer ${server.token}`;
  return headers;
}
