/** Makes ids without loading node:crypto, which would cost a quarter of the wrapper's whole time. */
import { closeSync, openSync, readSync } from "node:fs";

/** A time-ordered id (RFC 9562, UUID version 7). */
export function uuidv7(nowMs: number): string {
  const random = randomHex();
  const time = nowMs.toString(16).padStart(12, "0");
  const variant = "89ab"[Number.parseInt(random[3] ?? "0", 16) & 3] ?? "8";
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
}

/** At least 27 random hex digits from the kernel; where there is no /dev/urandom, from node:crypto. */
function randomHex(): string {
  const bytes = Buffer.alloc(16);
  try {
    const file = openSync("/dev/urandom", "r");
    const read = readSync(file, bytes);
    closeSync(file);
    if (read === bytes.length) return bytes.toString("hex");
  } catch {
    // Windows, or a chroot without devices
  }
  const uuid = globalThis.crypto.randomUUID().replaceAll("-", "");
  return uuid.slice(0, 12) + uuid.slice(17);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** An id as people hand it back: a UUID, or the same as 32 hex digits (as in a trace id). `null` = no id. */
export function readId(text: string): string | null {
  const id = text.trim().toLowerCase();
  if (UUID.test(id)) return id;
  if (!/^[0-9a-f]{32}$/.test(id)) return null;
  return [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join("-");
}

/** The start of an id as tables show it; fewer digits would fit by chance. */
export const isStartOfId = (text: string): boolean =>
  /^[0-9a-f]{6,31}$/.test(text.trim().toLowerCase().replaceAll("-", ""));

/** A UUID without its dashes: also a valid W3C trace id. */
export const hexOf = (id: string): string => id.replaceAll("-", "");
