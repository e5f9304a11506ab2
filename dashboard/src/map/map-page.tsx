/** How services, tools and teams are connected: a picture of where work goes, and the same as a table. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { type ReactElement, useMemo, useRef } from "react";
import { get } from "../api/client.ts";
import { statusQuery } from "../api/queries.ts";
import type { StatusItem } from "../api/types.ts";
import { GraphPicture, NodeWords } from "../graph/graph-picture.tsx";
import { columnsOf, layOut, sizesFor } from "../graph/layout.ts";
import { DataTable } from "../parts/data-table.tsx";
import { Failure } from "../parts/failure.tsx";
import { choices, SelectField } from "../parts/field.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { useUrlState } from "../parts/url-state.ts";
import { useWidth } from "../parts/use-width.ts";
import { Waiting } from "../parts/waiting.tsx";
import {
  type Connection,
  drawable,
  inColumns,
  kindOf,
  type MapGraph,
  mapGraph,
  nameOf,
  ownership,
  type Place,
  VIEWS,
  type View,
  type Way,
} from "./map-graph.ts";

const mapQuery = queryOptions({
  queryKey: ["map"],
  queryFn: () => get<{ items: Connection[]; since: string }>("/v1/map"),
  staleTime: 60_000,
});

export function MapPage(): ReactElement {
  const answer = useQuery(mapQuery);
  const status = useQuery(statusQuery(false));
  const url = useUrlState();
  const said = url.get("by");
  const view: View = VIEWS.find((each) => each === said) ?? "all";
  const chosen = url.get("name");
  const graph = useMemo(
    () =>
      view === "all"
        ? ownership((status.data?.items ?? []).flatMap(placeOf))
        : mapGraph(answer.data?.items ?? [], view),
    [answer.data, status.data, view],
  );
  const isPending = view === "all" ? status.isPending : answer.isPending;
  return (
    <div className="page map-page">
      <PageHead title="Map" lead={LEADS[view]}>
        <SelectField
          label="By"
          value={view}
          change={(value) => url.set({ by: value === "all" ? "" : value, name: "" })}
          options={choices(VIEWS).map((each) =>
            each.value === "all" ? { value: "all", label: "all three" } : each,
          )}
        />
      </PageHead>
      {answer.isError && <Failure error={answer.error} retry={() => answer.refetch()} />}
      {isPending && <Waiting what="the map" />}
      {!isPending && !answer.isError && graph.ways.length === 0 && (
        <div className="empty">
          <p>
            {view === "all"
              ? "Nothing is deployed yet."
              : `No work is known that went from one ${view} to another.`}
          </p>
        </div>
      )}
      {graph.ways.length > 0 && (
        <>
          <Picture
            graph={graph}
            view={view}
            chosen={chosen}
            choose={(name) => url.set({ name: name === chosen ? "" : name })}
          />
          <Ways
            view={view}
            ways={graph.ways.filter(({ from, to }) => chosen === "" || from === chosen || to === chosen)}
          />
        </>
      )}
    </div>
  );
}

const LEADS: Readonly<Record<View, string>> = {
  all: "Teams, their services, and the tools that deploy them.",
  tool: "Where work went from one tool to another in the last 90 days.",
  service: "Where work went from one service to another in the last 90 days.",
  team: "Where work went from one team to another in the last 90 days.",
};

function placeOf({ service, team, running, lastAttempt }: StatusItem): Place[] {
  const source = (running ?? lastAttempt)?.source;
  return source === undefined ? [] : [{ service, team, source }];
}

/** More would not be looked at; the table has them all. */
const MOST_DRAWN = 80;

interface PictureProps {
  graph: MapGraph;
  view: View;
  chosen: string;
  choose: (name: string) => void;
}

function Picture({ graph, view, chosen, choose }: PictureProps): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const room = useWidth(place, 0);
  const layout = useMemo(() => {
    if (graph.nodes.size > MOST_DRAWN) return null;
    const nodes = view === "all" ? inColumns(drawable(graph)) : drawable(graph);
    return layOut(nodes, sizesFor([...graph.nodes.keys()].map(nameOf), columnsOf(nodes), room));
  }, [graph, view, room]);
  if (layout === null) return <div ref={place} />;
  const counts = new Map(graph.ways.map(({ from, to, count }) => [`${from}\n${to}`, count]));
  const most = graph.ways[0]?.count ?? 1;
  return (
    <>
      <div ref={place} />
      <GraphPicture
        label="Picture of the connections"
        layout={layout}
        edge={(edge) => ({
          className: isDim(chosen, edge) ? "edge-left" : "",
          style: { strokeWidth: 1.5 + 4.5 * ((counts.get(`${edge.from}\n${edge.to}`) ?? 0) / most) },
        })}
        node={(key, style) => (
          <button
            type="button"
            className="node map-node"
            aria-pressed={key === chosen}
            style={style}
            onClick={() => choose(key)}
          >
            <NodeWords name={nameOf(key)} more={kindOf(key) ?? sayNode(graph, key)} />
          </button>
        )}
      />
    </>
  );
}

const isDim = (chosen: string, { from, to }: { from: string; to: string }): boolean =>
  chosen !== "" && from !== chosen && to !== chosen;

/** `6 services, 2 teams`: what is more than one says most. */
function sayNode({ nodes }: MapGraph, name: string): string {
  const node = nodes.get(name);
  if (node === undefined) return "";
  const { services, tools, teams } = node;
  const counts = [
    services > 1 && `${services} services`,
    tools > 1 && `${tools} tools`,
    teams > 1 && `${teams} teams`,
  ];
  return counts.filter(Boolean).slice(0, 2).join(", ");
}

function Ways({ ways, view }: { ways: readonly Way[]; view: View }): ReactElement {
  const of = view === "all" ? "" : ` ${view}`;
  return (
    <section aria-labelledby="ways">
      <h2 id="ways">
        Connections <span className="count">{ways.length}</span>
      </h2>
      <DataTable
        label="Table of the connections"
        columns={[
          { title: `From${of}`, cell: ({ from }) => from },
          { title: `To${of}`, cell: ({ to }) => to },
          {
            title: view === "all" ? "Places" : "Times",
            isNumber: true,
            cell: ({ count }) => count.toLocaleString(),
          },
        ]}
        rows={ways}
        keyOf={({ from, to }) => `${from} ${to}`}
      />
    </section>
  );
}
