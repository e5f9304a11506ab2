/** How services, tools and teams are connected: a picture of where work goes, and the same as a table. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { type ReactElement, useMemo } from "react";
import { get } from "../api/client.ts";
import { Failure } from "../parts/failure.tsx";
import { choices, SelectField } from "../parts/field.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { ScrollArea } from "../parts/scroll-area.tsx";
import { useUrlState } from "../parts/url-state.ts";
import { Waiting } from "../parts/waiting.tsx";
import { layOut, pathOf, STEP_HEIGHT, STEP_WIDTH } from "../runs/layout.ts";
import {
  type Connection,
  drawable,
  type MapGraph,
  mapGraph,
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
  const url = useUrlState();
  const said = url.get("by");
  const view: View = VIEWS.find((each) => each === said) ?? "tool";
  const chosen = url.get("name");
  const graph = useMemo(() => mapGraph(answer.data?.items ?? [], view), [answer.data, view]);
  return (
    <div className="page map-page">
      <PageHead title="Map" lead="Where work went in the last 90 days.">
        <SelectField
          label="By"
          value={view}
          change={(value) => url.set({ by: value === "tool" ? "" : value, name: "" })}
          options={choices(VIEWS)}
        />
      </PageHead>
      {answer.isError && <Failure error={answer.error} retry={() => answer.refetch()} />}
      {answer.isPending && <Waiting what="the map" />}
      {answer.data !== undefined && graph.ways.length === 0 && (
        <div className="empty">
          <p>No work is known that went from one {view} to another.</p>
        </div>
      )}
      {graph.ways.length > 0 && (
        <>
          <Picture
            graph={graph}
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

/** More would not be looked at; the table has them all. */
const MOST_DRAWN = 80;

interface PictureProps {
  graph: MapGraph;
  chosen: string;
  choose: (name: string) => void;
}

function Picture({ graph, chosen, choose }: PictureProps): ReactElement | null {
  const layout = useMemo(() => (graph.nodes.size > MOST_DRAWN ? null : layOut(drawable(graph))), [graph]);
  if (layout === null) return null;
  const counts = new Map(graph.ways.map(({ from, to, count }) => [`${from}\n${to}`, count]));
  const most = graph.ways[0]?.count ?? 1;
  return (
    <ScrollArea label="Picture of the connections" className="graph-area">
      <div className="graph" style={{ width: layout.width, height: layout.height }}>
        <svg width={layout.width} height={layout.height} aria-hidden="true">
          {layout.edges.map((edge) => (
            <path
              key={`${edge.from} ${edge.to}`}
              d={pathOf(edge)}
              className={`edge${isDim(chosen, edge) ? " edge-left" : ""}`}
              style={{ strokeWidth: 1.5 + 4.5 * ((counts.get(`${edge.from}\n${edge.to}`) ?? 0) / most) }}
            />
          ))}
        </svg>
        {layout.steps.map(({ key, x, y }) => (
          <button
            key={key}
            type="button"
            className="node map-node"
            aria-pressed={key === chosen}
            style={{ left: x, top: y, width: STEP_WIDTH, height: STEP_HEIGHT }}
            onClick={() => choose(key)}
          >
            <span className="node-words">
              <span className="node-name">{key}</span>
              <span className="node-more">{sayNode(graph, key)}</span>
            </span>
          </button>
        ))}
      </div>
    </ScrollArea>
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
  return (
    <section aria-labelledby="ways">
      <h2 id="ways">
        Connections <span className="count">{ways.length}</span>
      </h2>
      <ScrollArea label="Table of the connections">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">From {view}</th>
              <th scope="col">To {view}</th>
              <th scope="col" className="number">
                Times
              </th>
            </tr>
          </thead>
          <tbody>
            {ways.map(({ from, to, count }) => (
              <tr key={`${from} ${to}`}>
                <th scope="row">{from}</th>
                <td>{to}</td>
                <td className="number">{count.toLocaleString()}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </section>
  );
}
