/** One cell: version, age, tool; a mark with a word for the last attempt, a badge for what it is behind. */
import type { ReactElement } from "react";
import { Link } from "wouter";
import type { StatusItem } from "../api/types.ts";
import { StatusIcon } from "../parts/status-mark.tsx";
import { HoldMark } from "../rules/hold-mark.tsx";
import { useHolds } from "../rules/use-standing.ts";
import { formatAgo } from "../time/format-time.ts";
import { useNow } from "../time/use-now.ts";
import { behindWord, cellText, markOf, versionOf } from "./cell-facts.ts";

export function MatrixCell({
  items,
  tabIndex,
  cellId,
}: {
  items: readonly StatusItem[];
  tabIndex: 0 | -1;
  /** Row and column, by which the card finds the facts again. */
  cellId: string;
}): ReactElement | null {
  const item = items[0];
  if (item === undefined) return <span className="cell-none" aria-hidden="true" />;
  return <Filled item={item} more={items.length - 1} tabIndex={tabIndex} cellId={cellId} />;
}

function Filled({
  item,
  more,
  tabIndex,
  cellId,
}: {
  item: StatusItem;
  /** Other tenants in the same place. */
  more: number;
  tabIndex: 0 | -1;
  cellId: string;
}): ReactElement {
  const now = useNow();
  const holds = useHolds(item, now);
  const id = item.running?.id ?? item.lastAttempt?.id ?? "";
  return (
    <div className="cell" data-cell={cellId}>
      <Link
        to={`/deployments/${id}`}
        className="cell-link"
        tabIndex={tabIndex}
        aria-label={[cellText(item, now), ...holds.map(({ text }) => text)].join(", ")}
      >
        <span className={item.running === null ? "cell-version none" : "cell-version"}>
          {holds[0] !== undefined && <HoldMark hold={holds[0]} />}
          {versionOf(item.running)}
        </span>
      </Link>
      <Attempt item={item} />
      <span className="cell-age" aria-hidden="true">
        {ageAndTool(item, now)}
        {more > 0 && ` · +${more}`}
      </span>
      {behindWord(item) !== null && (
        <span className="behind" aria-hidden="true">
          {behindWord(item)}
        </span>
      )}
    </div>
  );
}

function Attempt({ item }: { item: StatusItem }): ReactElement | null {
  const mark = markOf(item);
  if (mark === null) return null;
  return (
    <Link to={`/deployments/${mark.id}`} className={`mark st-${mark.status}`} tabIndex={-1}>
      <StatusIcon status={mark.status} />
      {mark.word}
    </Link>
  );
}

export function ageAndTool(item: StatusItem, now: number): string {
  const shown = item.running ?? item.lastAttempt;
  if (shown === null) return "";
  const tenant = item.tenant === null ? "" : `${item.tenant} · `;
  return `${tenant}${formatAgo(shown.occurredAt, now).replace(" ago", "")} · ${shown.source}`;
}
