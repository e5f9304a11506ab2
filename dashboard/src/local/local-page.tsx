/** The inventory of local actions: what people run from their own shells, how often, how well. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { withParams } from "../api/client.ts";
import { localQuery } from "../api/queries.ts";
import type { LocalAction } from "../api/types.ts";
import { Copyable } from "../parts/copyable.tsx";
import { Failure } from "../parts/failure.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { ScrollArea } from "../parts/scroll-area.tsx";
import { StatusMark } from "../parts/status-mark.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { Duration, Moment } from "../time/moment.tsx";

export function LocalPage(): ReactElement {
  const local = useQuery(localQuery);
  return (
    <div className="page">
      <PageHead
        title="Local actions"
        lead="Steps that people run from their own shells: how often, how well, how long."
      />
      {local.isError && local.data === undefined && (
        <Failure error={local.error} retry={() => local.refetch()} />
      )}
      {local.isPending && <Waiting what="local actions" />}
      {local.data?.items.length === 0 && <Nothing />}
      {local.data !== undefined && local.data.items.length > 0 && <LocalTable items={local.data.items} />}
    </div>
  );
}

function Nothing(): ReactElement {
  return (
    <div className="empty">
      <p>No local action has been recorded. Put one word before any command:</p>
      <Copyable label="command" text="vice run -- make build" />
    </div>
  );
}

function LocalTable({ items }: { items: readonly LocalAction[] }): ReactElement {
  return (
    <ScrollArea label="Local actions">
      <table className="table stacked">
        <thead>
          <tr>
            <th scope="col">Action</th>
            <th scope="col">Service</th>
            <th scope="col" className="number">
              Runs
            </th>
            <th scope="col" className="number">
              Failed
            </th>
            <th scope="col" className="number">
              Usually takes
            </th>
            <th scope="col">Last run</th>
            <th scope="col">Who</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={`${item.service} ${item.name}`} data-row={item.name}>
              <th scope="row">
                <Link to={withParams("/timeline", { all: "true", source: "local", service: item.service })}>
                  <code>{item.name}</code>
                </Link>
              </th>
              <td data-label="service">{item.service ?? <span className="unknown">none</span>}</td>
              <td className="number" data-label="runs">
                {item.runs.toLocaleString()}
              </td>
              <td className="number" data-label="failed">
                {item.failed === 0 ? <span className="zero">0</span> : item.failed.toLocaleString()}
              </td>
              <td className="number" data-label="usually takes">
                <Duration ms={item.p50Ms} />
              </td>
              <td data-label="last run">
                <StatusMark status={item.lastStatus} /> <Moment at={item.lastAt} />
              </td>
              <td data-label="who">{item.owner ?? <span className="unknown">not known</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
