/** Duration over time as dots; who draws a frame around some of them chooses these. The list below is the same in words. */
import { type PointerEvent, type ReactElement, useRef, useState } from "react";
import { formatAbsolute, formatDuration } from "../time/format-time.ts";
import { between, type Dot, type Frame, holds, marksIn, placeOf } from "./scatter.ts";

interface Corner {
  x: number;
  y: number;
}

interface Props {
  dots: readonly Dot[];
  frame: Frame;
  chosen: Frame | null;
  choose: (chosen: Frame | null) => void;
}

/** A pointer that moved less than this was a click, as a share of the chart. */
const STILL = 0.008;

export function ScatterPlot({ dots, frame, chosen, choose }: Props): ReactElement {
  const area = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<{ from: Corner; to: Corner } | null>(null);
  const cornerOf = ({ clientX, clientY }: PointerEvent): Corner => {
    const box = area.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return { x: 0, y: 0 };
    return { x: (clientX - box.left) / box.width, y: (clientY - box.top) / box.height };
  };
  function begin(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const from = cornerOf(event);
    setDrawn({ from, to: from });
  }
  function end(): void {
    if (drawn === null) return;
    const { from, to } = drawn;
    setDrawn(null);
    const isStill = Math.abs(from.x - to.x) < STILL && Math.abs(from.y - to.y) < STILL;
    choose(isStill ? null : between(from, to, frame));
  }
  const shown = drawn === null ? chosen : between(drawn.from, drawn.to, frame);
  return (
    <div className="scatter" aria-hidden="true">
      <div
        className="scatter-area"
        ref={area}
        onPointerDown={begin}
        onPointerMove={(event) => drawn !== null && setDrawn({ ...drawn, to: cornerOf(event) })}
        onPointerUp={end}
        onPointerCancel={() => setDrawn(null)}
      >
        <Marks frame={frame} />
        <svg aria-hidden="true">
          {dots.map((dot) => (
            <DotMark key={dot.id} dot={dot} frame={frame} isOut={shown !== null && !holds(shown, dot)} />
          ))}
        </svg>
        {shown !== null && <Around shown={shown} frame={frame} />}
      </div>
      <div className="scatter-times">
        <span>{timeOf(frame.fromMs, frame)}</span>
        <span>{timeOf((frame.fromMs + frame.toMs) / 2, frame)}</span>
        <span>{timeOf(frame.toMs, frame)}</span>
      </div>
    </div>
  );
}

const percent = (part: number): string => `${(part * 100).toFixed(2)}%`;

/** Lines across the chart; one that would touch the line below it is left out. */
function Marks({ frame }: { frame: Frame }): ReactElement {
  return (
    <>
      {marksIn(frame).map((mark) => (
        <span
          key={mark}
          className="scatter-mark tabular"
          style={{ top: percent(placeOf({ atMs: 0, tookMs: mark }, frame).y) }}
        >
          {formatDuration(mark)}
        </span>
      ))}
    </>
  );
}

/** What failed is another shape too, not only another colour. */
function DotMark({ dot, frame, isOut }: { dot: Dot; frame: Frame; isOut: boolean }): ReactElement {
  const { x, y } = placeOf(dot, frame);
  const words = `${formatDuration(dot.tookMs)}, ${formatAbsolute(new Date(dot.atMs).toISOString())}${dot.failed ? ", something in it failed" : ""}`;
  return (
    <svg x={percent(x)} y={percent(y)} overflow="visible" className={isOut ? "dot out" : "dot"}>
      <title>{words}</title>
      {dot.failed ? (
        <path className="dot-failed" d="M0 -4.5L4.5 3.5H-4.5z" />
      ) : (
        <circle className="dot-fine" r="3" />
      )}
    </svg>
  );
}

function Around({ shown, frame }: { shown: Frame; frame: Frame }): ReactElement {
  const [top, bottom] = [
    placeOf({ atMs: shown.fromMs, tookMs: shown.mostMs }, frame),
    placeOf({ atMs: shown.toMs, tookMs: shown.leastMs }, frame),
  ];
  return (
    <span
      className="scatter-chosen"
      style={{
        ...{ left: percent(top.x), top: percent(top.y) },
        ...{ width: percent(bottom.x - top.x), height: percent(bottom.y - top.y) },
      }}
    />
  );
}

const HOURS = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const DAYS = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const FEW_DAYS_MS = 3 * 86_400_000;

const timeOf = (ms: number, { fromMs, toMs }: Frame): string =>
  (toMs - fromMs < FEW_DAYS_MS ? HOURS : DAYS).format(ms);
