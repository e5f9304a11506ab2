/** One deployment or activity: its facts, how it went, who, the raw deliveries, and corrections. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { Link } from "wouter";
import { nameOf } from "../../../src/domain/trace/name-of.ts";
import { detailQuery } from "../api/queries.ts";
import type { ActivityDetail } from "../api/types.ts";
import { Icon } from "../parts/icon.tsx";
import { Missing } from "../parts/missing.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { StatusMark } from "../parts/status-mark.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { CanDeployNow } from "../rules/can-deploy.tsx";
import { Brought } from "./brought.tsx";
import { type Correction, CorrectModal } from "./correct-modal.tsx";
import { Deliveries } from "./deliveries.tsx";
import { isTest, isVoided, whyLeftOut } from "./excluded.ts";
import { Facts } from "./facts.tsx";
import { LinkedActivities } from "./linked.tsx";
import { Moved } from "./moved.tsx";
import { runOf } from "./run-of.ts";
import { safeUrl } from "./safe-url.ts";
import { History, Transitions } from "./transitions.tsx";

export function ActivityPage({ id }: { id: string }): ReactElement {
  const detail = useQuery(detailQuery(id));
  if (detail.data !== undefined) return <Detail activity={detail.data} />;
  if (detail.isError) {
    return (
      <Missing
        what="activity"
        id={id}
        error={detail.error}
        retry={() => detail.refetch()}
        lead="Nothing with this id has been reported to this server."
      >
        <Link to="/timeline">See what has been reported</Link>, or search for another id with <kbd>/</kbd>.
      </Missing>
    );
  }
  return (
    <div className="page">
      <Waiting what="the activity" />
    </div>
  );
}

function Detail({ activity }: { activity: ActivityDetail }): ReactElement {
  const [correction, setCorrection] = useState<Correction | null>(null);
  const url = safeUrl(activity.url);
  const voided = isVoided(activity.excluded);
  const run = runOf(activity);
  return (
    <div className="page detail">
      <PageHead title={titleOf(activity)} lead={<Lead activity={activity} />}>
        {run !== null && (
          <Link className="button primary" to={run}>
            See its run
          </Link>
        )}
        <Link className="button" to={`/traces/${activity.id}`}>
          See its trace
        </Link>
        <Link className="button" to={aroundOf(activity)}>
          What changed around it
        </Link>
        {url !== null && (
          <a className="button" href={url} target="_blank" rel="noreferrer">
            {activity.source === "vice" ? "Open what runs" : `Open in ${activity.source}`} <Icon name="out" />
          </a>
        )}
        <button type="button" className="button" onClick={() => setCorrection("amend")}>
          Correct
        </button>
        <button type="button" className="button" onClick={() => setCorrection(voided ? "restore" : "void")}>
          {voided ? "Restore" : "Void"}
        </button>
      </PageHead>
      <Notices activity={activity} />
      <div className="detail-columns">
        <Facts activity={activity} />
        <div>
          <Next activity={activity} />
          <Transitions activity={activity} />
          <Brought activity={activity} />
          <Moved activity={activity} />
          <LinkedActivities activity={activity} />
          <History history={activity.history} />
        </div>
      </div>
      <Deliveries deliveries={activity.deliveries} />
      {correction !== null && (
        <CorrectModal activity={activity} correction={correction} close={() => setCorrection(null)} />
      )}
    </div>
  );
}

function aroundOf({ occurredAt, service }: ActivityDetail): string {
  const query = new URLSearchParams({ at: occurredAt, ...(service === null ? {} : { service }) });
  return `/changed?${query}`;
}

/** Whether this version may go to this place again, or now that it failed. */
function Next({ activity }: { activity: ActivityDetail }): ReactElement | null {
  const { kind, service, environment, version, commitSha } = activity;
  if (kind !== "deployment" || service === null || environment === null) return null;
  return <CanDeployNow about={{ service, environment, version }} commit={commitSha} />;
}

function Lead({ activity }: { activity: ActivityDetail }): ReactElement {
  return (
    <>
      <StatusMark status={activity.status} /> {isTest(activity.excluded) && <span className="tag">test</span>}
    </>
  );
}

/** What people gave a name goes by it. */
const NAMED = ["ticket", "change", "incident"];

function titleOf(activity: ActivityDetail): string {
  const { kind, service, environment, version, deploymentKind } = activity;
  if (NAMED.includes(kind)) return nameOf(activity);
  const what = [service ?? "Unnamed", version].filter((part) => part !== null).join(" ");
  if (kind !== "deployment") return `${what} · ${kind}`;
  const verb =
    deploymentKind === "rollback" ? "back on" : deploymentKind === "teardown" ? "taken from" : "to";
  return `${what} ${verb} ${environment ?? "an unknown environment"}`;
}

function Notices({ activity }: { activity: ActivityDetail }): ReactElement | null {
  return (
    <>
      {activity.excluded !== null && <p className="notice">{whyLeftOut(activity.excluded)}</p>}
      {activity.error !== null && <p className="notice notice-bad">{activity.error}</p>}
      {activity.primaryId !== null && (
        <p className="notice">
          Another tool reported the same deployment; numbers count{" "}
          <a href={`/deployments/${activity.primaryId}`}>that report</a>.
        </p>
      )}
    </>
  );
}
