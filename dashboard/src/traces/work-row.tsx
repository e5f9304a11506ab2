/** One piece of work as a row; the whole row opens its trace. */
import { memo, type ReactElement } from "react";
import { Link } from "wouter";
import type { WorkItem } from "../api/piece-types.ts";
import { StatusMark } from "../parts/status-mark.tsx";
import { formatDuration } from "../time/format-time.ts";
import { Moment } from "../time/moment.tsx";

interface Props {
  item: WorkItem;
  index: number;
  start: number;
  count: number;
}

export const WorkRow = memo(function WorkRow({ item, index, start, count }: Props): ReactElement {
  const { name, head, status, failed, activities, tools, services, environments, durationMs, activity } =
    item;
  return (
    <li
      className="row work-row"
      style={{ transform: `translateY(${start}px)` }}
      data-row={index}
      aria-posinset={index + 1}
      aria-setsize={count}
    >
      <span className="work-status">
        <StatusMark status={status} />
        {failed > 0 && (failed > 1 || status !== "failed") && (
          <span className="work-failed" title={`${failed} of ${activities} activities failed`}>
            {status === "failed" ? `in ${failed} places` : `${failed} failed`}
          </span>
        )}
      </span>
      <span className="row-what">
        <Link to={`/traces/${item.traceId}`} className="row-link" title={name}>
          {name}
        </Link>
        <span className="tag">{head.kind}</span>
      </span>
      <Names label="Tools" names={tools} />
      <Names label="Services" names={services} />
      <Names label="Environments" names={environments} />
      <span className="right tabular work-took">
        {durationMs === null ? <span className="unknown">{sayNoEnd(item)}</span> : formatDuration(durationMs)}
      </span>
      <span className="right row-when">
        <Moment at={activity.occurredAt} />
      </span>
    </li>
  );
});

const sayNoEnd = ({ finishedAt }: WorkItem): string => (finishedAt === null ? "goes on" : "not known");

/** Of many the first, and how many more. */
function Names({ label, names }: { label: string; names: readonly string[] }): ReactElement {
  const all = names.join(", ");
  return (
    <span
      className={`work-names work-${label.toLowerCase()}`}
      title={names.length === 0 ? undefined : `${label}: ${all}`}
    >
      {names.length > 3 ? `${names.slice(0, 2).join(", ")} +${names.length - 2}` : all}
    </span>
  );
}
