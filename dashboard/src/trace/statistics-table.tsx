/** Where the time of the trace went, as a table: by step, tool, service or kind. */
import { type ReactElement, useMemo } from "react";
import { GROUPS, type Group, type Statistic, statistics } from "../../../src/domain/trace/statistics.ts";
import { choices, SelectField } from "../parts/field.tsx";
import { ScrollArea } from "../parts/scroll-area.tsx";
import type { UrlState } from "../parts/url-state.ts";
import { formatDuration } from "../time/format-time.ts";
import type { TraceModel } from "./model.ts";

const COLUMNS: ReadonlyArray<{ title: string; says: string; value: (row: Statistic) => number | null }> = [
  { title: "Itself", says: "Time in which nothing below went on", value: ({ selfMs }) => selfMs },
  { title: "Together", says: "Sum of the durations", value: ({ totalMs }) => totalMs },
  { title: "Shortest", says: "Shortest", value: ({ minMs }) => minMs },
  { title: "p50", says: "Half of them took no longer", value: ({ p50Ms }) => p50Ms },
  { title: "p95", says: "95 of 100 took no longer", value: ({ p95Ms }) => p95Ms },
  { title: "Longest", says: "Longest", value: ({ maxMs }) => maxMs },
];

/** Rows that anybody reads. */
const MOST = 200;

export function StatisticsTable({ model, url }: { model: TraceModel; url: UrlState }): ReactElement {
  const said = url.get("by");
  const by: Group = GROUPS.find((group) => group === said) ?? "step";
  const rows = useMemo(() => statistics(model.rows, by, model.nowMs), [model, by]);
  return (
    <section className="trace-statistics" aria-labelledby="statistics">
      <div className="section-head">
        <h2 id="statistics">Where the time went</h2>
        <SelectField
          label="By"
          value={by}
          change={(value) => url.set({ by: value === "step" ? "" : value })}
          options={choices(GROUPS)}
        />
      </div>
      <ScrollArea label="Statistics of the trace">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{by}</th>
              <th scope="col" className="number">
                Count
              </th>
              <th scope="col" className="number">
                Failed
              </th>
              <th scope="col" className="number">
                Share
              </th>
              {COLUMNS.map(({ title, says }) => (
                <th key={title} scope="col" className="number" title={says}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MOST).map((row) => (
              <Line key={row.name ?? ""} row={row} show={() => url.set({ q: row.name ?? "", show: "" })} />
            ))}
          </tbody>
        </table>
      </ScrollArea>
      {rows.length > MOST && <p className="hint">and {rows.length - MOST} more that took less</p>}
    </section>
  );
}

function Line({ row, show }: { row: Statistic; show: () => void }): ReactElement {
  return (
    <tr>
      <th scope="row">
        {row.name === null ? (
          "not known"
        ) : (
          <button type="button" className="linklike" onClick={show}>
            {row.name}
          </button>
        )}
      </th>
      <td className="number">
        {row.count}
        {row.known < row.count && <span className="sub">{row.known} with a duration</span>}
      </td>
      <td className="number">{row.failed}</td>
      <td className="number">
        {row.share === null ? <NotKnown /> : `${(row.share * 100).toFixed(row.share < 0.1 ? 1 : 0)} %`}
      </td>
      {COLUMNS.map(({ title, value }) => {
        const ms = value(row);
        return (
          <td key={title} className="number">
            {ms === null ? <NotKnown /> : formatDuration(ms)}
          </td>
        );
      })}
    </tr>
  );
}

const NotKnown = (): ReactElement => <span className="unknown">not known</span>;
