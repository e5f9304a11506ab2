/** What is not as usual, above everything else; nothing when all is. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { Moment } from "../time/moment.tsx";
import { abnormalQuery, type Scope } from "./flow-queries.ts";

export function AbnormalList({ scope }: { scope: Scope }): ReactElement | null {
  const { data } = useQuery(abnormalQuery(scope));
  if (data === undefined || data.items.length === 0) return null;
  return (
    <section className="flow-abnormal" aria-label="Not as usual">
      <h2>Not as usual</h2>
      <ul>
        {data.items.map(({ key, activity, said, since }) => (
          <li key={key}>
            {activity === null ? said : <Link to={`/activities/${activity}`}>{said}</Link>}{" "}
            <span className="sub">
              since <Moment at={since} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
