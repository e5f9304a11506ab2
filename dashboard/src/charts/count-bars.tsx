/** Bars of deployments over time, each of which can be chosen, with the same numbers as a table. */
import type { ReactElement } from "react";
import { barPlot } from "../../../src/domain/chart/bar.ts";
import { DataTable } from "../parts/data-table.tsx";
import { type Bar, type Counts, countChart, sayBar, sayCounts } from "./count-chart.ts";
import { DrawnChart } from "./drawn-chart.tsx";

/** Of the bars, in pixels. */
const HEIGHT = 64;

interface Props {
  counts: Counts;
  pick: (bar: Bar) => void;
  note: string | null;
}

export function CountBars({ counts, pick, note }: Props): ReactElement {
  const title = sayCounts(counts);
  const chart = countChart(counts, (bar) => labelOf(bar, counts));
  return (
    <figure className="chart" aria-label={title}>
      <figcaption>
        <strong>{title}</strong>
        {note !== null && <span className="chart-note">{note}</span>}
      </figcaption>
      <DrawnChart
        chart={chart}
        zone={Intl.DateTimeFormat().resolvedOptions().timeZone}
        height={HEIGHT}
        over={(drawing) => <Picks counts={counts} pick={pick} plot={barPlot(chart, drawing)} />}
      />
      <TableTwin counts={counts} pick={pick} />
    </figure>
  );
}

interface PicksProps {
  counts: Counts;
  pick: (bar: Bar) => void;
  plot: ReturnType<typeof barPlot>;
}

/** For the pointer; the keyboard does the same in the table. */
function Picks({ counts, pick, plot: { area, slots } }: PicksProps): ReactElement {
  return (
    <div className="chart-picks">
      {counts.bars.map((bar, at) => {
        const { from, to } = slots[at] ?? { from: 0, to: 0 };
        const words = `${labelOf(bar, counts)}: ${sayBar(bar)}`;
        return (
          <button
            key={bar.fromMs}
            type="button"
            tabIndex={-1}
            title={words}
            aria-label={words}
            style={{ left: from, width: to - from, top: area.top, height: area.bottom - area.top }}
            onClick={() => pick(bar)}
          />
        );
      })}
    </div>
  );
}

function TableTwin({ counts, pick }: { counts: Counts; pick: (bar: Bar) => void }): ReactElement {
  return (
    <details className="twin">
      <summary>As a table</summary>
      <div className="twin-card">
        <DataTable
          label="Numbers of the chart"
          columns={[
            {
              title: counts.bucket === "hour" ? "Hour" : "Day",
              cell: (bar) => (
                <button type="button" className="linklike" onClick={() => pick(bar)}>
                  {labelOf(bar, counts)}
                </button>
              ),
            },
            { title: "Succeeded", cell: ({ succeeded }) => succeeded },
            { title: "Failed", cell: ({ failed }) => failed },
            { title: "Other", cell: ({ other }) => other },
          ]}
          rows={counts.bars.toReversed()}
          keyOf={({ fromMs }) => String(fromMs)}
        />
      </div>
    </details>
  );
}

const HOURS = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const DAYS = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });

const labelOf = (bar: Bar, { bucket }: Counts): string =>
  (bucket === "hour" ? HOURS : DAYS).format(bar.fromMs);
