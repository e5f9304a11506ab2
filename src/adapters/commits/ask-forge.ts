/** One request to a forge, with its rate limit understood. */
import { ViceError } from "../../kit/errors.ts";
import { RateLimited, type SourceHttp } from "../../ports/source.ts";

export interface Forge {
  /** Below it stand the routes of the API. */
  api: string;
  /** Host for people. */
  name: string;
  /** The repository's address and its path there. */
  repository: string;
  path: string;
  headers: Record<string, string>;
  http: SourceHttp;
  now: () => number;
}

export interface Page {
  body: unknown;
  headers: Record<string, string>;
}

const MINUTE_MS = 60_000;

/** @throws RateLimited, ViceError `not-found`, `outside.unreachable` */
export async function askForge(forge: Forge, route: string, signal: AbortSignal): Promise<Page> {
  signal.throwIfAborted();
  const url = `${forge.api}${route}`;
  const { status, headers, body } = await forge.http.getJson(url, forge.headers);
  if (status === 200) return { body, headers };
  // GitHub docs "Rate limits for the REST API": 403 with nothing left, or 429; GitLab docs "Rate limits": 429.
  const isLimit = status === 429 || (status === 403 && headers["x-ratelimit-remaining"] === "0");
  if (isLimit || (status === 403 && headers["retry-after"] !== undefined))
    throw new RateLimited(waitMs(headers, forge.now()));
  if (status === 404)
    throw new ViceError("not-found", {
      message: `${forge.name} does not know these commits of ${forge.path}, or its token may not see them.`,
    });
  throw new ViceError("outside.unreachable", { url: url.split("?")[0], problem: `it answered ${status}` });
}

/** `Retry-After` in seconds, else the moment of the reset in seconds since 1970, else a minute. */
function waitMs(headers: Record<string, string>, nowMs: number): number {
  const reset = headers["x-ratelimit-reset"] ?? headers["ratelimit-reset"];
  const after = Number(headers["retry-after"]) * 1000;
  const ms = Number.isFinite(after) ? after : Number(reset) * 1000 - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 1000), 60 * MINUTE_MS) : MINUTE_MS;
}

export const fieldOf = (row: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined),
    row,
  );

export function textOf(row: unknown, ...path: readonly string[]): string | null {
  const value = fieldOf(row, ...path);
  return typeof value === "string" && value !== "" ? value : null;
}

export const listOf = (row: unknown, ...path: readonly string[]): unknown[] => {
  const value = fieldOf(row, ...path);
  return Array.isArray(value) ? value : [];
};
