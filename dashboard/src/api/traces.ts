/** How the page reads traces. */
import { queryOptions } from "@tanstack/react-query";
import type { Trace } from "../../../src/domain/trace/span.ts";
import { get } from "./client.ts";

export type { Span, SpanLink, Trace } from "../../../src/domain/trace/span.ts";

/** @param id of a trace, or of any activity in it */
export const traceQuery = (id: string) =>
  queryOptions({
    queryKey: ["trace", id],
    queryFn: () => get<Trace>(`/v1/traces/${encodeURIComponent(id)}`),
  });
