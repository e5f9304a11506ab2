/** Reads the header `Retry-After`: seconds, or a moment (RFC 9110, section 10.2.3). */

/** @returns milliseconds from now; `null` = it says nothing that can be read, or the moment is over */
export function retryAfterMs(said: string | undefined, nowMs: number): number | null {
  if (said === undefined) return null;
  const ms = /^\d+$/.test(said.trim()) ? Number(said) * 1000 : Date.parse(said) - nowMs;
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}
