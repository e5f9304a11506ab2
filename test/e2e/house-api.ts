/** Talks to a built server over HTTP as the contract words it: bodies, answers, error shapes. */
import { request } from "node:http";
import { expect } from "vitest";
import { vice } from "../reliability/server.ts";

export interface Reply<T> {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: T;
}

export interface Ask {
  method?: string;
  /** Lower-case; also ones that fetch does not let through (Host, Origin). */
  headers?: Record<string, string>;
  body?: unknown;
}

/** A text or bytes go as they are, anything else as JSON; an answer that is not JSON comes back as its text. */
export function call<T = Record<string, unknown>>(
  base: string,
  path: string,
  ask: Ask = {},
): Promise<Reply<T>> {
  const { method = ask.body === undefined ? "GET" : "POST", headers = {}, body } = ask;
  const raw = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const all = body === undefined ? headers : { "content-type": "application/json", ...headers };
  return new Promise((resolve, reject) => {
    const sent = request(`${base}${path}`, { method, headers: all, agent: false }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.once("error", reject);
      answer.once("end", () => {
        const text = Buffer.concat(parts).toString("utf8");
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: parsed(text) as T });
      });
    });
    sent.once("error", reject);
    sent.end(raw);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The one shape of errors, with the fitting status. */
export function expectError(reply: Reply<unknown>, status: number, hint: RegExp = /./): void {
  const text = expect.any(String);
  expect(reply.body).toEqual({
    error: { code: text, message: text, hint: text, details: expect.any(Object) },
  });
  expect(reply.status).toBe(status);
  expect((reply.body as { error: { hint: string } }).error.hint).toMatch(hint);
}

/** Keys of the normal form (contract, section 2). */
export const NORMAL_FORM = [
  ...["id", "kind", "deploymentKind", "source", "instance", "externalId", "attempt", "service", "team"],
  ...["repository", "environment", "tier", "tenant", "status", "version", "commitSha", "ref", "artifact"],
  ...["startedAt", "finishedAt", "durationMs", "durationFrom", "occurredAt", "actor", "url", "traceId"],
  ...["parentId", "primaryId", "verified", "tags", "error"],
];

export type Row = Record<string, unknown> & { id: string; tags: Record<string, string> };

export interface StatusItem {
  service: string | null;
  environment: string | null;
  tier: string | null;
  running: Row | null;
  lastAttempt: Row;
}

export async function json<T>(url: string): Promise<T> {
  const answer = await fetch(url);
  return (await answer.json()) as T;
}

export async function viceJson<T>(home: string, ...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await vice(home, [...args, "--json"]);
  if (code !== 0) throw new Error(`vice ${args.join(" ")} ended with ${code}:\n${stderr}`);
  return JSON.parse(stdout) as T;
}

export async function eventually<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const until = Date.now() + 5000;
  for (;;) {
    const value = await read();
    if (holds(value) || Date.now() > until) return value;
    await new Promise((done) => setTimeout(done, 50));
  }
}

export const pick = (row: Row, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(keys.map((key) => [key, row[key]]));
