/** When the default branch was red. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { Duration, Moment } from "../time/moment.tsx";
import { type Scope, trunkQuery } from "./flow-queries.ts";
import { Section } from "./section.tsx";

const SHOWN = 20;

export function TrunkSection({ scope }: { scope: Scope }): ReactElement {
  return (
    <Section title="The trunk" query={useQuery(trunkQuery(scope))}>
      {({ items, runs, days, redShare }) => {
        if (runs === 0) return <p className="unknown">No pipeline of the default branch is known.</p>;
        if (items.length === 0) return <p>Green for {days} days.</p>;
        return (
          <>
            <p>
              Red {((redShare ?? 0) * 100).toFixed(1)} % of the last {days} days.
            </p>
            <ul className="flow-list">
              {items.slice(0, SHOWN).map((item) => (
                <li key={`${item.service} ${item.pipeline} ${item.from}`}>
                  <Link to={`/activities/${item.brokenBy}`}>
                    {[item.service, item.pipeline].filter(Boolean).join(" · ")}
                  </Link>{" "}
                  <span className="sub">
                    {item.to === null ? "red still" : "mended"}, red for <Duration ms={item.ms} />, since{" "}
                    <Moment at={item.from} />
                  </span>
                </li>
              ))}
            </ul>
          </>
        );
      }}
    </Section>
  );
}
