/** The same request sent again with the same Idempotency-Key gets the first answer and does nothing twice. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { z } from "zod";
import type { Principal } from "../../kit/command.ts";
import { ViceError } from "../../kit/errors.ts";
import { sha256Hex } from "../../kit/ids.ts";
import type { Door } from "./door.ts";

/** What was answered. */
export interface Answer {
  status: number;
  body: unknown;
}

export interface IdempotencyKey {
  key: string;
  principal: Principal;
  /** `POST /v1/commands/token.create` and the input: what must be the same. */
  request: string;
}

export interface Idempotency {
  /**
   * Runs `first`, or gives what it gave before. Errors and answers larger than 1 MiB are not kept: sent again, such a
   * request simply runs again. @throws ViceError `conflict` for another body
   */
  once(key: IdempotencyKey, first: () => Promise<Answer>): Promise<Answer>;
}

const SCOPE = "idempotency";
/** How long an answer is kept. */
export const KEPT_MS = 24 * 3_600_000;
const CLEAN_EVERY_MS = 3_600_000;
const KEPT_BYTES = 1024 * 1024;

const keptSchema = z.object({ request: z.string(), sealed: z.string() });

export function idempotencyOf(door: Door): Idempotency {
  const { state } = door.services.store;
  const underWay = new Map<string, { request: string; answer: Promise<Answer> }>();
  let cleanedMs = Number.NEGATIVE_INFINITY;
  const clean = (nowMs: number): void => {
    if (nowMs - cleanedMs < CLEAN_EVERY_MS) return;
    cleanedMs = nowMs;
    for (const { key, atMs } of state.list(SCOPE)) if (nowMs - atMs > KEPT_MS) state.delete(SCOPE, key);
  };
  return {
    once: async ({ key, principal, request: text }, first) => {
      const secret = `${principal.id}\n${key}`;
      const place = sha256Hex(secret);
      const request = sha256Hex(text);
      clean(door.now());
      const running = underWay.get(place);
      if (running !== undefined) return same(running.request, request, running.answer);
      const found = state.get(SCOPE, place);
      const kept =
        found === null || door.now() - found.atMs > KEPT_MS
          ? undefined
          : keptSchema.safeParse(found.value).data;
      if (kept !== undefined) return same(kept.request, request, unseal(secret, kept.sealed));
      const answer = first();
      underWay.set(place, { request, answer });
      try {
        const given = await answer;
        const text = JSON.stringify(given);
        if (Buffer.byteLength(text) <= KEPT_BYTES)
          state.set(SCOPE, place, { request, sealed: seal(secret, text) }, door.now());
        return given;
      } finally {
        underWay.delete(place);
      }
    },
  };
}

function same<T>(before: string, now: string, answer: T): T {
  if (before === now) return answer;
  const message = "This Idempotency-Key was used for another request. Nothing was changed.";
  throw new ViceError("conflict", { message, hint: "Use a new key for a new request." });
}

/**
 * An answer may hold a secret that is shown once (a new token), so it is kept encrypted with a key made of the client's
 * own Idempotency-Key, of which the store has only a hash.
 */
function seal(secret: string, answer: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", sealingKey(secret), iv);
  const text = Buffer.concat([cipher.update(answer, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64");
}

function unseal(secret: string, sealed: string): Answer {
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", sealingKey(secret), bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(12, 28));
  const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
  return JSON.parse(text) as Answer;
}

const sealingKey = (secret: string): Buffer =>
  createHmac("sha256", "vice idempotency answer").update(secret).digest();
