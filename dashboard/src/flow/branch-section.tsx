/** Changes that are open for days. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { Duration } from "../time/moment.tsx";
import { branchesQuery, type Scope } from "./flow-queries.ts";
import { Section } from "./section.tsx";

const SHOWN = 20;

export function BranchSection({ scope }: { scope: Scope }): ReactElement {
  return (
    <Section title="Changes open for more than three days" query={useQuery(branchesQuery(scope))}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="unknown">None.</p>
        ) : (
          <ul className="flow-list">
            {items.slice(0, SHOWN).map((item) => (
              <li key={item.id}>
                <Link to={`/activities/${item.id}`}>{item.name}</Link>{" "}
                <span className="sub">
                  {item.branch ?? "branch not known"}
                  {item.draft ? ", draft" : ""}, open for <Duration ms={item.ageMs} />
                </span>
              </li>
            ))}
            {items.length > SHOWN && <li className="sub">{items.length - SHOWN} more</li>}
          </ul>
        )
      }
    </Section>
  );
}
