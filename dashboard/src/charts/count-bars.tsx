/** The bars of the timeline as SVG, with the same numbers as a table. */
import type { ReactElement } from "react";
import { ScrollArea } from "../parts/scroll-area.tsx";
import { type Bar, type Box, type Counts, niceMax, sayCounts, stack, totalOf } from "./count-chart.ts";

const WIDTH = 1000;
const HEIGHT = 72;
const AREA: Box = { x: 0, y: 4, width: WIDTH, height: HEIGHT - 5 };

interface Props {
  counts: Counts;
  pick: (bar: Bar) => void;
  note: string | null;
}

export function CountBars({ counts, pick, note }: Props): ReactElement {
  const max = niceMax(Math.max(...counts.bars.map(totalOf), 0));
  const title = sayCounts(counts);
  return (
    <figure className="chart" aria-label={title}>
      <figcaption>
        <strong>{title}</strong>
        {note !== null && <span className="chart-note">{note}</span>}
        <Legend />
      </figcaption>
      <div className="chart-area">
        <span className="chart-max tabular" aria-hidden="true">
          {max}
        </span>
        <span className="chart-min tabular" aria-hidden="true">
          0
        </span>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          <path className="chart-line" d={`M0 4H${WIDTH}`} />
          {counts.bars.map((bar, at) => (
            <g key={bar.fromMs}>
              {stack(bar, at, counts.bars.length, max, AREA).map(({ part, box }) => (
                <rect key={part} className={`bar-${part}`} {...box} />
              ))}
            </g>
          ))}
          <path className="chart-axis" d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} />
        </svg>
        <Picks counts={counts} pick={pick} />
        <Ticks counts={counts} />
      </div>
      <TableTwin counts={counts} pick={pick} />
    </figure>
  );
}

/** For the pointer; the keyboard does the same in the table. */
function Picks({ counts, pick }: { counts: Counts; pick: (bar: Bar) => void }): ReactElement {
  return (
    <div className="chart-picks">
      {counts.bars.map((bar) => {
        const words = `${labelOf(bar, counts)}: ${wordsOf(bar)}`;
        return (
          <button
            key={bar.fromMs}
            type="button"
            tabIndex={-1}
            title={words}
            aria-label={words}
            onClick={() => pick(bar)}
          />
        );
      })}
    </div>
  );
}

function Legend(): ReactElement {
  return (
    <span className="legend" aria-hidden="true">
      <span className="legend-succeeded">succeeded</span>
      <span className="legend-other">running, canceled</span>
      <span className="legend-failed">failed</span>
    </span>
  );
}

function Ticks({ counts }: { counts: Counts }): ReactElement {
  const last = counts.bars.length - 1;
  const at = [0, Math.round(last / 3), Math.round((2 * last) / 3), last];
  const bars = [...new Set(at)].flatMap((index) => counts.bars[index] ?? []);
  return (
    <div className="chart-ticks" aria-hidden="true">
      {bars.map((bar) => (
        <span key={bar.fromMs}>{labelOf(bar, counts)}</span>
      ))}
    </div>
  );
}

function TableTwin({ counts, pick }: { counts: Counts; pick: (bar: Bar) => void }): ReactElement {
  return (
    <details className="twin">
      <summary>As a table</summary>
      <ScrollArea label="Numbers of the chart" className="twin-scroll">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{counts.bucket === "hour" ? "Hour" : "Day"}</th>
              <th scope="col">Succeeded</th>
              <th scope="col">Failed</th>
              <th scope="col">Other</th>
            </tr>
          </thead>
          <tbody>
            {counts.bars.toReversed().map((bar) => (
              <tr key={bar.fromMs}>
                <th scope="row">
                  <button type="button" className="linklike" onClick={() => pick(bar)}>
                    {labelOf(bar, counts)}
                  </button>
                </th>
                <td>{bar.succeeded}</td>
                <td>{bar.failed}</td>
                <td>{bar.other}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </details>
  );
}

const wordsOf = (bar: Bar): string =>
  `${bar.succeeded} succeeded, ${bar.failed} failed${bar.other > 0 ? `, ${bar.other} other` : ""}`;

const HOURS = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const DAYS = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });

const labelOf = (bar: Bar, { bucket }: Counts): string =>
  (bucket === "hour" ? HOURS : DAYS).format(bar.fromMs);
