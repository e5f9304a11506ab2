/** One activity of a trace beside it: its facts, what led to it and what it led to, and where to see more. */
import { type ReactElement, type ReactNode, useEffect, useRef } from "react";
import { Link } from "wouter";
import { safeUrl } from "../activity/safe-url.ts";
import type { Span } from "../api/traces.ts";
import { Copyable } from "../parts/copyable.tsx";
import { Icon } from "../parts/icon.tsx";
import { StatusMark } from "../parts/status-mark.tsx";
import { formatDuration } from "../time/format-time.ts";
import { Moment } from "../time/moment.tsx";
import { causesOf, type TraceModel } from "./model.ts";
import { sayLength, sayPath } from "./span-words.ts";

interface Props {
  model: TraceModel;
  /** Number of the row. */
  at: number;
  choose: (id: string) => void;
  close: () => void;
}

export function SpanPanel({ model, at, choose, close }: Props): ReactElement | null {
  const heading = useRef<HTMLHeadingElement>(null);
  const row = model.rows[at];
  const id = row?.span.id;
  useEffect(() => {
    if (id !== undefined) heading.current?.focus({ preventScroll: true });
  }, [id]);
  if (row === undefined) return null;
  const { span } = row;
  const url = safeUrl(span.url);
  return (
    <aside className="span-panel" aria-label={`About ${span.name}`}>
      <div className="span-panel-head">
        <h2 ref={heading} tabIndex={-1}>
          <span className="span-kind">{span.kind}</span> {span.name}
        </h2>
        <button type="button" className="button quiet square" aria-label="Close the panel" onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      <p className="span-panel-links">
        <Link
          className="button"
          to={`${span.kind === "deployment" ? "/deployments" : "/activities"}/${span.id}`}
        >
          See it whole
        </Link>
        {url !== null && (
          <a className="button" href={url} target="_blank" rel="noreferrer">
            Open in {span.source} <Icon name="out" />
          </a>
        )}
      </p>
      <Facts model={model} at={at} span={span} />
      <Ends title="Led to" ends={effectsOf(model, span)} choose={choose} />
      <Ends title="Came from" ends={causesOf(model.rows, span.id)} choose={choose} />
    </aside>
  );
}

function Facts({ model, at, span }: { model: TraceModel; at: number; span: Span }): ReactElement {
  const selfMs = model.selfMs[at] ?? null;
  const path = sayPath(model, at);
  const facts: ReadonlyArray<readonly [name: string, value: ReactNode]> = [
    ["Status", <StatusMark key="status" status={span.status} />],
    ["Service", span.service],
    ["Team", span.team],
    ["Environment", span.environment],
    ["Tool", span.source],
    ["Began", span.startedAt === null ? "not known" : <Moment key="began" at={span.startedAt} focusable />],
    [
      "Ended",
      span.finishedAt === null ? endWords(model, at) : <Moment key="ended" at={span.finishedAt} focusable />,
    ],
    ["Took", sayLength(model, at)],
    ["Of that itself", selfMs === null || model.rows[at]?.below === 0 ? null : formatDuration(selfMs)],
    ["Waited for", path === "" ? "not on the critical path" : path.replace("on the critical path: ", "")],
    ["Id", <Copyable key="id" text={span.id} label="id" />],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) =>
        value === null ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

const endWords = ({ extents }: TraceModel, at: number): string =>
  extents[at]?.isOpen ? "not yet" : "not known";

interface End {
  from: Span;
  reason: string;
}

const effectsOf = ({ rows, rowOf }: TraceModel, { links }: Span): End[] =>
  links.flatMap(({ to, reason }) => {
    const from = rows[rowOf.get(to) ?? -1]?.span;
    return from === undefined ? [] : [{ from, reason }];
  });

/** So many are named; the rows show the rest. */
const MOST_ENDS = 20;

function Ends({
  title,
  ends,
  choose,
}: {
  title: string;
  ends: readonly End[];
  choose: (id: string) => void;
}): ReactElement | null {
  if (ends.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ul className="plain">
        {ends.slice(0, MOST_ENDS).map(({ from, reason }) => (
          <li key={`${from.id} ${reason}`}>
            <button type="button" className="linklike" onClick={() => choose(from.id)}>
              {from.kind} {from.name}
            </button>
            <span className="sub">{reason}</span>
          </li>
        ))}
      </ul>
      {ends.length > MOST_ENDS && <p className="hint">and {ends.length - MOST_ENDS} more</p>}
    </section>
  );
}
