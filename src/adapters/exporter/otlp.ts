/**
 * Sends spans by OTLP over HTTP as JSON under gzip, and reads the answer as the protocol says (opentelemetry-proto,
 * `docs/specification.md`, "OTLP/HTTP Response" and "Failures").
 */
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { isReference } from "../../domain/notify/channel.ts";
import type { OtlpExporterConfig } from "../../domain/otlp/exporter-schema.ts";
import { tracesOf } from "../../domain/otlp/to-traces.ts";
import { toViceError } from "../../kit/errors.ts";
import { lookUp } from "../../kit/look-up.ts";
import { retryAfterMs } from "../../kit/retry-after.ts";
import type { Exported, Exporter } from "../../ports/exporter.ts";
import type { OutboundAnswer, OutboundHttp } from "../../ports/outbound.ts";

export interface OtlpParts {
  outbound: (ownHost: string | null) => OutboundHttp;
  env: Readonly<Record<string, string | undefined>>;
  now: () => number;
  /** Of vice. */
  version: string;
}

const compress = promisify(gzip);
/** Texts of spans repeat themselves: more work makes them hardly smaller. */
const LEVEL = constants.Z_BEST_SPEED;
/** A whole request at once: each piece would be another way to the thread that compresses, and back. */
const CHUNK_BYTES = 256 * 1024;
const MOST_ANSWER = 64 * 1024;

export function otlpExporter(config: OtlpExporterConfig, parts: OtlpParts): Exporter {
  // One client for one host: its connection is kept.
  const clients = new Map<string, OutboundHttp>();
  const clientOf = (host: string): OutboundHttp => {
    const client = clients.get(host) ?? parts.outbound(host);
    clients.set(host, client);
    return client;
  };
  const look = (): Target => targetOf(config, parts.env);
  return {
    name: "otlp",
    only: config.only,
    history: config.history,
    get where() {
      return look().address?.host ?? "?";
    },
    get problem() {
      return look().problem;
    },
    send: async (items, signal) => {
      const { address, headers, problem } = look();
      if (address === null)
        return { taken: false, problem: problem ?? "nowhere to go", next: "later", afterMs: null };
      const body = await compress(JSON.stringify(tracesOf(items, parts.version)), {
        level: LEVEL,
        chunkSize: CHUNK_BYTES,
      });
      return post(clientOf(address.hostname), address, { headers, body, signal }, parts.now);
    },
  };
}

interface Target {
  headers: Record<string, string>;
  /** `null` = nothing can be sent, and `problem` says why. */
  address: URL | null;
  problem: string | null;
}

function targetOf(config: OtlpExporterConfig, env: OtlpParts["env"]): Target {
  const { url, headers, problem } = opened(config, env);
  const address = problem === null ? addressOf(url) : null;
  return { headers, address, problem: problem ?? (address === null ? "its url is no address" : null) };
}

/** As the SDKs read OTEL_EXPORTER_OTLP_ENDPOINT: an address without a path means `/v1/traces`. */
function addressOf(url: string): URL | null {
  if (!URL.canParse(url)) return null;
  const address = new URL(url);
  if (address.pathname === "/") address.pathname = "/v1/traces";
  return address;
}

function opened(
  { url, headers }: OtlpExporterConfig,
  env: OtlpParts["env"],
): { url: string; headers: Record<string, string>; problem: string | null } {
  let problem: string | null = null;
  const open = (said: string, what: string): string => {
    if (!isReference(said)) return said;
    const found = lookUp(said, env);
    if (found === null) problem ??= `its ${what} is not there: ${said}`;
    return found ?? "";
  };
  const shown = Object.entries(headers).map(([name, said]) => [name, open(said, `header ${name}`)]);
  return { url: open(url, "url"), headers: Object.fromEntries(shown), problem };
}

async function post(
  client: OutboundHttp,
  address: URL,
  { headers, body, signal }: { headers: Record<string, string>; body: Uint8Array; signal: AbortSignal },
  now: () => number,
): Promise<Exported> {
  const typed = { ...headers, "content-type": "application/json", "content-encoding": "gzip" };
  try {
    const request = { method: "POST", headers: typed, body, signal, maxBytes: MOST_ANSWER };
    return judged(await client.call(address.href, request), address.host, now());
  } catch (error) {
    const said = toViceError(error).details["problem"];
    const problem = `${address.host} cannot be reached: ${typeof said === "string" ? said : "the call failed"}`;
    return { taken: false, problem, next: "later", afterMs: null };
  }
}

/**
 * 400 must not be sent again, 413 may be by fewer at once; 429, 502, 503 and 504 ask for another try. What stays (401, 404, ...)
 * is a matter of how the two are set up: it is mended by people, and nothing is thrown away until then.
 */
function judged({ status, headers, text }: OutboundAnswer, host: string, nowMs: number): Exported {
  if (status >= 200 && status < 300) return { taken: true, ...partialOf(text) };
  const problem = `${host} answered ${status}`;
  if (status === 400) return { taken: false, problem: withWords(problem, text), next: "never" };
  if (status === 413) return { taken: false, problem, next: "smaller" };
  return { taken: false, problem, next: "later", afterMs: retryAfterMs(headers["retry-after"], nowMs) };
}

/** What it says may hold what was sent; the first words are enough. */
const withWords = (problem: string, text: string): string => {
  const message: unknown = Object(parsed(text))["message"];
  return typeof message === "string" && message !== "" ? `${problem}: ${message.slice(0, 200)}` : problem;
};

/** `ExportTraceServiceResponse.partial_success`; 64 bit numbers are texts in JSON, and some write numbers. */
function partialOf(text: string): { rejected: number; said: string | null } {
  const partial: unknown = Object(parsed(text))["partialSuccess"];
  const { rejectedSpans = 0, errorMessage = "" } = Object(partial) as Record<string, unknown>;
  const rejected = Number(rejectedSpans);
  const said = typeof errorMessage === "string" && errorMessage !== "" ? errorMessage.slice(0, 500) : null;
  return { rejected: Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0, said };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
