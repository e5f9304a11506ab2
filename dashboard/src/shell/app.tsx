/** The frame around every page: who may see it, the bar, the pages by address, the live connection. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactElement, Suspense, useEffect } from "react";
import { Route, Switch, useLocation } from "wouter";
import { connectLive, onChanges } from "../api/live.ts";
import { aboutQuery, meQuery } from "../api/queries.ts";
import type { ActivityChange, Me } from "../api/types.ts";
import { MatrixPage } from "../matrix/matrix-page.tsx";
import { Announcer, announce } from "../parts/announcer.tsx";
import { Boundary } from "../parts/boundary.tsx";
import { Failure } from "../parts/failure.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { LineBanner } from "../rules/line-banner.tsx";
import { touchNow } from "../time/use-now.ts";
import { NotFound } from "./not-found.tsx";
import { TopBar } from "./top-bar.tsx";

const TimelinePage = lazy(() =>
  import("../timeline/timeline-page.tsx").then((m) => ({ default: m.TimelinePage })),
);
const ActivityPage = lazy(() =>
  import("../activity/activity-page.tsx").then((m) => ({ default: m.ActivityPage })),
);
const FlowPage = lazy(() => import("../flow/flow-page.tsx").then((m) => ({ default: m.FlowPage })));
const TicketPage = lazy(() => import("../flow/ticket-page.tsx").then((m) => ({ default: m.TicketPage })));
const RulesPage = lazy(() => import("../rules/rules-page.tsx").then((m) => ({ default: m.RulesPage })));
const RunsPage = lazy(() => import("../runs/runs-page.tsx").then((m) => ({ default: m.RunsPage })));
const RunPage = lazy(() => import("../runs/run-page.tsx").then((m) => ({ default: m.RunPage })));
const TracePage = lazy(() => import("../trace/trace-page.tsx").then((m) => ({ default: m.TracePage })));
const TracesPage = lazy(() => import("../traces/traces-page.tsx").then((m) => ({ default: m.TracesPage })));
const MapPage = lazy(() => import("../map/map-page.tsx").then((m) => ({ default: m.MapPage })));
const SourcesPage = lazy(() =>
  import("../sources/sources-page.tsx").then((m) => ({ default: m.SourcesPage })),
);
const NamesPage = lazy(() => import("../names/names-page.tsx").then((m) => ({ default: m.NamesPage })));
const LocalPage = lazy(() => import("../local/local-page.tsx").then((m) => ({ default: m.LocalPage })));
const QueryPage = lazy(() => import("../query/query-page.tsx").then((m) => ({ default: m.QueryPage })));
const ComparePage = lazy(() =>
  import("../compare/compare-page.tsx").then((m) => ({ default: m.ComparePage })),
);
const WherePage = lazy(() => import("../where/where-page.tsx").then((m) => ({ default: m.WherePage })));
const ChangedPage = lazy(() =>
  import("../changed/changed-page.tsx").then((m) => ({ default: m.ChangedPage })),
);
const DashboardsPage = lazy(() =>
  import("../dashboards/dashboards-page.tsx").then((m) => ({ default: m.DashboardsPage })),
);
const DashboardPage = lazy(() =>
  import("../dashboards/dashboard-page.tsx").then((m) => ({ default: m.DashboardPage })),
);
const DoraRowsPage = lazy(() =>
  import("../dashboards/dora-rows-page.tsx").then((m) => ({ default: m.DoraRowsPage })),
);
const EditPage = lazy(() => import("../dashboards/edit-page.tsx").then((m) => ({ default: m.EditPage })));
const LoginPage = lazy(() => import("../access/login-page.tsx").then((m) => ({ default: m.LoginPage })));
const TokensPage = lazy(() => import("../access/tokens-page.tsx").then((m) => ({ default: m.TokensPage })));

export function App(): ReactElement {
  const me = useQuery(meQuery);
  const [path] = useLocation();
  if (me.isPending) return <Waiting what="who you are" />;
  if (me.isError && me.data === undefined) {
    return (
      <div className="page">
        <Failure error={me.error} retry={() => me.refetch()} />
      </div>
    );
  }
  if (me.data.mode === "none" || path === "/login") {
    return (
      <Suspense fallback={<Waiting what="the page" />}>
        <LoginPage me={me.data} />
      </Suspense>
    );
  }
  return <Frame me={me.data} />;
}

function Frame({ me }: { me: Me }): ReactElement {
  const about = useQuery(aboutQuery);
  const [path] = useLocation();
  useLive();
  return (
    <div className="frame">
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <TopBar me={me} demo={about.data?.demo === true} />
      <LineBanner />
      <main id="main" tabIndex={-1}>
        <Boundary key={path}>
          <Suspense fallback={<Waiting what="the page" />}>
            <Pages />
          </Suspense>
        </Boundary>
      </main>
      <Announcer />
    </div>
  );
}

function Pages(): ReactElement {
  return (
    <Switch>
      <Route path="/" component={MatrixPage} />
      <Route path="/timeline" component={TimelinePage} />
      <Route path="/deployments/:id">{({ id }) => <ActivityPage key={id} id={id} />}</Route>
      <Route path="/activities/:id">{({ id }) => <ActivityPage key={id} id={id} />}</Route>
      <Route path="/runs" component={RunsPage} />
      <Route path="/runs/:id">{({ id }) => <RunPage key={id} id={id} />}</Route>
      <Route path="/map" component={MapPage} />
      <Route path="/traces" component={TracesPage} />
      <Route path="/traces/:id">{({ id }) => <TracePage key={id} id={id} />}</Route>
      <Route path="/flow" component={FlowPage} />
      <Route path="/flow/tickets/:ticket">
        {({ ticket }) => <TicketPage key={ticket} ticket={ticket} />}
      </Route>
      <Route path="/rules" component={RulesPage} />
      <Route path="/sources" component={SourcesPage} />
      <Route path="/names" component={NamesPage} />
      <Route path="/local" component={LocalPage} />
      <Route path="/dashboards" component={DashboardsPage} />
      <Route path="/dashboards/dora/rows" component={DoraRowsPage} />
      <Route path="/dashboards/:name">{({ name }) => <DashboardPage key={name} name={name} />}</Route>
      <Route path="/dashboards/:name/edit">{({ name }) => <EditPage key={name} name={name} />}</Route>
      <Route path="/query" component={QueryPage} />
      <Route path="/compare" component={ComparePage} />
      <Route path="/where">{() => <WherePage segment="" />}</Route>
      <Route path="/where/:what">{({ what }) => <WherePage key={what} segment={what} />}</Route>
      <Route path="/changed" component={ChangedPage} />
      <Route path="/tokens" component={TokensPage} />
      <Route component={NotFound} />
    </Switch>
  );
}

function useLive(): void {
  const client = useQueryClient();
  useEffect(() => {
    const stop = connectLive(client);
    const forget = onChanges((changes) => {
      touchNow();
      announceSoon(changes);
    });
    return () => {
      stop();
      forget();
    };
  }, [client]);
}

/** Ended deployments are worth a word; at most one sentence every three seconds. */
const QUIET_MS = 3_000;
let saidAt = 0;

function announceSoon(changes: readonly ActivityChange[]): void {
  const now = Date.now();
  const ended = changes.filter(({ kind, status }) => kind === "deployment" && status !== "running");
  const last = ended.at(-1);
  if (last === undefined || now - saidAt < QUIET_MS) return;
  saidAt = now;
  const where = last.environment === null ? "" : ` to ${last.environment}`;
  announce(`${last.service ?? "A service"}${where}: ${last.status ?? "changed"}`);
}
