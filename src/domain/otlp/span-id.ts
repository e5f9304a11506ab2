/** The span id of an activity: the same whenever, wherever and how often it is told. Pure. */

/**
 * The last 8 bytes of its id, as 16 hex: 62 bits of chance or of a hash. `vice run` gives the same to what it starts
 * (`TRACEPARENT`), so that the spans of a child stand below the span of their run.
 */
export const spanIdOf = (activityId: string): string => activityId.replaceAll("-", "").slice(16);
