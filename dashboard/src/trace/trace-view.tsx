/** A trace as it is looked at: what is shown of it, what is folded, chosen and searched, all of it in the address. */
import { type ReactElement, useCallback, useEffect, useMemo, useRef } from "react";
import { Link } from "wouter";
import type { Trace } from "../api/traces.ts";
import { PageHead } from "../parts/page-head.tsx";
import { type UrlState, useUrlState } from "../parts/url-state.ts";
import { formatDuration } from "../time/format-time.ts";
import { Moment } from "../time/moment.tsx";
import { type Folding, foldingParams, readFolding, reveal, step, turn, visibleRows } from "./folding.ts";
import { MiniMap } from "./mini-map.tsx";
import { matchesIn, type TraceModel } from "./model.ts";
import { type ListHandle, SpanList } from "./span-list.tsx";
import { SpanPanel } from "./span-panel.tsx";
import { StatisticsTable } from "./statistics-table.tsx";
import type { TraceAction } from "./trace-keys.ts";
import { TraceTools } from "./trace-tools.tsx";
import { useTraceKeys } from "./use-trace-keys.ts";
import { type ChangeZoom, useZoom } from "./use-zoom.ts";
import { pan, scale } from "./zoom.ts";

interface Props {
  trace: Trace;
  model: TraceModel;
  /** The id that was asked for: of the trace, or of one activity in it. */
  asked: string;
}

export function TraceView({ trace, model, asked }: Props): ReactElement {
  const url = useUrlState();
  const list = useRef<ListHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const [zoom, changeZoom] = useZoom(url);
  const { folding, setFolding, fold } = useFolding(url);
  const visible = useMemo(() => visibleRows(model.rows, folding), [model, folding]);
  const words = url.get("q");
  const found = useMemo(() => (words.trim() === "" ? null : matchesIn(model.rows, words)), [model, words]);
  const chosen = url.get("span") || null;
  const choose = useCallback((id: string) => url.set({ span: id }), [url]);
  const place = useBringing(list, visible, model, folding, setFolding);
  const matching = useRef(-1);

  function toMatch(by: 1 | -1): void {
    const next = nextMatch(found, matching.current, by);
    if (next === null) return;
    matching.current = next;
    url.set({ span: model.rows[next]?.span.id ?? "" });
    place(next);
  }
  function clear(): void {
    url.set(words === "" ? { span: "" } : { q: "" });
  }
  useTraceKeys((action) => perform(action, { list, search, changeZoom, folding, setFolding, model, clear }));
  useFirst(asked, model, place);

  const isTable = url.get("show") === "statistics";
  const chosenAt = chosen === null ? undefined : model.rowOf.get(chosen);
  return (
    <div className="fill trace-page">
      <PageHead title={model.rows[0]?.span.name ?? "Trace"} lead={<Lead model={model} trace={trace} />} />
      <TraceTools {...{ model, url, folding, found, toMatch, search }} changeFolding={setFolding} />
      {trace.truncated && (
        <p className="notice">There is more than was gathered here: this is a part of the trace.</p>
      )}
      {(trace.takenBack ?? []).map(({ service, environment, at, by }) => (
        <p className="notice" key={`${service} ${environment}`}>
          No longer there: {service ?? "unknown"} in {environment ?? "unknown"},{" "}
          {by === null ? "rolled back" : `taken back by ${by}`} {at !== null && <Moment at={at} focusable />}
        </p>
      ))}
      {isTable ? (
        <StatisticsTable model={model} url={url} />
      ) : (
        <>
          <MiniMap model={model} zoom={zoom} change={changeZoom} />
          <div className="trace-columns">
            <SpanList {...{ model, visible, folding, zoom, chosen, found, choose, fold }} handle={list} />
            {chosenAt !== undefined && (
              <SpanPanel
                model={model}
                at={chosenAt}
                choose={(id) => {
                  choose(id);
                  place(model.rowOf.get(id) ?? -1);
                }}
                close={() => url.set({ span: "" })}
              />
            )}
          </div>
        </>
      )}
    </div>
  );
}

function Lead({ model, trace }: { model: TraceModel; trace: Trace }): ReactElement {
  const tools = new Set(trace.spans.map(({ source }) => source)).size;
  const { rows, waitedMs, unknownMs, wholeMs, fromMs, hasOpen } = model;
  const ticket = rows.find(({ span }) => span.kind === "ticket")?.span;
  return (
    <span className="run-lead">
      <span>
        {rows.length === 1 ? "1 activity" : `${rows.length.toLocaleString()} activities`} of{" "}
        {tools === 1 ? "1 tool" : `${tools} tools`}
      </span>
      <span>
        {wholeMs === null ? "length not known" : formatDuration(wholeMs)}
        {hasOpen && " so far"}, since <Moment at={new Date(fromMs).toISOString()} focusable />
      </span>
      {waitedMs > 0 && <span>of that {formatDuration(waitedMs)} waiting</span>}
      {unknownMs > 0 && <span>of {formatDuration(unknownMs)} not known whether it ran or waited</span>}
      {ticket !== undefined && (
        <span>
          <Link to={`/flow/tickets/${ticket.id}`}>Time in each column of the board</Link>
        </span>
      )}
    </span>
  );
}

interface FoldingState {
  folding: Folding;
  setFolding: (next: Folding) => void;
  fold: (id: string) => void;
}

function useFolding(url: UrlState): FoldingState {
  const [depth, turned] = [url.get("depth"), url.get("turned")];
  const folding = useMemo(() => readFolding(depth, turned), [depth, turned]);
  const latest = useRef(folding);
  latest.current = folding;
  const setFolding = useCallback((next: Folding) => url.set(foldingParams(next)), [url]);
  const fold = useCallback((id: string) => setFolding(turn(latest.current, id)), [setFolding]);
  return { folding, setFolding, fold };
}

/** @returns brings the row of a number into view, and opens what it is below first */
function useBringing(
  list: { current: ListHandle | null },
  visible: readonly number[],
  model: TraceModel,
  folding: Folding,
  setFolding: (next: Folding) => void,
): (at: number) => void {
  const wanted = useRef(-1);
  useEffect(() => {
    const place = wanted.current < 0 ? -1 : visible.indexOf(wanted.current);
    if (place < 0) return;
    wanted.current = -1;
    list.current?.toPlace(place);
  }, [visible, list]);
  return (at) => {
    const place = visible.indexOf(at);
    if (place >= 0) list.current?.toPlace(place);
    else if (at >= 0) {
      wanted.current = at;
      setFolding(reveal(model.rows, at, folding));
    }
  };
}

/** Who comes from an activity sees that one first; an address that says more is shown as it says. */
function useFirst(asked: string, model: TraceModel, place: (at: number) => void): void {
  const done = useRef(false);
  useEffect(() => {
    if (done.current) return;
    done.current = true;
    if (location.search !== "") return;
    const at = model.rowOf.get(asked);
    if (at !== undefined && at > 0) place(at);
  }, [asked, model, place]);
}

function nextMatch(found: ReadonlySet<number> | null, from: number, by: 1 | -1): number | null {
  const all = [...(found ?? [])];
  if (all.length === 0) return null;
  const next = by === 1 ? all.find((at) => at > from) : all.findLast((at) => at < from);
  return next ?? all.at(by === 1 ? 0 : -1) ?? null;
}

interface Doing {
  list: { current: ListHandle | null };
  search: { current: HTMLInputElement | null };
  changeZoom: ChangeZoom;
  folding: Folding;
  setFolding: (next: Folding) => void;
  model: TraceModel;
  clear: () => void;
}

function perform(action: TraceAction, doing: Doing): void {
  const { list, search, changeZoom, folding, setFolding, model, clear } = doing;
  if (action.do === "page") list.current?.page(action.by);
  if (action.do === "span") list.current?.span(action.by);
  if (action.do === "pan") changeZoom((zoom) => pan(zoom, action.by));
  if (action.do === "zoom") changeZoom((zoom) => scale(zoom, action.by));
  if (action.do === "search") search.current?.focus();
  if (action.do === "clear") clear();
  if (action.do === "fold") setFolding(FOLDS[action.how](folding, model.deepest));
}

const FOLDS = {
  all: (): Folding => ({ depth: 0, turned: new Set() }),
  none: (): Folding => ({ depth: null, turned: new Set() }),
  less: (folding: Folding, deepest: number): Folding => step(folding, -1, deepest),
  more: (folding: Folding, deepest: number): Folding => step(folding, 1, deepest),
} as const;
