/** Marks of the time that is shown, at round lengths since the start of the trace. */
import type { ReactElement } from "react";
import { offsetTicks } from "../../../src/domain/trace/ticks.ts";

const MOST = 5;
/** A mark so near to the end would be cut off. */
const END = 0.94;

interface Props {
  /** Milliseconds since the start of the trace. */
  fromMs: number;
  toMs: number;
}

export function Ticks({ fromMs, toMs }: Props): ReactElement {
  return (
    <span className="trace-ticks" aria-hidden="true">
      {offsetTicks(fromMs, toMs, MOST).map(({ atMs, label }) => {
        const share = (atMs - fromMs) / (toMs - fromMs);
        return (
          <span key={label} className={share > END ? "tick-end" : ""} style={{ left: `${share * 100}%` }}>
            {label}
          </span>
        );
      })}
    </span>
  );
}
