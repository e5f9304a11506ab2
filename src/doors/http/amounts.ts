/** Amounts that routes and guard allow, in one place for the reference. */

/** Event streams at once. */
export const MAX_STREAMS = 1000;
/** Wrong tokens for each address and minute. */
export const WRONG_TOKENS = 20;
