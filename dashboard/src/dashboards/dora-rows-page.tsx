/** What one DORA number was made from: its deployments, each of which leads to its page. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link, useSearch } from "wouter";
import { TableOf } from "../charts/table-of.tsx";
import { Failure } from "../parts/failure.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { formatDuration } from "../time/format-time.ts";
import { dayIn, minuteIn } from "../time/in-zone.ts";
import { type DoraRows, doraRowsQuery } from "./dashboard-queries.ts";

const columnsIn = (zone: string) => [
  { title: `deployed (${zone})` },
  ...[{ title: "service" }, { title: "environment" }, { title: "release" }],
  { title: "value", align: "right" as const },
  ...[{ title: "commit" }, { title: "because" }],
];
const TIMES = new Set(["changeLeadTime", "failedDeploymentRecoveryTime", "timeToDetect"]);

export function DoraRowsPage(): ReactElement {
  const answer = useQuery(doraRowsQuery(useSearch()));
  const { data } = answer;
  return (
    <div className="page">
      <PageHead title={`DORA: ${data === undefined ? "rows" : wordsOf(data.metric)}`} lead={leadOf(data)}>
        <Link to="/dashboards/dora" className="button quiet">
          All DORA metrics
        </Link>
      </PageHead>
      {answer.isPending && <Waiting what="the deployments" />}
      {answer.isError && <Failure error={answer.error} retry={() => answer.refetch()} />}
      {data !== undefined && (
        <TableOf
          label="Deployments"
          table={{
            columns: columnsIn(data.tz),
            rows: data.items.map((item) => [
              minuteIn(item.at, data.tz),
              ...[item.service ?? "–", item.environment ?? "–", item.release ?? "–"],
              sayItem(item.value, data.metric),
              (item.commit ?? item.change)?.slice(0, 8) ?? "",
              [...item.because, ...(item.commitFrom === null ? [] : [item.commitFrom])].join(", "),
            ]),
            linkAt: 3,
            links: data.items.map(({ deployment }) => `/deployments/${deployment}`),
          }}
        />
      )}
    </div>
  );
}

/** `changeLeadTime` as `change lead time` */
const wordsOf = (metric: string): string => metric.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function leadOf(data: DoraRows | undefined): string {
  if (data === undefined) return "";
  const more = data.truncated ? " There are more: vice metrics rows --limit 10000." : "";
  const left =
    data.unwatched === 0
      ? ""
      : ` Left out, because nobody watches their services: ${data.unwatched} deployments.`;
  return `What the number was made from, ${dayIn(data.from, data.tz)} to ${dayIn(data.to, data.tz)} (${data.tz}).${more}${left}`;
}

function sayItem(value: number | null, metric: string): string {
  if (value === null) return "open";
  if (TIMES.has(metric)) return formatDuration(value * 1000);
  return String(value);
}
