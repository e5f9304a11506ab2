/** A status as colour, shape and word, so that it is read without seeing colour. */
import type { ReactElement } from "react";
import type { Status } from "../api/types.ts";

const SHAPES: Record<Status, { word: string; path: string; filled: boolean }> = {
  succeeded: { word: "succeeded", path: "M3 8.5l3.2 3.2L13 4.8", filled: false },
  failed: { word: "failed", path: "M8 1.8L15 14H1zM8 6.2v3.6M8 11.8v.4", filled: false },
  running: { word: "running", path: "M8 2a6 6 0 1 1-6 6", filled: false },
  pending: { word: "pending", path: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 5v3l2 1.6", filled: false },
  canceled: { word: "canceled", path: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM4 12l8-8", filled: false },
  abandoned: { word: "abandoned", path: "M4 4l8 8M12 4l-8 8", filled: false },
};

export const statusWord = (status: Status | null): string =>
  status === null ? "status not known" : SHAPES[status].word;

export function StatusIcon({ status }: { status: Status | null }): ReactElement {
  const path = status === null ? "M4 8h8" : SHAPES[status].path;
  return (
    <svg className={`icon st-${status ?? "none"}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

export function StatusMark({ status, word }: { status: Status | null; word?: string }): ReactElement {
  return (
    <span className={`status st-${status ?? "none"}`}>
      <StatusIcon status={status} />
      <span className="status-word">{word ?? statusWord(status)}</span>
    </span>
  );
}
