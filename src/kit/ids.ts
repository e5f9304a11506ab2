/** Ids: UUIDv7 for what vice makes, UUIDv8 of a SHA-256 for what other systems name. */
import type { ObjectKey } from "../domain/transition.ts";

/** Loaded with the first id that is made: it takes a tenth of a start of Node, and who only reads makes none. */
let loaded: typeof import("node:crypto") | null = null;
const crypto = (): typeof import("node:crypto") => (loaded ??= process.getBuiltinModule("node:crypto"));
const hash = (data: string | Uint8Array): string => crypto().hash("sha256", data, "hex");

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

let lastMs = 0;
let counter = 0;
let pool: Uint8Array = new Uint8Array(0);
let poolAt = 0;

/** A time-ordered id (RFC 9562, version 7), ascending within this process also when the clock jumps back. */
export function uuidv7(nowMs: number = Date.now()): string {
  if (nowMs > lastMs) {
    lastMs = nowMs;
    counter = 0;
  } else if (++counter > 0xfff) {
    lastMs += 1;
    counter = 0;
  }
  if (poolAt + 8 > pool.length) {
    pool = crypto().randomBytes(4096);
    poolAt = 0;
  }
  const time = lastMs.toString(16).padStart(12, "0");
  let tail = "";
  for (let i = 0; i < 8; i++) {
    const byte = pool[poolAt++] ?? 0;
    tail += HEX[i === 0 ? (byte & 0x3f) | 0x80 : byte];
  }
  const head = counter.toString(16).padStart(3, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${head}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}

/** Ids made from now on follow this one, which an earlier process made, also when the clock was set back since. */
export function continueAfter(id: string): void {
  const ms = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  if (!Number.isSafeInteger(ms) || ms < lastMs) return;
  lastMs = ms;
  counter = 0xfff;
}

/** The stable id of an activity that a system names: UUIDv8 of SHA-256(kind, source, instance, externalId, attempt). */
export function activityId(object: ObjectKey): string {
  const { identityKind, source, instance, externalId, attempt } = object;
  const text = JSON.stringify([identityKind, source, instance, externalId, attempt]);
  return uuidv8(hash(text));
}

function uuidv8(hex: string): string {
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A W3C trace id from anything that names the trace. */
export const traceIdOf = (text: string): string => hash(`trace:${text}`).slice(0, 32);

export const sha256Hex = hash;

export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
