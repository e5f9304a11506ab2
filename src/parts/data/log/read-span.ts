/** Reads moments as people give them: a date, a time, or how long ago. */
import { parseDuration } from "../../../kit/duration.ts";
import { ViceError } from "../../../kit/errors.ts";
import { toIso } from "../../../kit/time.ts";

/**
 * `2026-11-20`, an ISO time, or `90d` for that long before now.
 * @returns milliseconds since 1970
 * @throws ViceError `input.invalid`
 */
export function readMoment(text: string, nowMs: number): number {
  const iso = toIso(text);
  if (iso !== null) return Date.parse(iso);
  const ago = /^\d+(?:\.\d+)?[a-z]+$/.test(text.trim()) ? parseDuration(text) : null;
  if (ago !== null) return nowMs - ago;
  throw new ViceError("input.invalid", {
    message: `"${text}" is no moment.`,
    hint: "Write 2026-11-20, 2026-11-20T10:00:00Z, or 30d for thirty days ago.",
  });
}
