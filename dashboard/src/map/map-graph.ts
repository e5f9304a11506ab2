/** The connections of services, tools and teams, put together by one of the three. Pure. */
import type { GraphNode } from "../graph/layout.ts";

export interface Place {
  service: string | null;
  source: string;
  team: string | null;
}

export interface Connection {
  from: Place;
  to: Place;
  count: number;
}

/** `all`: who owns what, and which tool brings it; the others: where work went. */
export const VIEWS = ["all", "tool", "service", "team"] as const;
export type View = (typeof VIEWS)[number];

const NAME_OF: Readonly<Record<Exclude<View, "all">, (place: Place) => string | null>> = {
  tool: ({ source }) => source,
  service: ({ service }) => service,
  team: ({ team }) => team,
};

/** What does not say its service or team. */
export const NAMELESS = "not known";

export interface Way {
  from: string;
  to: string;
  count: number;
}

export interface MapGraph {
  /** By name: the other two kinds of names that were seen there, for a word below the name. */
  nodes: ReadonlyMap<string, { services: number; tools: number; teams: number }>;
  /** The busiest first; from a name to itself is none. */
  ways: readonly Way[];
}

/** Team, service and tool of each place that something was deployed to; names carry their kind before them. */
export function ownership(places: readonly Place[]): MapGraph {
  const pairs: Connection[] = places.flatMap(({ service, source, team }) => {
    const what = `service ${service ?? NAMELESS}`;
    const own = (from: string, to: string): Connection => ({
      from: { service: null, source: from, team: null },
      to: { service: null, source: to, team: null },
      count: 1,
    });
    return [...(team === null ? [] : [own(`team ${team}`, what)]), own(what, `tool ${source}`)];
  });
  return mapGraph(pairs, "tool");
}

export function mapGraph(connections: readonly Connection[], view: Exclude<View, "all">): MapGraph {
  const seen = new Map<string, { services: Set<string>; tools: Set<string>; teams: Set<string> }>();
  const ways = new Map<string, Way>();
  const nameOf = (place: Place): string => NAME_OF[view](place) ?? NAMELESS;
  for (const { from, to, count } of connections) {
    for (const place of [from, to]) {
      const node = seen.get(nameOf(place)) ?? { services: new Set(), tools: new Set(), teams: new Set() };
      seen.set(nameOf(place), node);
      node.tools.add(place.source);
      if (place.service !== null) node.services.add(place.service);
      if (place.team !== null) node.teams.add(place.team);
    }
    const [a, b] = [nameOf(from), nameOf(to)];
    if (a === b) continue;
    const way = ways.get(`${a}\n${b}`) ?? { from: a, to: b, count: 0 };
    ways.set(`${a}\n${b}`, way);
    way.count += count;
  }
  const nodes = new Map(
    [...seen].map(([name, { services, tools, teams }]) => [
      name,
      { services: services.size, tools: tools.size, teams: teams.size },
    ]),
  );
  return { nodes, ways: [...ways.values()].sort((a, b) => b.count - a.count) };
}

/** `team payments` stands for a team; other names are as they are. */
const KINDS = /^(team|service|tool) (.+)$/;
export const kindOf = (key: string): string | null => KINDS.exec(key)?.[1] ?? null;
export const nameOf = (key: string): string => KINDS.exec(key)?.[2] ?? key;

/** Each kind has a column of its own: a service that nobody owns stands among services. */
export function inColumns(nodes: readonly GraphNode[]): GraphNode[] {
  const kinds = ["team", "service", "tool"].filter((kind) => nodes.some(({ key }) => kindOf(key) === kind));
  return nodes.map((node) => ({ ...node, column: Math.max(0, kinds.indexOf(kindOf(node.key) ?? "")) }));
}

/** In an order for drawing: where work goes round, the least used way is left to the table. */
export function drawable({ nodes, ways }: MapGraph): GraphNode[] {
  const needs = new Map([...nodes.keys()].map((name) => [name, new Set<string>()]));
  const reaches = (from: string, to: string): boolean =>
    from === to || [...(needs.get(from) ?? [])].some((before) => reaches(before, to));
  for (const { from, to } of ways) if (!reaches(from, to)) needs.get(to)?.add(from);
  const ordered: GraphNode[] = [];
  const placed = new Set<string>();
  const place = (key: string): void => {
    if (placed.has(key)) return;
    placed.add(key);
    for (const before of needs.get(key) ?? []) place(before);
    ordered.push({ key, needs: [...(needs.get(key) ?? [])] });
  };
  for (const name of nodes.keys()) place(name);
  return ordered;
}
