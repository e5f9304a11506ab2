/** Tests the picture of a run for any graph: nothing lies on anything else, and everything goes forward. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type GraphStep, type Layout, layOut, pathOf, STEP_HEIGHT, STEP_WIDTH } from "./layout.ts";

const step = (key: string, ...needs: string[]): GraphStep => ({ key, needs });

/** Any graph: each step needs some of those before it. */
const graphs = fc
  .array(fc.array(fc.nat(29), { maxLength: 4 }), { minLength: 1, maxLength: 30 })
  .map((rows) => rows.map((needs, at) => step(`s${at}`, ...needs.filter((n) => n < at).map((n) => `s${n}`))));

const at = ({ steps }: Layout, key: string) => {
  const found = steps.find((each) => each.key === key);
  if (found === undefined) throw new Error(key);
  return found;
};

describe("for any graph", () => {
  test("each step stands once, inside the picture, and none touches another", () => {
    fc.assert(
      fc.property(graphs, (steps) => {
        const layout = layOut(steps);
        expect(layout.steps.map(({ key }) => key).sort()).toEqual(steps.map(({ key }) => key).sort());
        for (const { x, y } of layout.steps) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(x + STEP_WIDTH).toBeLessThanOrEqual(layout.width);
          expect(y + STEP_HEIGHT).toBeLessThanOrEqual(layout.height);
        }
        for (const a of layout.steps)
          for (const b of layout.steps)
            if (a.key < b.key)
              expect(Math.abs(a.x - b.x) >= STEP_WIDTH || Math.abs(a.y - b.y) > STEP_HEIGHT).toBe(true);
      }),
    );
  });

  test("edges go forward, from the side of one step to the side of the other, and through none", () => {
    fc.assert(
      fc.property(graphs, (steps) => {
        const layout = layOut(steps);
        for (const { from, to, points } of layout.edges) {
          expect(points[0]).toEqual([at(layout, from).x + STEP_WIDTH, at(layout, from).y + STEP_HEIGHT / 2]);
          expect(points.at(-1)).toEqual([at(layout, to).x, at(layout, to).y + STEP_HEIGHT / 2]);
          points.forEach(([x, y], n) => {
            expect(x).toBeGreaterThan(points[n - 1]?.[0] ?? -1);
            if (n === 0 || n === points.length - 1) return;
            const hit = layout.steps.filter(
              (each) => x >= each.x && x <= each.x + STEP_WIDTH && y > each.y && y < each.y + STEP_HEIGHT,
            );
            expect(hit).toEqual([]);
          });
        }
      }),
    );
  });

  test("whoever needs a step is reached from it", () => {
    fc.assert(
      fc.property(graphs, (steps) => {
        const { edges } = layOut(steps);
        const reached = (key: string): Set<string> =>
          new Set(edges.filter(({ to }) => to === key).flatMap(({ from }) => [from, ...reached(from)]));
        for (const { key, needs } of steps.slice(-5))
          expect([...reached(key)]).toEqual(expect.arrayContaining([...needs]));
      }),
      { numRuns: 40 },
    );
  });
});

test("a chain is one level line, and what is needed by way of another is not drawn twice", () => {
  const layout = layOut([step("a"), step("b", "a"), step("c", "b", "a")]);
  expect(new Set(layout.steps.map(({ y }) => y)).size).toBe(1);
  expect(layout.edges.map(({ from, to }) => `${from} ${to}`)).toEqual(["a b", "b c"]);
  expect(layout.edges.map(pathOf).every((path) => /^M\d+ \d+H\d+$/.test(path))).toBe(true);
});

test("what is needed by all stands in the middle of them", () => {
  const layout = layOut([
    step("a"),
    step("b1", "a"),
    step("b2", "a"),
    step("b3", "a"),
    step("c", "b1", "b2", "b3"),
  ]);
  expect(at(layout, "a").y).toBe(at(layout, "b2").y);
  expect(at(layout, "c").y).toBe(at(layout, "b2").y);
});

test("a need that is not there is left out", () => {
  expect(layOut([step("a", "gone")]).edges).toEqual([]);
});
