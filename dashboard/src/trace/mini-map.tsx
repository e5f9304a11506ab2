/** The whole trace in small, with the part that is shown between two handles; drawing over it shows that part. */
import { type KeyboardEvent, memo, type PointerEvent, type ReactElement, useRef, useState } from "react";
import { formatDuration } from "../time/format-time.ts";
import { MAP_HEIGHT, MAP_WIDTH, miniLines } from "./mini-lines.ts";
import type { TraceModel } from "./model.ts";
import { Ticks } from "./ticks.tsx";
import type { ChangeZoom } from "./use-zoom.ts";
import { isWhole, type Zoom, zoomOf } from "./zoom.ts";

interface Props {
  model: TraceModel;
  zoom: Zoom;
  change: ChangeZoom;
}

/** Less than this is a click, not a part. */
const LEAST_DRAWN = 0.004;
const STEP = 0.01;

export function MiniMap({ model, zoom, change }: Props): ReactElement {
  const area = useRef<HTMLFieldSetElement>(null);
  const [drawn, setDrawn] = useState<{ from: number; to: number } | null>(null);
  const shareOf = (event: PointerEvent): number => {
    const box = area.current?.getBoundingClientRect();
    return box === undefined ? 0 : Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  function end(): void {
    if (drawn !== null && Math.abs(drawn.to - drawn.from) >= LEAST_DRAWN)
      change(() => zoomOf(drawn.from, drawn.to));
    setDrawn(null);
  }
  const shown = drawn ?? zoom;
  const low = Math.min(shown.from, shown.to);
  const high = Math.max(shown.from, shown.to);
  return (
    <div className="trace-map">
      <Ticks fromMs={0} toMs={model.toMs - model.fromMs} />
      <fieldset
        className="trace-map-area"
        aria-label="The whole time of the trace"
        ref={area}
        onPointerDown={(event) => {
          if (event.button !== 0 || event.target instanceof HTMLButtonElement) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrawn({ from: shareOf(event), to: shareOf(event) });
        }}
        onPointerMove={(event) => drawn !== null && setDrawn({ from: drawn.from, to: shareOf(event) })}
        onPointerUp={end}
        onPointerCancel={() => setDrawn(null)}
        onDoubleClick={() => change(() => ({ from: 0, to: 1 }))}
      >
        <Lines model={model} />
        <span className="trace-map-off" style={{ left: 0, width: `${low * 100}%` }} />
        <span className="trace-map-off" style={{ left: `${high * 100}%`, right: 0 }} />
        <Handle side="from" {...{ zoom, change, model, shareOf }} />
        <Handle side="to" {...{ zoom, change, model, shareOf }} />
      </fieldset>
      {!isWhole(zoom) && (
        <button
          type="button"
          className="button trace-map-all"
          onClick={() => change(() => ({ from: 0, to: 1 }))}
        >
          Show all of the time
        </button>
      )}
    </div>
  );
}

interface HandleProps extends Props {
  side: "from" | "to";
  shareOf: (event: PointerEvent) => number;
}

function Handle({ side, zoom, change, model, shareOf }: HandleProps): ReactElement {
  const [held, setHeld] = useState(false);
  const length = model.toMs - model.fromMs;
  const move = (share: number): void =>
    change(({ from, to }) =>
      side === "from" ? zoomOf(Math.min(share, to), to) : zoomOf(from, Math.max(share, from)),
    );
  function onKey(event: KeyboardEvent): void {
    const by = KEYS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    move(typeof by === "number" ? zoom[side] + by * (event.shiftKey ? 10 : 1) : by.to);
  }
  return (
    <button
      type="button"
      role="slider"
      className="trace-handle"
      style={{ left: `${zoom[side] * 100}%` }}
      aria-label={side === "from" ? "Shown from" : "Shown to"}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(zoom[side] * 100)}
      aria-valuetext={`${formatDuration(zoom[side] * length)} after the start`}
      onKeyDown={onKey}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setHeld(true);
      }}
      onPointerMove={(event) => held && move(shareOf(event))}
      onPointerUp={() => setHeld(false)}
      onPointerCancel={() => setHeld(false)}
    />
  );
}

const KEYS: Readonly<Record<string, number | { to: number }>> = {
  ArrowLeft: -STEP,
  ArrowRight: STEP,
  ArrowDown: -STEP,
  ArrowUp: STEP,
  Home: { to: 0 },
  End: { to: 1 },
};

const Lines = memo(function Lines({ model }: { model: TraceModel }): ReactElement {
  const lines = miniLines(model);
  return (
    <svg viewBox={`0 0 ${MAP_WIDTH} ${MAP_HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <g strokeWidth={lines.thick}>
        <path className="mini-beside" d={lines.beside} />
        <path className="mini-failed" d={lines.failed} />
        <path className="mini-path" d={lines.path} />
      </g>
    </svg>
  );
});
