/** How much is read in one go: what keeps nobody waiting. It learns from how long the last piece took. */

/** What is meant to pass in one go, in milliseconds. */
const AIM_MS = 5;
const MOST = 200;
const FIRST = 50;

export interface Slices {
  /** How many at most are read next. */
  most: () => number;
  timed: <T>(body: () => T) => T;
}

/** @param clock milliseconds */
export function slices(clock: () => number = () => performance.now()): Slices {
  let most = FIRST;
  return {
    most: () => most,
    timed: (body) => {
      const began = clock();
      const made = body();
      const took = Math.max(clock() - began, 0.1);
      // Grows slowly and shrinks at once: what comes next may be like it.
      most = Math.max(1, Math.min(MOST, most * 2, Math.floor((most * AIM_MS) / took)));
      return made;
    },
  };
}
