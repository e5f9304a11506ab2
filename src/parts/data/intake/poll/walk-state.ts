/** Where the reading of one instance stands; kept in the store, so that a restart goes on at the same page. */
import { z } from "zod";
import type { State } from "../../../../ports/state.ts";

const stateSchema = z.object({
  /** What this walk reads from, ISO 8601. */
  since: z.string(),
  /** When it began: the next walk reads from shortly before. ISO 8601. */
  beganAt: z.string(),
  cursor: z.string().nullable(),
  /** The first walk fills the past; the later ones follow. */
  first: z.boolean(),
  /** A walk is under way; false = the last one has ended. */
  walking: z.boolean(),
});
export type WalkState = z.infer<typeof stateSchema>;

export interface WalkMemory {
  read(): WalkState | null;
  write(state: WalkState, nowMs: number): void;
}

/** @param scope `poll` for the worker, `import` for the command */
export function walkMemory(state: State, scope: string, key: string): WalkMemory {
  return {
    read: () => stateSchema.safeParse(state.get(scope, key)?.value).data ?? null,
    write: (walk, nowMs) => state.set(scope, key, walk, nowMs),
  };
}

/** What changed in the minutes before the last walk began is read again: clocks differ and lists lag. */
const OVERLAP_MS = 10 * 60_000;

/** The walk to go on with: an unfinished one, or the next after a finished one, or the first of all. */
export function nextWalk(known: WalkState | null, nowMs: number, backfillMs: number): WalkState {
  if (known?.walking) return known;
  const beganAt = new Date(nowMs).toISOString();
  const fresh = { beganAt, cursor: null, walking: true };
  if (known === null) return { ...fresh, since: new Date(nowMs - backfillMs).toISOString(), first: true };
  return { ...fresh, since: new Date(Date.parse(known.beganAt) - OVERLAP_MS).toISOString(), first: false };
}
