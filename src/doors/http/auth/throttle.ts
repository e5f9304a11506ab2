/** Counts what an address does in a time: for the rate limit, and for wrong tokens. */
import { ViceError } from "../../../kit/errors.ts";

export interface Throttle {
  /** @throws ViceError `rate.limited` with `retryAfterSeconds` when the address has none left */
  take(address: string): void;
}

/** Addresses remembered at once; the ones seen longest ago are forgotten first. */
const REMEMBERED = 10_000;

interface Bucket {
  left: number;
  atMs: number;
}

/** A bucket of `perMinute` for each address that fills again evenly. */
export function throttleOf(perMinute: number, now: () => number): Throttle {
  const buckets = new Map<string, Bucket>();
  const perMs = perMinute / 60_000;
  return {
    take: (address) => {
      const nowMs = now();
      const before = buckets.get(address) ?? { left: perMinute, atMs: nowMs };
      const left = Math.min(perMinute, before.left + Math.max(0, nowMs - before.atMs) * perMs);
      buckets.delete(address);
      buckets.set(address, { left: left < 1 ? left : left - 1, atMs: nowMs });
      if (buckets.size > REMEMBERED) forgetOldest(buckets);
      if (left >= 1) return;
      const retryAfterSeconds = Math.max(1, Math.ceil((1 - left) / perMs / 1000));
      throw new ViceError("rate.limited", { who: address, retryAfterSeconds });
    },
  };
}

function forgetOldest(buckets: Map<string, Bucket>): void {
  const oldest = buckets.keys().next();
  if (oldest.done !== true) buckets.delete(oldest.value);
}
