/** One HTTP request of a check with its redirects: cookies kept, answer read up to a limit. */
import { readFile } from "node:fs/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { resolve } from "node:path";
import type { CheckCall } from "../../ports/check.ts";
import { assertOpen, openLookup } from "./reach.ts";

export interface Asking {
  url: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  /** A text is sent as it is, anything else as JSON; `undefined` = nothing. */
  body?: unknown;
  /** Most redirects; 0 = the redirect itself is the answer. */
  follow: number;
  /** File with certificates that are trusted, seen from the folder of the project. */
  ca?: string | undefined;
  /** Takes any certificate. */
  insecure: boolean;
}

export interface Answered {
  status: number;
  headers: Record<string, string>;
  text: string;
  durationMs: number;
  /** After redirects. */
  url: string;
}

const MOST_BYTES = 5 * 1024 * 1024;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Not for another host than the one they were meant for. */
const OWN = new Set(["authorization", "cookie", "proxy-authorization"]);

/** Whether what was meant for one address may go on to the next: the same host, and not in the clear after it was hidden. */
export const keepsOwn = (from: URL, to: URL): boolean =>
  from.host === to.host && !(from.protocol === "https:" && to.protocol === "http:");

/** @throws Error in words when there is no whole answer */
export async function ask(
  asking: Asking,
  { cookies, cwd, signal }: Pick<CheckCall, "cookies" | "cwd" | "signal">,
): Promise<Answered> {
  const ca = asking.ca === undefined ? undefined : await readFile(resolve(cwd, asking.ca), "utf8");
  const begun = performance.now();
  let url = webUrl(asking.url);
  let { method } = asking;
  let { headers, body } = bodyOf(asking);
  for (let hop = 0; ; hop += 1) {
    assertOpen(url.hostname);
    const cookie = cookies.for(url);
    const sent = { ...headers, ...(cookie === null || "cookie" in headers ? {} : { cookie }) };
    const answer = await send(url, { method, headers: sent, body, ca, insecure: asking.insecure, signal });
    cookies.take(url, answer.headers["set-cookie"] ?? []);
    const status = answer.statusCode ?? 0;
    const { location } = answer.headers;
    if (!REDIRECTS.has(status) || location === undefined || asking.follow === 0) {
      const text = await read(answer);
      return { status, headers: flat(answer), text, durationMs: performance.now() - begun, url: url.href };
    }
    answer.destroy();
    if (hop >= asking.follow) throw new Error(`it sends us on more than ${asking.follow} times`);
    const next = webUrl(new URL(location, url).href);
    if (!keepsOwn(url, next)) headers = without(headers, OWN);
    if (status === 303 || (status < 303 && method === "POST")) {
      if (method !== "HEAD") method = "GET";
      body = undefined;
      headers = without(headers, new Set(["content-type"]));
    }
    url = next;
  }
}

interface Sending {
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string | undefined;
  ca: string | undefined;
  insecure: boolean;
  signal: AbortSignal;
}

function send(url: URL, { body, ca, insecure, headers, ...rest }: Sending): Promise<IncomingMessage> {
  const trust = { rejectUnauthorized: !insecure, ...(ca === undefined ? {} : { ca }) };
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const all = {
    "user-agent": "vice-deploy",
    accept: "*/*",
    ...headers,
    ...length,
    "accept-encoding": "identity",
  };
  // A connection of its own each time: a check is about what a new visitor meets.
  const options = { ...rest, headers: all, lookup: openLookup, agent: false as const };
  return new Promise((done, failed) => {
    const request =
      url.protocol === "https:" ? httpsRequest(url, { ...options, ...trust }) : httpRequest(url, options);
    request.on("response", done).on("error", failed).end(body);
  });
}

async function read(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) {
      answer.destroy();
      throw new Error(`its answer is larger than ${MOST_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function bodyOf({ headers: given, body }: Asking): {
  headers: Record<string, string>;
  body: string | undefined;
} {
  const headers = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]),
  );
  if (body === undefined || typeof body === "string") return { headers, body };
  return { headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}

function webUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && (url.protocol === "https:" || url.protocol === "http:")) return url;
  throw new Error(`"${text}" is no http or https address`);
}

const without = (headers: Record<string, string>, names: ReadonlySet<string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.has(name)));

const flat = (answer: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(answer.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
