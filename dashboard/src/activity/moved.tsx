/** Which pushed metrics moved with a deployment, and where their pictures are. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { get, withParams } from "../api/client.ts";
import type { ActivityDetail } from "../api/types.ts";

interface Effects {
  title: string;
  asked: number;
  items: Array<{
    series: string;
    moved: boolean;
    before: number | null;
    after: number | null;
    change: number | null;
    deployments: Array<{ id: string }>;
  }>;
}

const SHOWN = 5;

const movedQuery = (id: string) =>
  queryOptions({
    queryKey: ["activity", id, "moved"],
    queryFn: () => get<Effects>(withParams("/v1/report/effects", { subject: id, format: "json" })),
    staleTime: 60_000,
  });

export function Moved({ activity }: { activity: ActivityDetail }): ReactElement | null {
  const { kind, id, finishedAt } = activity;
  return kind === "deployment" && finishedAt !== null ? <Contents id={id} /> : null;
}

function Contents({ id }: { id: string }): ReactElement | null {
  const { data } = useQuery(movedQuery(id));
  // Without a metric there is nothing to say, and the page is whole.
  if (data === undefined || data.asked === 0) return null;
  const moved = data.items.filter((item) => item.moved);
  return (
    <section aria-labelledby="moved">
      <h2 id="moved">What moved with it</h2>
      {moved.length === 0 && (
        <p>
          None of {data.asked === 1 ? "the one metric" : `${data.asked} metrics`} that were asked clearly
          moved.
        </p>
      )}
      {moved.length > 0 && (
        <ul>
          {moved.slice(0, SHOWN).map(({ series, before, after, change, deployments }) => (
            <li key={series}>
              <code>{series}</code> {sayChange(change)}
              <span className="sub">
                {" "}
                from {sayLevel(before)} to {sayLevel(after)}
                {deployments.length > 1 && ", with this or a deployment close to it"}
              </span>
            </li>
          ))}
        </ul>
      )}
      <p>
        <Link to={`/dashboards/effects?${new URLSearchParams({ subject: id })}`}>
          See all of them, and how it was found out
        </Link>
      </p>
    </section>
  );
}

const sayChange = (change: number | null): string =>
  change === null ? "moved" : `${change < 0 ? "−" : "+"}${Math.abs(Math.round(change * 100))} %`;

const sayLevel = (level: number | null): string =>
  level === null ? "unknown" : String(Number(level.toPrecision(4)));
