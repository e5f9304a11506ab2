/** One row of a trace: its place in the tree, its name, its bar. */
import { memo, type ReactElement } from "react";
import { Icon } from "../parts/icon.tsx";
import { StatusIcon } from "../parts/status-mark.tsx";
import type { TraceModel } from "./model.ts";
import { SpanBar } from "./span-bar.tsx";
import { sayLength, sayRow } from "./span-words.ts";

export interface RowProps {
  model: TraceModel;
  /** Number of the row. */
  at: number;
  /** Pixels from the top of the list. */
  top: number;
  isFolded: boolean;
  isChosen: boolean;
  /** A search is on and finds this row, or does not. */
  found: boolean | null;
  fromMs: number;
  toMs: number;
  choose: (id: string) => void;
  fold: (id: string) => void;
}

/** Deeper rows stand no further to the right, so that names keep room. */
const DEEPEST = 14;

export const SpanRow = memo(function SpanRow(props: RowProps): ReactElement | null {
  const { model, at, top, isFolded, isChosen, found, fromMs, toMs, choose, fold } = props;
  const row = model.rows[at];
  const extent = model.extents[at];
  const sections = model.sections[at];
  if (row === undefined || extent === undefined || sections === undefined) return null;
  const { span, depth, below } = row;
  const marks = [
    "span-row",
    isChosen && "span-chosen",
    found === false && "span-dim",
    found === true && "span-found",
    sections.length > 0 && "span-path",
  ];
  return (
    <li
      className={marks.filter(Boolean).join(" ")}
      style={{ transform: `translateY(${top}px)` }}
      data-row={at}
    >
      <span className="span-name" style={{ paddingInlineStart: `${Math.min(depth, DEEPEST) * 14}px` }}>
        {below > 0 ? (
          <button
            type="button"
            className="span-fold"
            aria-expanded={!isFolded}
            aria-label={`${span.name}: ${below} below`}
            onClick={() => fold(span.id)}
          >
            <Icon name="more" />
          </button>
        ) : (
          <span className="span-leaf" />
        )}
        <StatusIcon status={span.status} />
        <button
          type="button"
          className="span-pick"
          aria-current={isChosen ? "true" : undefined}
          aria-label={sayRow(model, at)}
          title={`${span.kind} ${span.name}`}
          onClick={() => choose(span.id)}
        >
          <span className="span-kind">{span.kind}</span> {span.name}
        </button>
        {isFolded && <span className="span-below">+{below}</span>}
      </span>
      <SpanBar
        {...{ extent, sections, fromMs, toMs }}
        status={span.status ?? "none"}
        length={sayLength(model, at)}
      />
    </li>
  );
});
