/** How fast an import goes, in words: `12,400 read, 240 a second, 3 min left`. */
import { sayDuration } from "../../../../kit/duration.ts";

export interface Pace {
  /** So much more was read, and now this share (0..1) of all is done. @returns words for people */
  words(read: number, share: number): string;
}

/** Nothing can be said of a speed sooner. */
const SOON_MS = 1000;

/**
 * The rest is told by what this run has done, so that going on after a stop does not count what was done before.
 * @param now milliseconds since 1970
 */
export function paceOf(now: () => number): Pace {
  const beganMs = now();
  let total = 0;
  let firstShare: number | null = null;
  return {
    words: (read, share) => {
      total += read;
      const tookMs = now() - beganMs;
      firstShare ??= share;
      const done = share - firstShare;
      const said = [`${total.toLocaleString("en")} read`];
      if (tookMs >= SOON_MS)
        said.push(`${Math.round((total * 1000) / tookMs).toLocaleString("en")} a second`);
      // The terminal would reckon with what was done before this run.
      if (share < 1)
        said.push(
          done > 0.005 ? `${sayDuration((tookMs / done) * (1 - share))} left` : "counting what is left",
        );
      return said.join(", ");
    },
  };
}
