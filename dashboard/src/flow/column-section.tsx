/** The columns of the board of tickets: how many stand in each, how long, and which share of all time goes there. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { Duration } from "../time/moment.tsx";
import { flowQuery, type Scope } from "./flow-queries.ts";
import type { FlowAnswer, FlowColumn, TicketLine } from "./flow-types.ts";
import { sayEfficiency } from "./say-efficiency.ts";
import { Section } from "./section.tsx";

const SHOWN = 15;

export function ColumnSection({ scope }: { scope: Scope }): ReactElement {
  return (
    <Section title="Where the time of tickets goes" query={useQuery(flowQuery(scope))}>
      {(flow) =>
        flow.columns.length === 0 ? (
          <p className="unknown">No ticket is known. Connect a tracker under Sources.</p>
        ) : (
          <>
            <Figures flow={flow} />
            <DataTable
              label="Columns"
              columns={COLUMNS}
              rows={flow.columns}
              keyOf={({ column }) => column}
              isWalked
              isStacked
            />
            <Oldest items={flow.items} />
          </>
        )
      }
    </Section>
  );
}

function Figures({ flow }: { flow: FlowAnswer }): ReactElement {
  const { inProgress, waiting, done, days, leadMs } = flow;
  const share = sayEfficiency(flow);
  return (
    <p>
      {inProgress} in progress, {waiting} waiting, {done} done in {days} days.{" "}
      {leadMs.p50 !== null && (
        <>
          Half of them took at most <Duration ms={leadMs.p50} />, 85 of 100 at most{" "}
          <Duration ms={leadMs.p85} />.{" "}
        </>
      )}
      {share !== null && `Of the time, ${share} was work, the rest waiting.`}
    </p>
  );
}

const COLUMNS: ReadonlyArray<Column<FlowColumn>> = [
  { title: "Column", cell: ({ column }) => column },
  { title: "Means", cell: ({ meaning }) => (meaning === "work" ? "work" : "waiting") },
  { title: "Now", isNumber: true, cell: ({ now }) => now },
  {
    title: "Oldest",
    isNumber: true,
    cell: ({ now, oldestMs }) => (now === 0 ? "–" : <Duration ms={oldestMs} />),
  },
  { title: "Half within", isNumber: true, cell: ({ p50Ms }) => <Duration ms={p50Ms} /> },
  { title: "95 % within", isNumber: true, cell: ({ p95Ms }) => <Duration ms={p95Ms} /> },
  { title: "Share of time", cell: ({ share, meaning }) => <Share share={share} meaning={meaning} /> },
];

function Share({ share, meaning }: { share: number | null; meaning: string }): ReactElement {
  if (share === null) return <span className="unknown">not known</span>;
  if (share === 0) return <span className="tabular">0 %</span>;
  return (
    <span className="flow-share">
      <span className={`lane lane-${meaning}`} style={{ inlineSize: `${Math.max(1, share * 100)}%` }} />
      <span className="tabular">{Math.round(share * 100)} %</span>
    </span>
  );
}

function Oldest({ items }: { items: readonly TicketLine[] }): ReactElement | null {
  if (items.length === 0) return null;
  return (
    <details>
      <summary>Open tickets, longest first ({items.length})</summary>
      <ul className="flow-list">
        {items.slice(0, SHOWN).map((item) => (
          <li key={item.id}>
            <Link to={`/flow/tickets/${item.id}`}>{item.name}</Link>{" "}
            <span className="sub">
              {item.column ?? item.state}, open for <Duration ms={item.ageMs} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
