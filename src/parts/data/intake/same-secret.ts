/** Compares secrets and signatures without telling by the time it takes where they differ. */
import { hash, timingSafeEqual } from "node:crypto";

/** Equal texts? Both sides are hashed first, so that unequal lengths neither throw nor show. */
function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(hash("sha256", given, "buffer"), hash("sha256", expected, "buffer"));
}

/** Whether `given` is one of `expected`; always looks at all of them. */
export function isOneOf(given: string, expected: readonly string[]): boolean {
  let found = false;
  for (const one of expected) found = sameSecret(given, one) || found;
  return found;
}
