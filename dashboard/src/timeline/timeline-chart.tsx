/** The small chart above the timeline: the newest deployments of the last two weeks, or of the chosen span. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactElement, useMemo } from "react";
import { get, withParams } from "../api/client.ts";
import type { Activity, Page } from "../api/types.ts";
import { CountBars } from "../charts/count-bars.tsx";
import { type Counts, countBars, withoutFirst } from "../charts/count-chart.ts";
import type { Filters } from "./filters.ts";

const DAY = 86_400_000;
const SPAN_MS = 14 * DAY;
/** The most that one answer may carry, and that the chart reads. */
const LIMIT = 1000;
/** Filters that the server has no index for come in short pages: so many are read on. */
const PAGES = 6;

interface Props {
  filters: Filters;
  pick: (since: string, until: string) => void;
}

export function TimelineChart({ filters, pick }: Props): ReactElement | null {
  const { kind: _, ...rest } = filters;
  const until = rest.until === undefined ? null : Date.parse(rest.until);
  const since = rest.since ?? new Date(roundDown((until ?? Date.now()) - SPAN_MS)).toISOString();
  const path = withParams("/v1/deployments", { ...rest, since, limit: LIMIT });
  const answer = useQuery({
    queryKey: ["counts", path],
    queryFn: () => readOn(path),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
  const data = answer.data;
  const chart = useMemo(
    () => (data === undefined ? null : chartOf(data, since, until)),
    [data, since, until],
  );
  if (chart === null) return answer.isError ? null : <div className="chart chart-empty" />;
  if (chart.counts.total === 0) return null;
  return (
    <CountBars
      counts={chart.counts}
      note={chart.note}
      pick={(bar) => pick(new Date(bar.fromMs).toISOString(), new Date(bar.toMs).toISOString())}
    />
  );
}

async function readOn(path: string): Promise<Page<Activity>> {
  let page = await get<Page<Activity>>(path);
  for (let read = 1; read < PAGES && page.next !== null && page.items.length < LIMIT; read++) {
    const more = await get<Page<Activity>>(`${path}&cursor=${encodeURIComponent(page.next)}`);
    page = { items: [...page.items, ...more.items], next: more.next };
  }
  return page;
}

/** A day's start keeps the question, and with it the cached answer, the same for a day. */
const roundDown = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);

/** With more than one answer carries, the chart begins at the first bucket that the answer covers in full. */
function chartOf(
  page: Page<Activity>,
  since: string,
  until: number | null,
): { counts: Counts; note: string | null } {
  const end = until ?? Date.now();
  const oldest = page.items.at(-1)?.occurredAt;
  if (page.next === null || oldest === undefined) {
    return { counts: countBars(page.items, Date.parse(since), end), note: null };
  }
  const counts = withoutFirst(countBars(page.items, Date.parse(oldest), end));
  return { counts, note: `the newest ${counts.total}; choose a shorter span to see further back` };
}
