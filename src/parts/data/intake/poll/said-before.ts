/** Remembers which transitions were appended lately, so that reading the same list again does not swell the log. */
import type { Transition } from "../../../../domain/transition.ts";
import { sha256Hex } from "../../../../kit/ids.ts";

const MOST = 50_000;

export interface SaidBefore {
  /** The ones that are new. */
  fresh(transitions: readonly Transition[]): Transition[];
  /** They are durable now. */
  note(transitions: readonly Transition[]): void;
}

const keyOf = ({ object, step, at, facts }: Transition): string =>
  sha256Hex(JSON.stringify([object, step, at, facts])).slice(0, 24);

/** In memory only: after a restart the store itself recognises what it knows. */
export function saidBefore(): SaidBefore {
  const keys = new Set<string>();
  return {
    fresh: (transitions) => transitions.filter((transition) => !keys.has(keyOf(transition))),
    note: (transitions) => {
      for (const transition of transitions) keys.add(keyOf(transition));
      for (const oldest of keys) {
        if (keys.size <= MOST) return;
        keys.delete(oldest);
      }
    },
  };
}
