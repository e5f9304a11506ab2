/** Five marks of the time that is shown, counted from the start of the trace. */
import type { ReactElement } from "react";
import { formatDuration } from "../time/format-time.ts";

const MARKS = [0, 0.25, 0.5, 0.75, 1] as const;

interface Props {
  /** Milliseconds since the start of the trace. */
  fromMs: number;
  toMs: number;
}

export function Ticks({ fromMs, toMs }: Props): ReactElement {
  return (
    <span className="trace-ticks" aria-hidden="true">
      {MARKS.map((mark) => (
        <span key={mark} style={{ left: `${mark * 100}%` }}>
          {sayOffset(fromMs + mark * (toMs - fromMs))}
        </span>
      ))}
    </span>
  );
}

const sayOffset = (ms: number): string => (ms < 1 ? "0" : formatDuration(ms));
