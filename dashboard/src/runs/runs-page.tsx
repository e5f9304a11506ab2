/** The list of runs: those that go on first, then those that have ended. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { Link } from "wouter";
import { useMyId } from "../access/use-may.ts";
import type { RunLine } from "../api/run-types.ts";
import { endedRunsQuery, openRunsQuery } from "../api/runs.ts";
import { Copyable } from "../parts/copyable.tsx";
import { Failure } from "../parts/failure.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { ScrollArea } from "../parts/scroll-area.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { sayActor } from "../rules/say-actor.ts";
import { Moment } from "../time/moment.tsx";
import { titleOfRun } from "./run-title.ts";
import { StandMark } from "./stand-mark.tsx";
import { standOfRun } from "./stands.ts";
import { Took } from "./took.tsx";

export function RunsPage(): ReactElement {
  const open = useQuery(openRunsQuery);
  const ended = useInfiniteQuery(endedRunsQuery);
  const past = ended.data?.pages.flatMap(({ items }) => items);
  const failed = [open, ended].find(({ isError, data }) => isError && data === undefined);
  const isEmpty = open.data?.items.length === 0 && past?.length === 0;
  return (
    <div className="page">
      <PageHead title="Runs" lead="Pipelines and deployments that vice carries out itself, step by step." />
      {failed?.error != null && (
        <Failure error={failed.error} retry={() => Promise.all([open.refetch(), ended.refetch()])} />
      )}
      {(open.isPending || ended.isPending) && failed === undefined && <Waiting what="runs" />}
      {isEmpty && <Nothing />}
      {open.data !== undefined && open.data.items.length > 0 && (
        <RunTable id="open" title="Going on" runs={open.data.items} />
      )}
      {past !== undefined && past.length > 0 && (
        <RunTable id="ended" title="Ended" runs={past}>
          {ended.hasNextPage && (
            <button
              type="button"
              className="button wide"
              disabled={ended.isFetchingNextPage}
              onClick={() => void ended.fetchNextPage()}
            >
              Show older runs
            </button>
          )}
        </RunTable>
      )}
    </div>
  );
}

function Nothing(): ReactElement {
  return (
    <div className="empty">
      <p>
        Nothing has been run yet. Write <code>pipeline:</code> into a <code>vice.yaml</code>, and in its
        folder type:
      </p>
      <Copyable label="command" text="vice auto run ." />
      <p className="hint">It goes on here, with its graph, its logs and who waits for whom.</p>
    </div>
  );
}

interface TableProps {
  id: string;
  title: string;
  runs: readonly RunLine[];
  children?: ReactNode;
}

function RunTable({ id, title, runs, children }: TableProps): ReactElement {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <ScrollArea label={`${title}: list`}>
        <table className="table stacked runs-table">
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Status</th>
              <th scope="col">Started</th>
              <th scope="col">By</th>
              <th scope="col" className="number">
                Steps done
              </th>
              <th scope="col" className="number">
                Took
              </th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <Row key={run.id} run={run} />
            ))}
          </tbody>
        </table>
      </ScrollArea>
      {children}
    </section>
  );
}

function Row({ run }: { run: RunLine }): ReactElement {
  const { id, counts, steps, startedAt, finishedAt, plannedAt, asks, gates } = run;
  const me = useMyId();
  return (
    <tr data-row={id}>
      <th scope="row">
        <Link to={`/runs/${id}`}>{titleOfRun(run)}</Link>
      </th>
      <td data-label="status">
        <StandMark stand={standOfRun(run, asks.length > 0, gates.length > 0)} />
        {asks.length > 0 && <span className="sub">{asks.join(", ")}</span>}
      </td>
      <td data-label="started">
        <Moment at={startedAt ?? plannedAt} />
      </td>
      <td data-label="by">{sayActor({ by: run.actor, byName: run.actorName }, me)}</td>
      <td className="number" data-label="steps done">
        {counts.succeeded ?? 0} of {steps}
      </td>
      <td className="number" data-label="took">
        <Took from={startedAt} to={finishedAt} />
      </td>
    </tr>
  );
}
