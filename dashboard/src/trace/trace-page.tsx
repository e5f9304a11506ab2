/** One piece of work across tools: what led to what, when it went on, and what the end of it waited for. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useEffect, useMemo } from "react";
import { Link } from "wouter";
import { ApiError } from "../api/client.ts";
import { onChanges } from "../api/live.ts";
import { type Trace, traceQuery } from "../api/traces.ts";
import { Failure } from "../parts/failure.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { useNow } from "../time/use-now.ts";
import { modelOf } from "./model.ts";
import { TraceView } from "./trace-view.tsx";

export function TracePage({ id }: { id: string }): ReactElement {
  const trace = useQuery(traceQuery(id));
  useRenewal(id, trace.data);
  if (trace.data !== undefined) return <Shown trace={trace.data} asked={id} />;
  if (trace.isError) return <Missing id={id} error={trace.error} retry={() => trace.refetch()} />;
  return (
    <div className="page">
      <Waiting what="the trace" />
    </div>
  );
}

function Shown({ trace, asked }: { trace: Trace; asked: string }): ReactElement {
  const isOpen = useMemo(
    () => trace.spans.some(({ status }) => status === "running" || status === "pending"),
    [trace],
  );
  // Only what goes on moves with the clock.
  const ticking = useNow();
  const nowMs = useMemo(() => (isOpen ? ticking : Date.now()), [isOpen, ticking]);
  const stillMs = isOpen ? nowMs : 0;
  const model = useMemo(() => modelOf(trace, stillMs === 0 ? Date.now() : stillMs), [trace, stillMs]);
  if (trace.spans.length === 0) return <Empty />;
  return <TraceView trace={trace} model={model} asked={asked} />;
}

function Empty(): ReactElement {
  return (
    <div className="page">
      <PageHead title="Nothing in this trace" lead="All that belonged to it was voided or linked away." />
    </div>
  );
}

/** Between two readings for changes elsewhere, which may have joined this trace. */
const REST_MS = 5_000;

/** What changes in the trace is read at once; what changes elsewhere may belong to it, and is looked at now and then. */
function useRenewal(id: string, trace: Trace | undefined): void {
  const client = useQueryClient();
  const ids = useMemo(() => new Set(trace?.spans.map((span) => span.id)), [trace]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const renew = (): void => {
      timer = undefined;
      void client.invalidateQueries({ queryKey: ["trace", id] });
    };
    const forget = onChanges((changes) => {
      if (changes.some((change) => ids.has(change.id))) renew();
      else timer ??= setTimeout(renew, REST_MS);
    });
    return () => {
      forget();
      clearTimeout(timer);
    };
  }, [client, id, ids]);
}

function Missing({ error, id, retry }: { error: Error; id: string; retry: () => unknown }): ReactElement {
  const isUnknown = error instanceof ApiError && error.status < 500 && error.status >= 400;
  return (
    <div className="page">
      <PageHead title={isUnknown ? "No such trace" : "Not readable now"} />
      <Failure error={error} {...(isUnknown ? {} : { retry })} />
      {isUnknown && (
        <p>
          <code>{id}</code> names nothing here.{" "}
          <Link to="/timeline?all=true">See what has been reported</Link>.
        </p>
      )}
    </div>
  );
}
