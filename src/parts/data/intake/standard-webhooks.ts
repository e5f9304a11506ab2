/** Verifies Standard Webhooks signatures: `v1` (HMAC-SHA256) and `v1a` (ed25519), with the replay window of 5 minutes. */
import { createHmac, createPublicKey, verify as verifySignature } from "node:crypto";
import { isOneOf } from "./same-secret.ts";

/** Deliveries older or newer than this are refused (Standard Webhooks specification, "Verifying webhook authenticity"). */
const REPLAY_WINDOW_MS = 5 * 60_000;

/** A shared secret of this form is base64; a public key must never serve as a password. */
const SECRET_PREFIX = "whsec_";
export const PUBLIC_KEY_PREFIX = "whpk_";

const ED25519_SPKI = Buffer.from("302a300506032b6570032100", "hex");
const SHORTEST_BARE_KEY_BYTES = 24;

export interface SignedDelivery {
  id: string;
  /** Seconds since 1970, as the header says. */
  timestamp: string;
  /** Space-separated list of `v1,<base64>` and `v1a,<base64>`. */
  signature: string;
  rawBody: Uint8Array;
}

/** @returns `null` when it is genuine, else what is wrong with it */
export function standardWebhooksProblem(
  delivery: SignedDelivery,
  secrets: readonly string[],
  nowMs: number,
): string | null {
  if (!/^\d{1,12}$/.test(delivery.timestamp)) return "webhook-timestamp is not a number of seconds";
  const ageMs = nowMs - Number(delivery.timestamp) * 1000;
  if (ageMs > REPLAY_WINDOW_MS) return "webhook-timestamp is more than 5 minutes old";
  if (ageMs < -REPLAY_WINDOW_MS) return "webhook-timestamp is more than 5 minutes in the future";
  const content = Buffer.concat([Buffer.from(`${delivery.id}.${delivery.timestamp}.`), delivery.rawBody]);
  const signatures = delivery.signature.split(/\s+/).filter((part) => part !== "");
  const genuine = signatures.some((signature) => matches(signature, content, secrets));
  return genuine ? null : "webhook-signature does not match";
}

function matches(signature: string, content: Uint8Array, secrets: readonly string[]): boolean {
  const [version, value] = splitOnce(signature, ",");
  if (version === "v1")
    return isOneOf(
      value,
      secrets.flatMap(hmacKeys).map((key) => hmac(key, content)),
    );
  if (version === "v1a") return secrets.some((secret) => signedBy(secret, content, value));
  return false;
}

const hmac = (key: Uint8Array, content: Uint8Array): string =>
  createHmac("sha256", key).update(content).digest("base64");

/**
 * `whsec_<base64>`; a bare secret is taken as it is and, when it can be one, as base64. Text that is not base64 is never
 * decoded: it would give a short or empty key that anybody can guess.
 */
function hmacKeys(secret: string): Uint8Array[] {
  if (secret.startsWith(PUBLIC_KEY_PREFIX)) return [];
  if (secret.startsWith(SECRET_PREFIX)) return decode(secret.slice(SECRET_PREFIX.length), 1);
  return [Buffer.from(secret), ...decode(secret, SHORTEST_BARE_KEY_BYTES)];
}

function decode(text: string, leastBytes: number): Uint8Array[] {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return [];
  const bytes = Buffer.from(text, "base64");
  return bytes.length >= leastBytes ? [bytes] : [];
}

function signedBy(secret: string, content: Uint8Array, signature: string): boolean {
  if (!secret.startsWith(PUBLIC_KEY_PREFIX)) return false;
  const [raw] = decode(secret.slice(PUBLIC_KEY_PREFIX.length), 32);
  if (raw === undefined || raw.length !== 32) return false;
  const key = createPublicKey({ key: Buffer.concat([ED25519_SPKI, raw]), format: "der", type: "spki" });
  return verifySignature(null, content, key, Buffer.from(signature, "base64"));
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}
