/** The bar of one row: when it went on, which part of it the end waited for, the waiting before it. */
import type { ReactElement } from "react";
import type { Section } from "../../../src/domain/trace/critical-path.ts";
import type { Extent } from "../../../src/domain/trace/extent.ts";
import { placeOf } from "./zoom.ts";

interface Props {
  extent: Extent;
  sections: readonly Section[];
  status: string;
  length: string;
  /** Milliseconds since 1970 that are shown. */
  fromMs: number;
  toMs: number;
}

/** Percent of the track that the words need. */
const ROOM = 14;

export function SpanBar({ extent, sections, status, length, fromMs, toMs }: Props): ReactElement {
  const shown = { fromMs, toMs };
  const { startMs, endMs, lastMs, isOpen } = extent;
  const begin = placeOf(startMs ?? lastMs, shown);
  const end = placeOf(endMs ?? lastMs, shown);
  // what it waited is drawn before it, and no word stands on that
  const free = Math.min(begin, ...sections.map((section) => placeOf(section.startMs, shown)));
  const isMoment = startMs === null || endMs === null;
  const isSeen = end >= 0 && begin <= 100;
  return (
    <span className="track" aria-hidden="true">
      {isSeen && (
        <span
          className={`span-bar bar-of-${status}${isMoment ? " bar-moment" : ""}${isOpen ? " bar-open" : ""}`}
          style={boxOf(begin, end)}
        />
      )}
      {sections.map(({ startMs: from, endMs: to, how }) => {
        const [a, b] = [placeOf(from, shown), placeOf(to, shown)];
        return b < 0 || a > 100 ? null : (
          <span key={`${how} ${from}`} className={`on-path path-${how}`} style={boxOf(a, b)} />
        );
      })}
      {isSeen && <span {...lengthPlace(Math.max(0, free), Math.min(100, end))}>{length}</span>}
    </span>
  );
}

/** What reaches out of what is shown is cut there: browsers draw very wide boxes badly. */
function boxOf(begin: number, end: number): { left: string; width: string } {
  const left = Math.max(-1, begin);
  return { left: `min(${left}%, 100% - 3px)`, width: `${Math.max(0, Math.min(101, end) - left)}%` };
}

/** Behind the bar, before it, or on it where neither side has room. */
function lengthPlace(begin: number, end: number): { className: string; style: Record<string, string> } {
  if (end <= 100 - ROOM) return { className: "span-length", style: { left: `${end}%` } };
  if (begin >= ROOM) return { className: "span-length", style: { right: `${100 - begin}%` } };
  return { className: "span-length span-length-on", style: { right: `${100 - end}%` } };
}
