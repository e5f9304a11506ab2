/** One ticket: a bar for each stay in a column on one time axis, and its parts when it is an epic. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { Failure } from "../parts/failure.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { formatDuration } from "../time/format-time.ts";
import { Duration, Moment } from "../time/moment.tsx";
import { useNow } from "../time/use-now.ts";
import { ticketQuery } from "./flow-queries.ts";
import type { TicketAnswer } from "./flow-types.ts";
import { lanesOf } from "./lanes.ts";
import { sayEfficiency } from "./say-efficiency.ts";

export function TicketPage({ ticket }: { ticket: string }): ReactElement {
  const query = useQuery(ticketQuery(ticket));
  if (query.data !== undefined) return <Ticket answer={query.data} />;
  return (
    <div className="page">
      {query.isError ? (
        <Failure error={query.error} retry={() => query.refetch()} />
      ) : (
        <Waiting what="the ticket" />
      )}
    </div>
  );
}

function Ticket({ answer: { ticket, stays, below, whole } }: { answer: TicketAnswer }): ReactElement {
  const stands =
    ticket.leadMs === null
      ? `Open for ${formatDuration(ticket.ageMs ?? 0)}`
      : `Done after ${formatDuration(ticket.leadMs)}`;
  const share = sayEfficiency(ticket);
  const efficiency = share === null ? "" : `, ${share} of the time was work`;
  return (
    <div className="page flow">
      <PageHead title={ticket.name} lead={`${stands}${efficiency}.`} />
      <p>
        <Link to={`/activities/${ticket.id}`}>Everything that is known of it</Link>,{" "}
        <Link to={`/traces/${ticket.id}`}>its trace</Link>
      </p>
      <Lanes stays={stays} />
      {whole.parts > 1 && (
        <section className="flow-section">
          <h2>With all its parts</h2>
          <p>
            {whole.parts} activities in {whole.services.join(", ") || "no known service"}, told by{" "}
            {whole.sources.join(", ")}:{" "}
            {whole.leadMs === null ? (
              `lead time not known, ${whole.reason}`
            ) : (
              <>
                one lead time of <Duration ms={whole.leadMs} />
              </>
            )}
            .
          </p>
          <ul className="flow-list">
            {below.map((item) => (
              <li key={item.id}>
                <Link to={`/flow/tickets/${item.id}`}>{item.name}</Link>{" "}
                <span className="sub">{item.column ?? item.state}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

type Stay = TicketAnswer["stays"][number];

function Lanes({ stays }: { stays: TicketAnswer["stays"] }): ReactElement {
  const now = useNow();
  const lanes = lanesOf(stays, now);
  const columns: ReadonlyArray<Column<Stay>> = [
    { title: "Column", cell: ({ column }) => column },
    { title: "Since", cell: ({ enteredAt }) => <Moment at={enteredAt} /> },
    {
      title: "For",
      isNumber: true,
      cell: ({ meaning, ms }) => (meaning === "done" ? "–" : <Duration ms={ms} />),
    },
    {
      title: "Lane",
      className: "lanes-axis",
      head: (
        <>
          <span className="lane-key lane-work" /> work <span className="lane-key lane-queue" /> waiting
        </>
      ),
      cell: ({ meaning }, at) => <Bar lane={lanes[at] ?? null} meaning={meaning} />,
    },
  ];
  return (
    <DataTable
      label="Swimlanes"
      className="lanes"
      columns={columns}
      rows={stays}
      keyOf={({ column, enteredAt, leftAt }) => `${column} ${enteredAt ?? leftAt}`}
    />
  );
}

function Bar({
  lane,
  meaning,
}: {
  lane: { start: number; width: number } | null;
  meaning: string;
}): ReactElement | null {
  if (lane === null) return null;
  return (
    <span
      className={`lane lane-${meaning}`}
      style={{ marginInlineStart: `${lane.start}%`, inlineSize: `${lane.width}%` }}
    />
  );
}
