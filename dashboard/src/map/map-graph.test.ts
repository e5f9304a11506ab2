/** Tests how connections are put together. */
import { expect, test } from "vitest";
import { columnsOf, layOut, NODE_WIDTH, sizesFor } from "../graph/layout.ts";
import { type Connection, drawable, inColumns, mapGraph, ownership } from "./map-graph.ts";

const place = (source: string, service: string | null = null, team: string | null = null) => ({
  source,
  service,
  team,
});
const ways: Connection[] = [
  { from: place("jira"), to: place("gitlab", "shop", "payments"), count: 3 },
  { from: place("gitlab", "shop", "payments"), to: place("octopus", "shop", "payments"), count: 5 },
  { from: place("gitlab", "cart", "payments"), to: place("octopus", "cart", "payments"), count: 2 },
  { from: place("octopus", "shop", "payments"), to: place("jira"), count: 1 },
];

test("by tool: counts add up, the busiest first, with how many services and teams stand there", () => {
  const graph = mapGraph(ways, "tool");
  expect(graph.ways[0]).toEqual({ from: "gitlab", to: "octopus", count: 7 });
  expect(graph.nodes.get("gitlab")).toEqual({ services: 2, tools: 1, teams: 1 });
  expect(mapGraph(ways, "team").ways).toEqual([
    { from: "not known", to: "payments", count: 3 },
    { from: "payments", to: "not known", count: 1 },
  ]);
});

test("where work goes round, the picture leaves the least used way to the table, and stands in order", () => {
  const steps = drawable(mapGraph(ways, "tool"));
  expect(steps).toEqual([
    { key: "jira", needs: [] },
    { key: "gitlab", needs: ["jira"] },
    { key: "octopus", needs: ["gitlab"] },
  ]);
});

test("who owns what and which tool brings it: a team and a service of one name are two", () => {
  const { ways, nodes } = ownership([
    place("gitlab", "search", "search"),
    place("gitlab", "search", "search"),
  ]);
  expect(ways).toEqual([
    { from: "team search", to: "service search", count: 2 },
    { from: "service search", to: "tool gitlab", count: 2 },
  ]);
  expect([...nodes.keys()]).toEqual(["team search", "service search", "tool gitlab"]);
});

test("a service that no team owns stands among services, its tool among tools", () => {
  const graph = ownership([
    place("gitlab", "search", "discovery"),
    place("jenkins", "discovery/deploy-search"),
    place("jenkins", "reports", "logistics"),
  ]);
  const nodes = inColumns(drawable(graph));
  const { nodes: placed } = layOut(nodes);
  const xOf = (key: string) => placed.find((each) => each.key === key)?.x;
  expect(xOf("service discovery/deploy-search")).toBe(xOf("service search"));
  expect(xOf("tool jenkins")).toBe(xOf("tool gitlab"));
  const nobodys = inColumns(drawable(ownership([place("gitlab", "search")])));
  expect(nobodys.map(({ column }) => column)).toEqual([0, 1]);
});

test.each([
  [1088, 23, true],
  [343, 40, false],
  [1088, 5, true],
])("in %i pixels a name of %i letters has its room: %s", (room, letters, isWhole) => {
  const { nodeWidth, gap } = sizesFor(["a".repeat(letters)], 3, room);
  expect(nodeWidth >= letters * 8 + 20).toBe(isWhole);
  expect(nodeWidth).toBeGreaterThanOrEqual(NODE_WIDTH);
  const width = 3 * nodeWidth + 2 * gap;
  if (isWhole) expect(width).toBeLessThanOrEqual(room);
  if (isWhole) expect(width).toBeGreaterThan(room * 0.75);
  expect(
    columnsOf([
      { key: "a", needs: [] },
      { key: "b", needs: ["a"], column: 2 },
    ]),
  ).toBe(3);
});
