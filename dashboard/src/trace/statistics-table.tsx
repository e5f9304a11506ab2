/** Where the time of the trace went, as a table: by step, tool, service or kind. */
import { type ReactElement, useMemo } from "react";
import { GROUPS, type Group, type Statistic, statistics } from "../../../src/domain/trace/statistics.ts";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { choices, SelectField } from "../parts/field.tsx";
import type { UrlState } from "../parts/url-state.ts";
import { formatDuration } from "../time/format-time.ts";
import { NotKnown } from "../time/moment.tsx";
import type { TraceModel } from "./model.ts";

const TIMES: ReadonlyArray<{ title: string; says: string; value: (row: Statistic) => number | null }> = [
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
      <DataTable
        label="Statistics of the trace"
        columns={[nameOf(by, (name) => url.set({ q: name, show: "" })), ...NUMBERS]}
        rows={rows.slice(0, MOST)}
        keyOf={({ name }) => name ?? ""}
      />
      {rows.length > MOST && <p className="hint">and {rows.length - MOST} more that took less</p>}
    </section>
  );
}

const nameOf = (by: Group, show: (name: string) => void): Column<Statistic> => ({
  title: by,
  cell: ({ name }) =>
    name === null ? (
      "not known"
    ) : (
      <button type="button" className="linklike" onClick={() => show(name)}>
        {name}
      </button>
    ),
});

const NUMBERS: ReadonlyArray<Column<Statistic>> = [
  {
    title: "Count",
    isNumber: true,
    cell: ({ count, known }) => (
      <>
        {count}
        {known < count && <span className="sub">{known} with a duration</span>}
      </>
    ),
  },
  { title: "Failed", isNumber: true, cell: ({ failed }) => failed },
  {
    title: "Share",
    isNumber: true,
    cell: ({ share }) => (share === null ? <NotKnown /> : `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`),
  },
  ...TIMES.map(({ title, says, value }) => ({
    ...{ title, says, isNumber: true },
    cell: (row: Statistic) => {
      const ms = value(row);
      return ms === null ? <NotKnown /> : formatDuration(ms);
    },
  })),
];
