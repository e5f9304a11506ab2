/** The span id of an activity: the same whenever, wherever and how often it is told; and what names a span that others told. Pure. */
import type { ObjectKey } from "../transition.ts";

/**
 * The last 8 bytes of its id, as 16 hex: 62 bits of chance or of a hash. `vice run` gives the same to what it starts
 * (`TRACEPARENT`), so that the spans of a child stand below the span of their run.
 */
export const spanIdOf = (activityId: string): string => activityId.replaceAll("-", "").slice(16);

/** Trace id and span id name a span wherever it is told: the instance is no part of it. */
export const spanObject = (traceId: string, spanId: string): ObjectKey => ({
  identityKind: "span",
  source: "otlp",
  instance: "otlp",
  externalId: `${traceId}-${spanId}`,
  attempt: 1,
});
