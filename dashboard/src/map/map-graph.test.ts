/** Tests how connections are put together. */
import { expect, test } from "vitest";
import { type Connection, drawable, mapGraph } from "./map-graph.ts";

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
