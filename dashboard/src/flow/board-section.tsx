/** Everything in flight, a column for each kind of work, longest first. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { StatusMark } from "../parts/status-mark.tsx";
import { Duration } from "../time/moment.tsx";
import { useNow } from "../time/use-now.ts";
import { boardQuery, type Scope } from "./flow-queries.ts";
import type { Board, BoardItem } from "./flow-types.ts";
import { Section } from "./section.tsx";

const TITLES: Partial<Record<BoardItem["kind"], string>> = {
  incident: "Incidents",
  ticket: "Tickets in work",
  change: "Open changes",
  pipeline: "Pipelines",
  build: "Builds",
  stage: "Stages",
  check: "Checks",
  deployment: "Deployments",
  exposure: "Flags",
  action: "Actions",
  sprint: "Sprints",
};
/** Cards of one column; the others are counted. */
const MOST = 30;

export function BoardSection({ scope }: { scope: Scope }): ReactElement {
  const board = useQuery(boardQuery(scope));
  return (
    <Section title="In flight" query={board}>
      {(answer) =>
        answer.items.length === 0 ? (
          <p className="unknown">Nothing is in flight.</p>
        ) : (
          <Columns board={answer} />
        )
      }
    </Section>
  );
}

function Columns({ board }: { board: Board }): ReactElement {
  const kinds = [...new Set(board.items.map(({ kind }) => kind))];
  return (
    <div className="board">
      {kinds.map((kind) => {
        const items = board.items.filter((item) => item.kind === kind);
        return (
          <section key={kind} className="board-column" aria-label={TITLES[kind] ?? kind}>
            <h3>
              {TITLES[kind] ?? kind} <span className="board-count">{items.length}</span>
            </h3>
            <ul>
              {items.slice(0, MOST).map((item) => (
                <Card key={item.id} item={item} />
              ))}
            </ul>
            {items.length > MOST && <p className="sub">{items.length - MOST} more</p>}
          </section>
        );
      })}
    </div>
  );
}

function Card({ item }: { item: BoardItem }): ReactElement {
  const now = useNow();
  const to = item.kind === "ticket" ? `/flow/tickets/${item.id}` : `/activities/${item.id}`;
  const ageMs = item.since === null ? null : Math.max(0, now - Date.parse(item.since));
  return (
    <li className="board-card" data-row={item.id}>
      <Link to={to}>{item.name}</Link>
      <span className="sub">
        {item.column === null ? <StatusMark status={item.status} /> : item.column}, for{" "}
        <Duration ms={ageMs} />
      </span>
      <span className="sub">
        {[item.service, item.environment, item.actor, item.source].filter(Boolean).join(" · ")}
      </span>
    </li>
  );
}
