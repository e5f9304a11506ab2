/** Reads and writes the trace context in the environment (OpenTelemetry, "Environment Variables as Context Propagation Carriers"). */
import type { Environment } from "./home.ts";
import { hexOf, readId } from "./ids.ts";

export interface TraceContext {
  /** The activity that this one runs in. */
  readonly parentId: string | null;
  /** `null` = whoever stores it takes the parent's. */
  readonly traceId: string | null;
}

/** The trace id of a `traceparent` (W3C Trace Context, section 3.2), or `null` when it is not a valid one. */
export function traceIdFrom(traceparent: string | undefined): string | null {
  const match = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-|$)/.exec(traceparent ?? "");
  const [, trace = "", span = ""] = match ?? [];
  return /[1-9a-f]/.test(trace) && /[1-9a-f]/.test(span) ? trace : null;
}

/** An activity with neither parent nor trace starts one, whose id is its own without the dashes. */
export function contextOf(env: Environment, id: string, parent: string | null): TraceContext {
  const parentId = parent ?? readId(env.VICE_RUN_ID ?? "");
  return { parentId, traceId: traceIdFrom(env.TRACEPARENT) ?? (parentId === null ? hexOf(id) : null) };
}

/** What a child gets: TRACESTATE and BAGGAGE pass by themselves, being part of the environment already. */
export function childEnvironment(
  env: Environment,
  id: string,
  context: TraceContext,
): Record<string, string> {
  const traceId = context.traceId ?? hexOf(context.parentId ?? id);
  return {
    ...withoutGaps(env),
    VICE_RUN_ID: id,
    TRACEPARENT: `00-${traceId}-${hexOf(id).slice(16)}-01`,
  };
}

function withoutGaps(env: Environment): Record<string, string> {
  const known: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined) known[name] = value;
  return known;
}
