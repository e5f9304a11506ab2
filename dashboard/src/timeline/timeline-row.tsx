/** One row of the timeline; the whole row opens the activity. */
import { memo, type ReactElement } from "react";
import { Link } from "wouter";
import type { Activity, Deployment } from "../api/types.ts";
import { versionOf } from "../matrix/cell-facts.ts";
import { StatusMark } from "../parts/status-mark.tsx";
import { formatDuration } from "../time/format-time.ts";
import { Moment } from "../time/moment.tsx";

interface Props {
  row: Activity | null;
  index: number;
  start: number;
  narrow: boolean;
}

export const TimelineRow = memo(function TimelineRow({ row, index, start, narrow }: Props): ReactElement {
  const place = { transform: `translateY(${start}px)` };
  if (row === null) return <li className="row row-waiting" style={place} aria-hidden="true" />;
  return (
    <li className="row" style={place} data-row={index} aria-posinset={index + 1} aria-setsize={-1}>
      <StatusMark status={row.status} />
      <span className="row-what">
        <Link to={hrefOf(row)} className="row-link">
          {titleOf(row)}
        </Link>
        <KindTag row={row} />
        <Link to={`/traces/${row.id}`} className="row-trace" aria-label={`Trace of ${titleOf(row)}`}>
          trace
        </Link>
      </span>
      <span className="row-where">{row.environment ?? (row.kind === "deployment" ? "unknown" : "")}</span>
      <span className="row-version tabular">
        {row.kind === "deployment" ? versionOf(row as Deployment) : (row.version ?? "")}
      </span>
      <span className="row-tool">{row.source}</span>
      <span className="row-who">{row.actor?.name ?? row.actor?.login ?? ""}</span>
      {!narrow && (
        <span className="right tabular">{row.durationMs === null ? "" : formatDuration(row.durationMs)}</span>
      )}
      <span className="right row-when">
        <Moment at={row.occurredAt} />
      </span>
    </li>
  );
});

export const hrefOf = ({ kind, id }: Activity): string =>
  kind === "deployment" ? `/deployments/${id}` : `/activities/${id}`;

const titleOf = (row: Activity): string =>
  row.service ?? row.tags.name ?? row.tags.reportedService ?? row.externalId ?? "unnamed";

/** Only what is not the normal case gets a tag. */
function KindTag({ row }: { row: Activity }): ReactElement | null {
  if (row.kind !== "deployment") return <span className="tag">{row.kind}</span>;
  if (row.deploymentKind === null || row.deploymentKind === "deploy") return null;
  return <span className="tag">{row.deploymentKind}</span>;
}
