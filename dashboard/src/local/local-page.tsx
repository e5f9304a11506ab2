/** The inventory of local actions: what people run from their own shells, how often, how well. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { withParams } from "../api/client.ts";
import { localQuery } from "../api/queries.ts";
import type { LocalAction } from "../api/types.ts";
import { Copyable } from "../parts/copyable.tsx";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { Failure } from "../parts/failure.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { StatusMark } from "../parts/status-mark.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { Duration, Moment, NotKnown } from "../time/moment.tsx";

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
      {local.data !== undefined && local.data.items.length > 0 && (
        <DataTable
          label="Local actions"
          columns={COLUMNS}
          rows={local.data.items}
          keyOf={({ service, name }) => `${service} ${name}`}
          isWalked
          isStacked
        />
      )}
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

const COLUMNS: ReadonlyArray<Column<LocalAction>> = [
  {
    title: "Action",
    cell: ({ name, service }) => (
      <Link to={withParams("/timeline", { all: "true", source: "local", service })}>
        <code>{name}</code>
      </Link>
    ),
  },
  { title: "Service", cell: ({ service }) => service ?? <span className="unknown">none</span> },
  { title: "Runs", isNumber: true, cell: ({ runs }) => runs.toLocaleString() },
  {
    title: "Failed",
    isNumber: true,
    cell: ({ failed }) => (failed === 0 ? <span className="zero">0</span> : failed.toLocaleString()),
  },
  { title: "Usually takes", isNumber: true, cell: ({ p50Ms }) => <Duration ms={p50Ms} /> },
  {
    title: "Last run",
    cell: ({ lastStatus, lastAt }) => (
      <>
        <StatusMark status={lastStatus} /> <Moment at={lastAt} />
      </>
    ),
  },
  { title: "Who", cell: ({ owner }) => owner ?? <NotKnown /> },
];
