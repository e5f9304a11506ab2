/** All dashboards: those of your own, and the reports that are built in. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { count } from "../../../src/kit/count.ts";
import { useMay } from "../access/use-may.ts";
import { Failure } from "../parts/failure.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { type DashboardRow, dashboardsQuery } from "./dashboard-queries.ts";

export function DashboardsPage(): ReactElement {
  const may = useMay("write");
  const answer = useQuery(dashboardsQuery);
  const items = answer.data?.items ?? [];
  const own = items.filter(({ origin }) => origin !== "built-in");
  return (
    <div className="page">
      <PageHead
        title="Dashboards"
        lead="How delivery goes, in numbers and pictures. In the terminal: vice report NAME."
      >
        {may && (
          <Link to="/dashboards/new/edit" className="button primary">
            New dashboard
          </Link>
        )}
      </PageHead>
      {answer.isPending && <Waiting what="the dashboards" />}
      {answer.isError && <Failure error={answer.error} retry={() => answer.refetch()} />}
      {answer.data !== undefined && (
        <>
          <section aria-labelledby="own-dashboards">
            <h2 id="own-dashboards">Your own</h2>
            {own.length === 0 ? (
              <p className="hint">
                None yet. A dashboard is a few lines of YAML; the editor shows it as you write.
              </p>
            ) : (
              <Cards items={own} />
            )}
          </section>
          <section aria-labelledby="built-in-dashboards">
            <h2 id="built-in-dashboards">Built in</h2>
            <Cards items={items.filter(({ origin }) => origin === "built-in")} />
          </section>
        </>
      )}
    </div>
  );
}

/** What one has to choose before there is something to see. */
const NEEDS: Readonly<Record<string, string>> = {
  SERVICE: "asks for a service",
  ID: "asks for an incident",
  SERIES: "asks for a series of a metric",
};

function Cards({ items }: { items: readonly DashboardRow[] }): ReactElement {
  return (
    <ul className="dashboard-list">
      {items.map(({ name, title, about, panels, origin, needs }) => (
        <li key={name} data-row={name}>
          <Link to={`/dashboards/${encodeURIComponent(name)}`}>{title}</Link>
          <p>{about !== "" ? about : count(panels ?? 0, "panel")}</p>
          {needs !== null && <p className="hint">{NEEDS[needs] ?? `asks for ${needs.toLowerCase()}`}</p>}
          {origin === "configured" && <p className="hint">from vice.server.yaml</p>}
        </li>
      ))}
    </ul>
  );
}
