/** Fetches what other systems hold: a file with its digests, or an answer; credentials go to their own host only. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ViceError } from "../../kit/errors.ts";

/** Larger ones are no web applications; a wrong address must not fill the disk. */
const MAX_BYTES = 4 * 1024 ** 3;
const ANSWER_MS = 30_000;

export type Headers = Readonly<Record<string, string>>;

/** Of an address without what may be secret in it. */
export const shown = (url: string): string => {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
};

/** An answer, whatever its status. `fetch` takes the credential away where it is sent on to another host. */
export async function ask(
  url: string,
  { method = "GET", headers = {}, signal }: { method?: string; headers?: Headers; signal: AbortSignal },
): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), ANSWER_MS);
  try {
    return await fetch(url, {
      method,
      headers: { "user-agent": "vice-deploy", ...headers },
      signal: AbortSignal.any([signal, late.signal]),
    });
  } catch (error) {
    throw unreachable(url, signal, late.signal.aborted ? new Error("it did not answer in time") : error);
  } finally {
    clearTimeout(timer);
  }
}

export async function askJson(
  url: string,
  options: { headers?: Headers; signal: AbortSignal },
): Promise<unknown> {
  const answer = await ask(url, options);
  if (!answer.ok) throw refused(url, answer.status);
  return answer.json().catch((error: unknown) => {
    throw unreachable(url, options.signal, error);
  });
}

export interface Downloaded {
  sha1: string;
  sha256: string;
  sha512: string;
}

export async function download(
  url: string,
  file: string,
  options: { headers?: Headers; signal: AbortSignal },
): Promise<Downloaded> {
  const answer = await ask(url, options);
  if (!answer.ok || answer.body === null) throw refused(url, answer.status);
  const hashes = { sha1: createHash("sha1"), sha256: createHash("sha256"), sha512: createHash("sha512") };
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      for (const hash of Object.values(hashes)) hash.update(chunk);
      done(bytes > MAX_BYTES ? new Error(`it is larger than ${MAX_BYTES} bytes`) : null, chunk);
    },
  });
  try {
    // The types of Node and of the web name the same stream differently.
    const body = Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]);
    await pipeline(body, count, createWriteStream(file, { mode: 0o600 }), { signal: options.signal });
  } catch (error) {
    throw unreachable(url, options.signal, error);
  }
  const { sha1, sha256, sha512 } = hashes;
  return { sha1: sha1.digest("hex"), sha256: sha256.digest("hex"), sha512: sha512.digest("hex") };
}

export function refused(url: string, status: number): ViceError {
  if (status === 404) return new ViceError("not-found", { what: "artifact", name: shown(url) });
  const access = status === 401 || status === 403;
  return new ViceError("outside.unreachable", {
    url: shown(url),
    problem: `it answered ${status}`,
    ...(access
      ? { hint: "It asks for a credential; see docs/targets.md for where each kind takes it from." }
      : {}),
  });
}

function unreachable(url: string, signal: AbortSignal, error: unknown): unknown {
  if (signal.aborted) return signal.reason;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const problem = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new ViceError("outside.unreachable", { url: shown(url), problem });
}
