/** The timeline: every deployment (or every activity), newest first, filtered by the address. */
import { type ReactElement, useState } from "react";
import { Link } from "wouter";
import { ToggleField } from "../parts/field.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { useUrlState } from "../parts/url-state.ts";
import { readFilters } from "./filters.ts";
import { TimelineChart } from "./timeline-chart.tsx";
import { TimelineFilters } from "./timeline-filters.tsx";
import { TimelineList } from "./timeline-list.tsx";

export function TimelinePage(): ReactElement {
  const url = useUrlState();
  const filters = readFilters(url);
  const all = url.get("all") === "true";
  const [chart, setChart] = useState(true);
  const path = all ? "/v1/activities" : "/v1/deployments";
  return (
    <div className="fill">
      <PageHead title="Timeline">
        <ToggleField
          label="All activities"
          on={all}
          change={(on) => url.set({ all: on ? "true" : "", kind: "" })}
        />
        <ToggleField label="Chart" on={chart} change={setChart} />
        <Link className="button quiet" to="/changed">
          What changed?
        </Link>
      </PageHead>
      <TimelineFilters url={url} all={all} />
      {chart && <TimelineChart filters={filters} pick={(since, until) => url.set({ since, until })} />}
      <TimelineList key={`${path}?${new URLSearchParams(filters)}`} path={path} filters={filters} url={url} />
    </div>
  );
}
