/** What the pollers share: one request with the vendor's rate limit understood, opaque cursors, and the share that is done. */
import type { z } from "zod";
import { ViceError } from "../../kit/errors.ts";
import { RateLimited, type SourceHttp } from "../../ports/source.ts";

export interface Answer {
  body: unknown;
  headers: Record<string, string>;
}

const DEFAULT_WAIT_MS = 60_000;
const MAX_WAIT_MS = 2 * 3_600_000;

/**
 * One GET; a part of a list (206) is an answer. `absent` lists the statuses that mean "there is nothing" and give `null`.
 * @throws RateLimited on 429, and on 403 where the vendor means the same (GitHub docs "Rate limits for the REST API")
 * @throws ViceError `outside.unreachable` for every other status
 */
export async function ask(
  http: SourceHttp,
  url: string,
  headers: Record<string, string>,
  absent: readonly number[] = [],
): Promise<Answer | null> {
  const answer = await http.getJson(url, headers);
  if (answer.status === 200 || answer.status === 206) return answer;
  if (isRateLimit(answer)) throw new RateLimited(waitMs(answer.headers));
  if (absent.includes(answer.status)) return null;
  throw new ViceError("outside.unreachable", refusal(url, answer.status));
}

function isRateLimit({ status, headers, body }: Answer & { status: number }): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  const said = JSON.stringify(body ?? "");
  return (
    headers["retry-after"] !== undefined ||
    headers["x-ratelimit-remaining"] === "0" ||
    /rate limit/i.test(said)
  );
}

/** `Retry-After` in seconds or as a date, else the vendor's reset time in seconds since 1970, else a minute. */
function waitMs(headers: Record<string, string>): number {
  const after = headers["retry-after"];
  const reset = headers["x-ratelimit-reset"] ?? headers["ratelimit-reset"];
  const asked =
    after === undefined
      ? Number(reset) * 1000 - Date.now()
      : /^\d+$/.test(after)
        ? Number(after) * 1000
        : Date.parse(after) - Date.now();
  return Number.isFinite(asked) ? Math.min(Math.max(asked, 1000), MAX_WAIT_MS) : DEFAULT_WAIT_MS;
}

function refusal(url: string, status: number): Record<string, unknown> {
  const details = { url: url.split("?")[0], problem: `it answered ${status}` };
  const hint = {
    401: "Check the token of this source: it is missing, wrong or expired. Nothing was changed.",
    403: "Give the token of this source the right to read there, or take the name out of `only`. Nothing was changed.",
    404: "Check the names in `only` and that the token may see them. Nothing was changed.",
  }[status];
  return hint === undefined ? details : { ...details, hint };
}

/** @returns what an earlier page has left, or `null` for none and for one that cannot be read (then all is read again). */
export function readCursor<T>(schema: z.ZodType<T>, cursor: string | null): T | null {
  if (cursor === null) return null;
  try {
    return schema.parse(JSON.parse(cursor));
  } catch {
    return null;
  }
}

/** @throws ViceError `input.invalid` when the connection names nothing to read */
export function requireNames(only: readonly string[], what: string): void {
  if (only.length > 0) return;
  throw new ViceError("input.invalid", {
    message: `Nothing to read: the connection names no ${what}.`,
    hint: `List them under \`only\` in vice.server.yaml.`,
  });
}

/** Share of the span that `at` has passed on the way from `from` to `to`, 0..1; backwards in time too. */
export function shareOf(from: string, at: string, to: string): number {
  const whole = Date.parse(to) - Date.parse(from);
  const share = whole === 0 ? 1 : (Date.parse(at) - Date.parse(from)) / whole;
  return Number.isFinite(share) ? Math.min(Math.max(share, 0), 1) : 0;
}

/** A field of a row that is not checked yet. */
export const fieldOf = (row: unknown, name: string): unknown =>
  typeof row === "object" && row !== null ? Reflect.get(row, name) : undefined;

/** A token `user:apitoken` is sent as Basic, any other as bearer. */
export function basicOrBearer(token: string | null): Record<string, string> {
  if (token === null) return {};
  const basic = token.includes(":");
  return { authorization: basic ? `Basic ${Buffer.from(token).toString("base64")}` : `Bearer ${token}` };
}
