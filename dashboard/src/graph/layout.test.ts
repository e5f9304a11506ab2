/** Tests where the nodes of any graph stand: nothing lies on anything else, and everything goes forward. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type GraphNode, type Layout, layOut, NODE_HEIGHT, NODE_WIDTH, pathOf } from "./layout.ts";

const node = (key: string, ...needs: string[]): GraphNode => ({ key, needs });

/** Any graph: each node needs some of those before it. */
const graphs = fc
  .array(fc.array(fc.nat(29), { maxLength: 4 }), { minLength: 1, maxLength: 30 })
  .map((rows) => rows.map((needs, at) => node(`s${at}`, ...needs.filter((n) => n < at).map((n) => `s${n}`))));

const at = ({ nodes }: Layout, key: string) => {
  const found = nodes.find((each) => each.key === key);
  if (found === undefined) throw new Error(key);
  return found;
};

describe("for any graph", () => {
  test("each node stands once, inside the picture, and none touches another", () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        const layout = layOut(nodes);
        expect(layout.nodes.map(({ key }) => key).sort()).toEqual(nodes.map(({ key }) => key).sort());
        for (const { x, y } of layout.nodes) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(x + NODE_WIDTH).toBeLessThanOrEqual(layout.width);
          expect(y + NODE_HEIGHT).toBeLessThanOrEqual(layout.height);
        }
        for (const a of layout.nodes)
          for (const b of layout.nodes)
            if (a.key < b.key)
              expect(Math.abs(a.x - b.x) >= NODE_WIDTH || Math.abs(a.y - b.y) > NODE_HEIGHT).toBe(true);
      }),
    );
  });

  test("edges go forward, from the side of one node to the side of the other, and through none", () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        const layout = layOut(nodes);
        for (const { from, to, points } of layout.edges) {
          expect(points[0]).toEqual([at(layout, from).x + NODE_WIDTH, at(layout, from).y + NODE_HEIGHT / 2]);
          expect(points.at(-1)).toEqual([at(layout, to).x, at(layout, to).y + NODE_HEIGHT / 2]);
          points.forEach(([x, y], n) => {
            expect(x).toBeGreaterThan(points[n - 1]?.[0] ?? -1);
            if (n === 0 || n === points.length - 1) return;
            const hit = layout.nodes.filter(
              (each) => x >= each.x && x <= each.x + NODE_WIDTH && y > each.y && y < each.y + NODE_HEIGHT,
            );
            expect(hit).toEqual([]);
          });
        }
      }),
    );
  });

  test("whoever needs a node is reached from it", () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        const { edges } = layOut(nodes);
        const reached = (key: string): Set<string> =>
          new Set(edges.filter(({ to }) => to === key).flatMap(({ from }) => [from, ...reached(from)]));
        for (const { key, needs } of nodes.slice(-5))
          expect([...reached(key)]).toEqual(expect.arrayContaining([...needs]));
      }),
      { numRuns: 40 },
    );
  });
});

test("a chain is one level line, and what is needed by way of another is not drawn twice", () => {
  const layout = layOut([node("a"), node("b", "a"), node("c", "b", "a")]);
  expect(new Set(layout.nodes.map(({ y }) => y)).size).toBe(1);
  expect(layout.edges.map(({ from, to }) => `${from} ${to}`)).toEqual(["a b", "b c"]);
  expect(layout.edges.map(pathOf).every((path) => /^M\d+ \d+H\d+$/.test(path))).toBe(true);
});

test("what is needed by all stands in the middle of them", () => {
  const layout = layOut([
    node("a"),
    node("b1", "a"),
    node("b2", "a"),
    node("b3", "a"),
    node("c", "b1", "b2", "b3"),
  ]);
  expect(at(layout, "a").y).toBe(at(layout, "b2").y);
  expect(at(layout, "c").y).toBe(at(layout, "b2").y);
});

test("a need that is not there is left out", () => {
  expect(layOut([node("a", "gone")]).edges).toEqual([]);
});
