/** Pieces of work, newest first: found by what they hold, chosen by how long they took, and compared with the rest. */
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useCallback, useEffect, useMemo } from "react";
import { onChanges } from "../api/live.ts";
import type { WorkItem } from "../api/piece-types.ts";
import { workQuery } from "../api/work.ts";
import { Failure } from "../parts/failure.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { useUrlState } from "../parts/url-state.ts";
import { Waiting } from "../parts/waiting.tsx";
import { DifferencesPanel } from "./differences-panel.tsx";
import { type Dot, type Frame, frameOf, holds, readFrame, sayFrame } from "./scatter.ts";
import { ScatterPlot } from "./scatter-plot.tsx";
import { subjectsOf } from "./subjects.ts";
import { noWorkFilters, readWorkFilters, WorkFilters } from "./work-filters.tsx";
import { WorkList } from "./work-list.tsx";

export function TracesPage(): ReactElement {
  const url = useUrlState();
  const filters = readWorkFilters(url);
  const work = useInfiniteQuery(workQuery(filters));
  useRenewal(work.data?.pages.length ?? 0);
  const items = useMemo(() => unique(work.data?.pages.flatMap((page) => page.items) ?? []), [work.data]);
  const dots = useMemo(() => items.flatMap(dotOf), [items]);
  const frame = useMemo(() => frameOf(dots), [dots]);
  const chosen = readFrame(url.get("chosen"));
  const shown =
    chosen === null ? items : items.filter((item) => dotOf(item).some((dot) => holds(chosen, dot)));
  const subjects = subjectsOf(filters, dots, chosen);
  const asked =
    url.get("ask") === "" ? undefined : (subjects.find(({ key }) => key === url.get("ask")) ?? subjects[0]);
  const choose = useCallback(
    (next: Frame | null) =>
      url.set({ chosen: next === null ? "" : sayFrame(next), ...(next === null ? {} : { ask: "chosen" }) }),
    [url],
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = work;
  const more = hasNextPage && !isFetchingNextPage && chosen === null ? fetchNextPage : null;
  const isEmpty = work.data !== undefined && items.length === 0 && !hasNextPage;
  return (
    <div className="fill">
      <PageHead
        title="Traces"
        lead="Each row is one piece of work over all tools: a ticket, a change or a run, and all that it led to."
      >
        {asked === undefined && items.length > 0 && (
          <button type="button" className="button" onClick={() => url.set({ ask: subjects[0]?.key ?? "" })}>
            What is different about…
          </button>
        )}
      </PageHead>
      <WorkFilters url={url} />
      <div className={asked === undefined ? "work" : "work with-panel"}>
        <div className="work-main">
          {work.isPending && <Waiting what="the traces" />}
          {work.isError && <Failure error={work.error} retry={() => work.refetch()} />}
          {frame !== null && (
            <figure className="work-chart" aria-label={sayDots(items, dots, !hasNextPage)}>
              <figcaption>
                <strong>{sayDots(items, dots, !hasNextPage)}</strong>
                <span className="legend" aria-hidden="true">
                  <span className="legend-fine">● nothing failed</span>
                  <span className="legend-bad">▲ something failed</span>
                </span>
                <span className="chart-note">
                  {chosen === null
                    ? "Draw a frame around some of them to choose these."
                    : `${shown.length} of ${items.length} chosen.`}
                  {chosen !== null && (
                    <button type="button" className="linklike" onClick={() => choose(null)}>
                      Show all
                    </button>
                  )}
                </span>
              </figcaption>
              <ScatterPlot {...{ dots, frame, chosen, choose }} />
            </figure>
          )}
          {isEmpty && (
            <Nothing isFiltered={Object.keys(filters).length > 1} clear={() => url.set(noWorkFilters())} />
          )}
          {items.length > 0 && <WorkList items={shown} more={more} />}
          {items.length === 0 && hasNextPage && (
            <div className="empty">
              <p>None of the newest ones fits.</p>
              <button type="button" className="button" onClick={() => fetchNextPage()}>
                Look further back
              </button>
            </div>
          )}
        </div>
        {asked !== undefined && (
          <DifferencesPanel
            {...{ subjects, asked }}
            ask={(key) => url.set({ ask: key })}
            close={() => url.set({ ask: "" })}
          />
        )}
      </div>
    </div>
  );
}

/** A piece that got something new while pages were read may stand on two of them. */
function unique(items: readonly WorkItem[]): WorkItem[] {
  return [...new Map(items.toReversed().map((item) => [item.head.id, item])).values()].toReversed();
}

/** None when it is not known how long it took. */
const dotOf = ({ head: { id }, durationMs, activity, failed }: WorkItem): Dot[] =>
  durationMs === null
    ? []
    : [{ id, atMs: Date.parse(activity.occurredAt), tookMs: durationMs, failed: failed > 0 }];

function sayDots(items: readonly WorkItem[], dots: readonly Dot[], isAll: boolean): string {
  const failed = items.filter((item) => item.failed > 0).length;
  const goOn = items.length - dots.length;
  const many = items.length === 1 ? "1 piece of work" : `${items.length} pieces of work`;
  const pieces = isAll ? many : `The newest ${many}`;
  return `${pieces}, in ${failed} something failed${goOn === 0 ? "" : `; ${goOn} without a known duration ${goOn === 1 ? "is" : "are"} not drawn`}`;
}

function Nothing({ isFiltered, clear }: { isFiltered: boolean; clear: () => void }): ReactElement {
  return (
    <div className="empty">
      <p>{isFiltered ? "No piece of work fits these filters." : "Nothing has been reported in this time."}</p>
      {isFiltered ? (
        <button type="button" className="button" onClick={clear}>
          Clear filters
        </button>
      ) : (
        <a className="button" href="/sources">
          Connect a tool
        </a>
      )}
    </div>
  );
}

/** Between two readings. */
const REST_MS = 5000;

/** What changes is read again now and then, while nobody has gone far back. */
function useRenewal(pages: number): void {
  const client = useQueryClient();
  useEffect(() => {
    if (pages > 1) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const forget = onChanges(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void client.invalidateQueries({ queryKey: ["work"] });
      }, REST_MS);
    });
    return () => {
      forget();
      clearTimeout(timer);
    };
  }, [client, pages]);
}
