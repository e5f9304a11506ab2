/** The HTTP client for calls to vendors: limits on time, size and redirects, and no way to addresses that are not public. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import { ViceError } from "../../kit/errors.ts";
import type { OutboundHttp, OutboundRequest } from "../../ports/outbound.ts";
import { isPublicAddress } from "./address-rules.ts";
import { PrivateAddress, pinnedLookup, type Resolve } from "./pinned-lookup.ts";

export interface RestrictedHttpOptions {
  /** Host names (or `host:port`) that may be private. */
  allowPrivateHosts: readonly string[];
  /** Host name of the configured connection: named by the operator, so it may be private too. */
  ownHost: string | null;
  timeoutMs?: number;
  maxBytes?: number;
  /** Tests set it. */
  resolver?: Resolve;
}

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 10 * 1024 * 1024;
const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** No connection came to be. */
const NEVER_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

const plain = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
const shown = (url: URL): string => `${url.origin}${url.pathname}`;

/** Tokens travel in headers only, and no header or query stands in an error. */
export function createRestrictedHttp(options: RestrictedHttpOptions): OutboundHttp {
  const allowed = new Set(
    [...options.allowPrivateHosts, ...(options.ownHost === null ? [] : [options.ownHost])].map(plain),
  );
  const mayBePrivate = (host: string): boolean => allowed.has(plain(host));
  const lookup = pinnedLookup(mayBePrivate, options.resolver);
  // agents of its own: a shared one could hand over a connection that was opened under other rules
  const agents = {
    "http:": new HttpAgent({ keepAlive: true }),
    "https:": new HttpsAgent({ keepAlive: true }),
  };

  function send(
    url: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
    method = "GET",
    body: string | Uint8Array | null = null,
  ): Promise<IncomingMessage> {
    const literal = plain(url.hostname);
    const exempt = mayBePrivate(literal) || mayBePrivate(url.host);
    if (isIP(literal) !== 0 && !exempt && !isPublicAddress(literal)) {
      return Promise.reject(new PrivateAddress(url.hostname, literal));
    }
    const secure = url.protocol === "https:";
    const call = secure ? httpsRequest : httpRequest;
    const agent = secure ? agents["https:"] : agents["http:"];
    const sent = {
      accept: "application/json",
      "user-agent": "vice-deploy",
      ...headers,
      "accept-encoding": "identity",
    };
    return new Promise((resolve, reject) => {
      const request = call(url, {
        agent,
        method,
        lookup: exempt ? pinnedLookup(() => true, options.resolver) : lookup,
        headers: sent,
        signal,
      });
      request
        .on("response", resolve)
        .on("error", reject)
        .end(body ?? undefined);
    });
  }

  async function follow(
    url: URL,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    let target = url;
    for (let hop = 0; ; hop++) {
      const answer = await send(target, headers, signal);
      const location = answer.headers.location;
      if (!REDIRECTS.has(answer.statusCode ?? 0) || location === undefined) return answer;
      answer.resume();
      const next = new URL(location, target);
      if (next.host !== url.host || next.protocol !== url.protocol || hop === MAX_REDIRECTS) {
        throw new Error(`it sends us on to ${shown(next)}, which is not followed`);
      }
      target = next;
    }
  }

  return {
    send: async (text, request) => {
      const url = webUrl(text);
      const late = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
      try {
        const { headers, body } = bodyOf(request);
        const answer = await send(
          url,
          headers,
          AbortSignal.any([late, request.signal]),
          request.method,
          body,
        );
        answer.resume();
        return { status: answer.statusCode ?? 0, headers: flat(answer) };
      } catch (problem) {
        throw unreachable(url, problem, late.aborted);
      }
    },
    call: async (text, request) => {
      const url = webUrl(text);
      const late = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
      try {
        const { headers, body } = bodyOf(request);
        const signal = AbortSignal.any([late, request.signal]);
        const answer = await send(url, headers, signal, request.method, body);
        const read = await readText(answer, request.maxBytes ?? options.maxBytes ?? MAX_BYTES);
        return { status: answer.statusCode ?? 0, headers: flat(answer), ...read };
      } catch (problem) {
        throw unreachable(url, problem, late.aborted);
      }
    },
    getJson: async (text, headers) => {
      const url = webUrl(text);
      const signal = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
      try {
        const answer = await follow(url, headers, signal);
        const body = await readJson(answer, options.maxBytes ?? MAX_BYTES);
        return { status: answer.statusCode ?? 0, headers: flat(answer), body };
      } catch (problem) {
        throw unreachable(url, problem, signal.aborted);
      }
    },
  };
}

function bodyOf({ headers, body }: OutboundRequest): {
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array | null;
} {
  if (body === null || typeof body === "string" || body instanceof Uint8Array) return { headers, body };
  const named = Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
  const typed = named ? headers : { "content-type": "application/json", ...headers };
  return { headers: typed, body: JSON.stringify(body) };
}

function webUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && (url.protocol === "https:" || url.protocol === "http:")) return url;
  throw new ViceError("input.invalid", { message: "A call can only go to an http or https address." });
}

async function readJson(answer: IncomingMessage, maxBytes: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      answer.destroy();
      throw new Error(`its answer is larger than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8")) as unknown;
  } catch {
    return null;
  }
}

/** Ends the connection where it becomes too much. */
async function readText(
  answer: IncomingMessage,
  maxBytes: number,
): Promise<{ text: string; isCut: boolean }> {
  const chunks: Buffer[] = [];
  let left = maxBytes;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, left));
    left -= chunk.length;
    if (left < 0) break;
  }
  return { text: Buffer.concat(chunks).toString("utf8"), isCut: left < 0 };
}

const flat = (answer: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(answer.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
    ),
  );

function unreachable(url: URL, problem: unknown, late: boolean): ViceError {
  if (problem instanceof ViceError) return problem;
  if (problem instanceof PrivateAddress) {
    const hint = `If that is meant, name the host under allowPrivateHosts in vice.server.yaml: ${url.hostname}`;
    const details = { url: shown(url), problem: problem.message, hint, notSent: true };
    return new ViceError("outside.unreachable", details);
  }
  const said = problem instanceof Error ? problem.message || problem.name : String(problem);
  const code: unknown = problem instanceof Error && "code" in problem ? problem.code : null;
  return new ViceError("outside.unreachable", {
    url: shown(url),
    problem: late ? "it did not answer in time" : said,
    ...(NEVER_SENT.has(String(code)) ? { notSent: true } : {}),
  });
}
