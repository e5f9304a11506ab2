/** `verify` as it is said: a list of checks, or that list with how often it is run by itself. Pure. */
import { parseDuration } from "../duration.ts";

/** The checks themselves; none for what is no such list. */
export function checksOf(said: unknown): readonly unknown[] {
  if (Array.isArray(said)) return said;
  const { checks } = Object(said) as { checks?: unknown };
  return Array.isArray(checks) ? checks : [];
}

/** Milliseconds between two runs by a server; `null` = only when somebody asks. */
export function everyOf(said: unknown): number | null {
  if (Array.isArray(said)) return null;
  const { every } = Object(said) as { every?: unknown };
  const ms = typeof every === "string" || typeof every === "number" ? parseDuration(String(every)) : null;
  return ms === null ? null : Math.max(ms, SHORTEST_MS);
}

/** More often than that is load and no check. */
export const SHORTEST_MS = 5000;
