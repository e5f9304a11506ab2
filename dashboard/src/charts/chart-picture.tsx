/** A chart of a report: the finding as its caption, the picture, and its table twin. */
import type { ReactElement } from "react";
import type { Chart } from "../../../src/domain/chart/chart.ts";
import { tableTwin } from "../../../src/domain/chart/table-twin.ts";
import { DrawnChart } from "./drawn-chart.tsx";
import { TableOf } from "./table-of.tsx";

export function ChartPicture({ chart, zone }: { chart: Chart; zone: string }): ReactElement {
  return (
    <figure className="picture">
      <figcaption>{chart.title}</figcaption>
      <DrawnChart chart={chart} zone={zone} />
      <details>
        <summary>As a table</summary>
        <TableOf table={tableTwin(chart, zone)} label={chart.title} />
      </details>
    </figure>
  );
}
