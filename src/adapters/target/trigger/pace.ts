/** How often the other side is asked, and how long it is waited for. */

export interface Pace {
  now: () => number;
  /** Between two questions at first, then longer up to `mostMs`. */
  firstMs: number;
  mostMs: number;
  /** Longer than this nobody's Retry-After is heeded. */
  longestMs: number;
  /** What was canceled gets so long to end. */
  cancelMs: number;
  killMs: number;
  /** So long the other side may be out of reach while it is followed. */
  patienceMs: number;
  /** What the settling times of the vendors are multiplied with; tests make it small. */
  settle: number;
  /** Ends early, without an error, when the signal says so. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const usualPace = (over: Partial<Pace> = {}): Pace => ({
  now: Date.now,
  firstMs: 1000,
  mostMs: 10_000,
  longestMs: 120_000,
  cancelMs: 60_000,
  killMs: 4000,
  patienceMs: 10 * 60_000,
  settle: 1,
  wait,
  ...over,
});

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
