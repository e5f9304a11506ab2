/** One ticket: a bar for each stay in a column on one time axis, and its parts when it is an epic. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { Failure } from "../parts/failure.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { ScrollArea } from "../parts/scroll-area.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { formatDuration } from "../time/format-time.ts";
import { Duration, Moment } from "../time/moment.tsx";
import { useNow } from "../time/use-now.ts";
import { ticketQuery } from "./flow-queries.ts";
import type { TicketAnswer } from "./flow-types.ts";
import { lanesOf } from "./lanes.ts";

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
  const efficiency =
    ticket.efficiency === null ? "" : `, ${Math.round(ticket.efficiency * 100)} % of the known time was work`;
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

function Lanes({ stays }: { stays: TicketAnswer["stays"] }): ReactElement {
  const now = useNow();
  const lanes = lanesOf(stays, now);
  return (
    <ScrollArea label="Swimlanes">
      <table className="table lanes">
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">Since</th>
            <th scope="col" className="number">
              For
            </th>
            <th scope="col" className="lanes-axis">
              <span className="lane-key lane-work" /> work <span className="lane-key lane-queue" /> waiting
            </th>
          </tr>
        </thead>
        <tbody>
          {stays.map((stay, at) => (
            <tr key={`${stay.column} ${stay.enteredAt ?? stay.leftAt}`}>
              <th scope="row">{stay.column}</th>
              <td>
                <Moment at={stay.enteredAt} />
              </td>
              <td className="number">{stay.meaning === "done" ? "–" : <Duration ms={stay.ms} />}</td>
              <td className="lanes-axis">
                <Bar lane={lanes[at] ?? null} meaning={stay.meaning} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
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
