/** One shared clock for all relative times on the page, so that they tick together and cheaply. */
import { useSyncExternalStore } from "react";

const TICK_MS = 10_000;
const listeners = new Set<() => void>();
let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  nowMs = Date.now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** @returns milliseconds since 1970, renewed every ten seconds */
export const useNow = (): number => useSyncExternalStore(subscribe, () => nowMs);

/** A change just arrived: what it says must not lie in the future of the clock. */
export function touchNow(): void {
  tick();
}
