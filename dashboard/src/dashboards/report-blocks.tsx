/** The blocks of a report as the page shows them. */
import { type ReactElement, useEffect, useRef } from "react";
import type { Block, Figure } from "../../../src/domain/chart/document.ts";
import { sayValue } from "../../../src/domain/chart/say-value.ts";
import { drawSparkline } from "../../../src/domain/chart/sparkline.ts";
import { ChartPicture } from "../charts/chart-picture.tsx";
import { TableOf } from "../charts/table-of.tsx";

export function ReportBlocks({ blocks, zone }: { blocks: readonly Block[]; zone: string }): ReactElement {
  const all = blocks.map((block, place) => ({ block, place }));
  return (
    <div className="report">
      {all.map(({ block, place }) => (
        <ReportBlock key={place} block={block} zone={zone} />
      ))}
    </div>
  );
}

function ReportBlock({ block, zone }: { block: Block; zone: string }): ReactElement {
  switch (block.kind) {
    case "heading":
      return <h2>{block.text}</h2>;
    case "text":
      return <p>{block.text}</p>;
    case "verbatim":
      return <pre className="verbatim">{block.text}</pre>;
    case "figures":
      return <Figures figures={block.figures} />;
    case "chart":
      return <ChartPicture chart={block.chart} zone={zone} />;
    case "list":
      return <List items={block.items} empty={block.empty ?? "None."} />;
    case "table":
      return (
        <section>
          {block.title !== undefined && <h3>{block.title}</h3>}
          {block.table.rows.length === 0 ? (
            <p>{block.empty ?? "None."}</p>
          ) : (
            <TableOf table={block.table} label={block.title ?? "Table"} />
          )}
        </section>
      );
  }
}

function List({ items, empty }: { items: readonly string[]; empty: string }): ReactElement {
  if (items.length === 0) return <p>{empty}</p>;
  return (
    <ul>
      {[...new Set(items)].map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  );
}

function Figures({ figures }: { figures: readonly Figure[] }): ReactElement {
  return (
    <dl className="figures">
      {figures.map((figure) => (
        <div key={figure.label} className={`figure figure-${figure.tone ?? "plain"}`}>
          <dt>{figure.label}</dt>
          <dd>
            <strong className="tabular">{sayValue(figure.value, figure.unit)}</strong>
            {figure.trend !== undefined && <Trend figure={figure} trend={figure.trend} />}
            <Note figure={figure} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Note({ figure }: { figure: Figure }): ReactElement | null {
  const { value, reason, note } = figure;
  const said = [value === null ? (reason ?? "not known") : "", note ?? ""].filter((text) => text !== "");
  return said.length === 0 ? null : <span>{said.join("; ")}</span>;
}

function Trend({ figure, trend }: { figure: Figure; trend: ReadonlyArray<number | null> }): ReactElement {
  const place = useRef<HTMLSpanElement>(null);
  const { label, unit } = figure;
  useEffect(() => {
    const text = drawSparkline(
      { kind: "sparkline", title: `${label} over time`, unit, values: trend },
      { width: 96 },
    );
    const svg = new DOMParser().parseFromString(text, "image/svg+xml");
    place.current?.replaceChildren(document.importNode(svg.documentElement, true));
  }, [label, unit, trend]);
  return <span ref={place} className="spark" />;
}
