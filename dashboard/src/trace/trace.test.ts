/** Tests what the trace page computes: folding, zoom, keys, the mini-map. */
import { expect, test } from "vitest";
import type { Span } from "../api/traces.ts";
import { foldingParams, readFolding, reveal, step, turn, visibleRows } from "./folding.ts";
import { miniLines } from "./mini-lines.ts";
import { matchesIn, modelOf } from "./model.ts";
import { traceActionFor } from "./trace-keys.ts";
import { pan, readZoom, sayZoom, scale, WHOLE, zoomOf } from "./zoom.ts";

const span = (id: string, parentId: string | null, from: number, to: number): Span => ({
  ...{ id, parentId, kind: "stage", name: `Step ${id}`, service: null, team: null, environment: null },
  ...{ status: id === "d" ? "failed" : "succeeded", source: "gitlab", url: null, links: [] },
  ...{ startedAt: new Date(from).toISOString(), finishedAt: new Date(to).toISOString() },
  occurredAt: new Date(to).toISOString(),
});
/** a > b > c, a > d */
const spans = [
  span("a", null, 0, 100),
  span("b", "a", 10, 50),
  span("c", "b", 20, 30),
  span("d", "a", 60, 90),
];
const model = modelOf({ traceId: "", spans, criticalPath: [], truncated: false }, 1_000);
const { rows } = model;
const open = readFolding("", "");

test("rows fold from a depth on; one that was turned stands the other way; the address keeps it", () => {
  expect(visibleRows(rows, open)).toEqual([0, 1, 2, 3]);
  expect(visibleRows(rows, { ...open, depth: 1 })).toEqual([0, 1, 3]);
  const turned = turn({ ...open, depth: 1 }, "b");
  expect(visibleRows(rows, turned)).toEqual([0, 1, 2, 3]);
  expect(visibleRows(rows, turn(open, "a"))).toEqual([0]);
  const { depth = "", turned: keys = "" } = foldingParams(turned);
  expect(readFolding(depth, keys)).toEqual(turned);
  expect(readFolding("x", "")).toEqual(open);
});

test("one level less and one more, and what is searched for is opened", () => {
  const less = step(open, -1, model.deepest);
  expect(less.depth).toBe(1);
  expect(step(less, -1, model.deepest).depth).toBe(0);
  expect(step(step(less, -1, model.deepest), -1, model.deepest).depth).toBe(0);
  expect(step(less, 1, model.deepest).depth).toBeNull();
  expect(visibleRows(rows, reveal(rows, 2, { ...open, depth: 0 }))).toEqual([0, 1, 2, 3]);
});

test("zoom stays within the whole, keeps its width when it is moved, and reads what it says", () => {
  expect(zoomOf(0.8, 0.2)).toEqual({ from: 0.2, to: 0.8 });
  expect(zoomOf(1, 1).to).toBe(1);
  expect(pan({ from: 0.5, to: 0.9 }, 1)).toEqual({ from: 0.6, to: 1 });
  expect(scale({ from: 0, to: 0.5 }, 0.5)).toEqual({ from: 0.125, to: 0.375 });
  expect(scale({ from: 0.1, to: 0.9 }, 2)).toEqual(WHOLE);
  expect(readZoom(sayZoom({ from: 0.25, to: 0.5 }))).toEqual({ from: 0.25, to: 0.5 });
  expect([sayZoom(WHOLE), readZoom("7-x"), readZoom("")]).toEqual(["", WHOLE, WHOLE]);
});

test("keys are Jaeger's", () => {
  const press = (key: string, shiftKey = false, ctrlKey = false) =>
    traceActionFor({ key, shiftKey, ctrlKey });
  expect(press("s")).toEqual({ do: "page", by: 1 });
  expect(press("A", true)).toEqual({ do: "pan", by: -0.5 });
  expect(press("ArrowUp", true)).toEqual({ do: "zoom", by: 0.4 });
  expect(press("]")).toEqual({ do: "fold", how: "all" });
  expect(press("b", false, true)).toEqual({ do: "search" });
  expect([press("s", false, true), press("x"), press("?", true)]).toEqual([null, null, null]);
});

test("the mini-map draws what falls on one spot once, and the search looks at all that a row shows", () => {
  expect(miniLines(model).failed).toBe("M600 48H900");
  expect(miniLines(model).path).toContain("M600 48H900");
  const many = Array.from({ length: 5_000 }, (_, at) => span(String(at), null, at % 10, 50));
  const lines = miniLines(modelOf({ traceId: "", spans: many, criticalPath: [], truncated: false }, 1_000));
  expect(lines.beside.length).toBeLessThan(2_000);
  expect([...matchesIn(rows, "FAILED")]).toEqual([3]);
  expect([...matchesIn(rows, " step b ")]).toEqual([1]);
  expect(matchesIn(rows, " ").size).toBe(0);
});
