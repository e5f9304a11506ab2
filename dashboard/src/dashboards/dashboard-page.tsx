/** One dashboard or report: its span in the address, its blocks, and where it is edited. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { useMay } from "../access/use-may.ts";
import { namesQuery } from "../api/queries.ts";
import { Failure } from "../parts/failure.tsx";
import { choices, SelectField } from "../parts/field.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { useUrlState } from "../parts/url-state.ts";
import { Waiting } from "../parts/waiting.tsx";
import { dashboardsQuery, reportQuery, subjectsQuery } from "./dashboard-queries.ts";
import { ReportBlocks } from "./report-blocks.tsx";

const SPANS = [
  { value: "7d", label: "7 days" },
  { value: "30d", label: "30 days" },
  { value: "90d", label: "90 days" },
  { value: "365d", label: "A year" },
];
/** What is there now has no span. */
const WITHOUT_SPAN = new Set(["drift", "incident", "project"]);

export function DashboardPage({ name }: { name: string }): ReactElement {
  const url = useUrlState();
  const may = useMay("write");
  const list = useQuery(dashboardsQuery);
  const listed = list.data?.items.find((each) => each.name === name);
  const needs = listed?.needs ?? null;
  const subject = url.get("subject");
  const isMissing = needs !== null && subject === "";
  const answer = useQuery({
    ...reportQuery(name, { subject, since: url.get("since"), service: url.get("service") }),
    // Whether it needs a word is known with the list; an address that has one need not wait for it.
    enabled: subject !== "" || (!list.isPending && !isMissing),
  });
  const data = answer.data;
  const services = useQuery(namesQuery).data?.services.map((each) => each.service) ?? [];
  return (
    <div className="page">
      <PageHead
        title={data?.document.title ?? listed?.title ?? name}
        lead={data?.document.summary ?? listed?.about ?? ""}
      >
        {needs !== null && (
          <SubjectField needs={needs} value={subject} change={(word) => url.set({ subject: word })} />
        )}
        {!WITHOUT_SPAN.has(name) && (
          <SelectField
            label="Span"
            any="As it is written"
            value={url.get("since")}
            change={(since) => url.set({ since })}
            options={SPANS}
          />
        )}
        {(name === "dora" || url.get("service") !== "") && (
          <SelectField
            label="Service"
            any="All services"
            value={url.get("service")}
            change={(service) => url.set({ service })}
            options={choices(services)}
          />
        )}
        {may && listed?.origin === "saved" && (
          <Link to={`/dashboards/${encodeURIComponent(name)}/edit`} className="button">
            Edit
          </Link>
        )}
        <Link to="/dashboards" className="button quiet">
          All dashboards
        </Link>
      </PageHead>
      {isMissing && <p className="empty">{CHOOSE[needs] ?? "Choose above what it is to be about."}</p>}
      {answer.isPending && !isMissing && <Waiting what="the report" />}
      {answer.isError && <Failure error={answer.error} retry={() => answer.refetch()} />}
      {data !== undefined && !answer.isError && (
        <ReportBlocks blocks={data.document.blocks} zone={data.timeZone} />
      )}
    </div>
  );
}

const CHOOSE: Readonly<Record<string, string>> = {
  SERVICE: "Choose above which service it is to be about.",
  ID: "Choose above which incident it is to be about.",
  SERIES: "Choose above which series of a metric it is to be about.",
};
const LABELS: Readonly<Record<string, string>> = { SERVICE: "Service", ID: "Incident", SERIES: "Series" };

/** What the report is about: by its name, also where only an id says which. */
function SubjectField({
  needs,
  value,
  change,
}: {
  needs: string;
  value: string;
  change: (value: string) => void;
}): ReactElement {
  const options = useQuery(subjectsQuery(needs)).data;
  const label = LABELS[needs] ?? "About";
  const any = options?.length === 0 ? `No ${label.toLowerCase()} is known` : `${label}…`;
  return <SelectField {...{ label, any, value, change }} options={options ?? []} />;
}
