/** Requests to one vendor at one address: with the credential that belongs there, repeated where that does no harm. */
import { ViceError } from "../../../kit/errors.ts";
import type { OutboundAnswer, OutboundHttp } from "../../../ports/outbound.ts";
import type { Pace } from "./pace.ts";

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  text: string;
  /** `null` = it is no JSON. */
  body: unknown;
}

export interface Api {
  base: string;
  /** Repeated while the other side has trouble. @throws ViceError for any status but 2xx and those in `absent` */
  get(path: string, options?: GetOptions): Promise<Answer>;
  /**
   * Sent once; again only where it was refused for being too much. `form` = as a form instead of JSON.
   * @throws ViceError with the detail `refused` when it was not taken; any other one says nothing about that
   */
  post(
    path: string,
    body: unknown,
    options?: { form?: Record<string, string>; fine?: readonly number[] },
  ): Promise<Answer>;
  /** Somewhere else, by an address that the vendor gave: no credential goes there. */
  away(url: string, maxBytes: number): Promise<string>;
}

export interface GetOptions {
  absent?: readonly number[];
  headers?: Record<string, string>;
  maxBytes?: number;
}

export interface ApiOptions {
  title: string;
  vendor: string;
  base: string;
  token: string | null;
  headers: Record<string, string>;
  http: OutboundHttp;
  /** For addresses that the vendor gave. */
  outside: OutboundHttp;
  signal: AbortSignal;
  pace: Pace;
  mask: (text: string) => string;
}

/** So often a question is repeated, and a request that was too much. */
const TRIES = 5;
const MOST_OF_PROBLEM = 300;
const LOG_BYTES = 8 * 1024 * 1024;

export function createApi(options: ApiOptions): Api {
  const { base, http, signal, pace } = options;
  const urlOf = (path: string): string => {
    const url = new URL(`${base}/${path.replace(/^\/+/, "")}`);
    const root = new URL(`${base}/`);
    // A name with dots in it must not lead out of the place that the credential is for, nor anywhere else.
    const isPlain = !/(^|\/)(\.|%2e){1,2}(\/|$)/i.test(path.split("?")[0] ?? "");
    if (isPlain && url.origin === root.origin && url.pathname.startsWith(root.pathname)) return url.href;
    throw new ViceError("input.invalid", {
      message: `"${path}" is no name at ${options.title}.`,
      hint: "Look at the names in vice.yaml.",
    });
  };
  const send = (
    path: string,
    request: { method: string; body: unknown; more?: Record<string, string>; maxBytes?: number },
  ): Promise<OutboundAnswer> =>
    http.call(urlOf(path), {
      method: request.method,
      headers: { ...options.headers, ...request.more },
      body: request.body,
      signal: request.method === "GET" ? signal : NEVER,
      ...(request.maxBytes === undefined ? {} : { maxBytes: request.maxBytes }),
    });
  return {
    base,
    get: async (path, { absent = [], headers = {}, maxBytes } = {}) => {
      for (let tried = 1; ; tried++) {
        const request = {
          method: "GET",
          body: null,
          more: headers,
          ...(maxBytes === undefined ? {} : { maxBytes }),
        };
        const answer = await send(path, request).catch((error: unknown) => {
          if (tried >= TRIES || signal.aborted) throw error;
          return null;
        });
        if (answer !== null && (isFine(answer.status) || absent.includes(answer.status)))
          return parsed(answer);
        const mayHelp = answer === null || isTrouble(answer);
        if (!mayHelp || tried >= TRIES || signal.aborted) throw refusal(options, answer);
        await pace.wait(waitMs(answer, tried, pace), signal);
      }
    },
    post: async (path, body, { form, fine = [] } = {}) => {
      for (let tried = 1; ; tried++) {
        const sent = form === undefined ? body : new URLSearchParams(form).toString();
        const more: Record<string, string> =
          form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" };
        const answer = await send(path, { method: "POST", body: sent, more });
        if (isFine(answer.status) || fine.includes(answer.status)) return parsed(answer);
        const isTooMuch =
          answer.status === 429 || (answer.status < 500 && answer.headers["retry-after"] !== undefined);
        if (!isTooMuch || tried >= TRIES || signal.aborted) throw refusal(options, answer);
        await pace.wait(waitMs(answer, tried, pace), signal);
      }
    },
    away: async (url, maxBytes) => {
      const answer = await options.outside.call(url, {
        method: "GET",
        headers: {},
        body: null,
        signal,
        maxBytes,
      });
      if (isFine(answer.status)) return answer.text;
      throw new ViceError("outside.unreachable", {
        url: new URL(url).origin,
        problem: `it answered ${answer.status}`,
      });
    },
  };
}

/** What may have an effect is not broken off: nobody would know whether it had. The client limits its time. */
const NEVER = new AbortController().signal;
const isFine = (status: number): boolean => status >= 200 && status < 300;
const isTrouble = ({ status, headers }: OutboundAnswer): boolean =>
  status === 429 ||
  status >= 500 ||
  headers["retry-after"] !== undefined ||
  headers["x-ratelimit-remaining"] === "0";

function parsed({ status, headers, text }: OutboundAnswer): Answer {
  try {
    return { status, headers, text, body: JSON.parse(text) as unknown };
  } catch {
    return { status, headers, text, body: null };
  }
}

/** `Retry-After` in seconds or as a date, else longer each time. */
function waitMs(answer: OutboundAnswer | null, tried: number, pace: Pace): number {
  const after = answer?.headers["retry-after"];
  if (after === undefined) return Math.min(pace.firstMs * 2 ** (tried - 1), pace.mostMs);
  const asked = /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - pace.now();
  return Number.isFinite(asked) ? Math.min(Math.max(asked, 0), pace.longestMs) : pace.mostMs;
}

function refusal({ title, vendor, base, token, mask }: ApiOptions, answer: OutboundAnswer | null): ViceError {
  const { status = 0, text = "", headers = {} } = answer ?? {};
  if (status >= 300 && status < 400)
    return refused(
      base,
      `it sends us on to ${headers["location"]?.split("?")[0] ?? "another place"}, which is not followed`,
      "Write the final address as `url`.",
      true,
    );
  const said = mask(problemIn(text)).slice(0, MOST_OF_PROBLEM);
  const problem = `${title} answered ${status}${said === "" ? "" : `: ${said}`}`;
  const isRefused = status >= 400 && status < 500 && status !== 408;
  const none = `No token belongs to ${new URL(base).origin}: name it in vice.server.yaml (sources.${vendor}.poll), or set VICE_TRIGGER_TOKEN_${vendor.toUpperCase()}="${base} TOKEN".`;
  const hints: Record<number, string> = {
    401: "The token is wrong or has expired.",
    403: "The token has not the right to do that there.",
    404: "Look at the names in vice.yaml, and whether the token may see them.",
  };
  const hint = hints[status] === undefined ? undefined : token === null ? none : hints[status];
  return refused(base, problem, hint, isRefused);
}

const refused = (url: string, problem: string, hint: string | undefined, isRefused: boolean): ViceError =>
  new ViceError("outside.unreachable", {
    url,
    problem,
    ...(hint === undefined ? {} : { hint }),
    ...(isRefused ? { refused: true } : {}),
  });

/** In the words of the vendor: each has another key for them. */
function problemIn(text: string): string {
  try {
    const body = JSON.parse(text) as unknown;
    const said = ["message", "error", "ErrorMessage", "error_description", "errors", "Errors"].flatMap(
      (key) => {
        const value = typeof body === "object" && body !== null ? Reflect.get(body, key) : undefined;
        if (value === undefined || value === null) return [];
        return [typeof value === "string" ? value : JSON.stringify(value)];
      },
    );
    return said.join("; ");
  } catch {
    // Pages for people begin with their head; what is a line says something.
    return /^\s*</.test(text)
      ? (/<title>([^<]*)/i.exec(text)?.[1]?.trim() ?? "")
      : (text.trim().split("\n")[0] ?? "");
  }
}

/** The whole of a log, as far as it fits. */
export const LOG = { absent: [404, 410, 416], maxBytes: LOG_BYTES } as const;

/** A part of an answer that is not checked yet. */
export function at(value: unknown, ...path: ReadonlyArray<string | number>): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

export const listAt = (value: unknown, ...path: ReadonlyArray<string | number>): unknown[] => {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
};

/** A text or a number, as text. */
export function textAt(value: unknown, ...path: ReadonlyArray<string | number>): string | null {
  const found = at(value, ...path);
  if (typeof found === "number") return String(found);
  return typeof found === "string" && found !== "" ? found : null;
}

/** @throws ViceError that says nothing about whether something was started */
export function idOf(title: string, answer: Answer, ...path: ReadonlyArray<string | number>): string {
  const id = textAt(answer.body, ...path);
  if (id !== null) return id;
  throw new ViceError("outside.unreachable", {
    url: title,
    problem: `it answered ${answer.status} without an id`,
  });
}

export const refuse = (message: string, hint?: string): ViceError =>
  new ViceError("conflict", { message, hint: hint ?? "Nothing was started.", refused: true });
