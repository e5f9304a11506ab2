/** Tests the rows of a trace and where its time went. */
import { expect, test } from "vitest";
import type { Status } from "../activity.ts";
import { extentOf } from "./extent.ts";
import { layOut } from "./layout.ts";
import { parentsOf, selfTimes, statistics } from "./statistics.ts";

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

const span = (
  id: string,
  parentId: string | null,
  from: number | null,
  to: number | null,
  status: Status = "succeeded",
) => ({
  ...{
    id,
    parentId,
    name: id.replace(/\d/g, ""),
    source: "gitlab",
    service: null,
    kind: "stage" as const,
    status,
  },
  ...{ startedAt: iso(from), finishedAt: iso(to), occurredAt: iso(to ?? from ?? 0) ?? "" },
});

const outline = (spans: ReadonlyArray<ReturnType<typeof span>>): string[] =>
  layOut(spans).map(({ span: { id }, depth, below }) => `${"-".repeat(depth)}${id} ${below}`);

test("parents before children, siblings by start, whoever came first", () => {
  const spans = [
    span("test", "run", 20, 30),
    span("unit", "test", 20, 25),
    span("late", null, 90, 95),
    span("build", "run", 5, 15),
    span("run", "gone", 0, 40),
  ];
  expect(outline(spans)).toEqual(["run 3", "-build 0", "-test 1", "--unit 0", "late 0"]);
  expect(outline(spans.toReversed())).toEqual(outline(spans));
  expect(parentsOf(layOut(spans))).toEqual([-1, 0, 0, 2, -1]);
});

test("parents in a circle lose nobody, and nobody stands twice", () => {
  const circle = [
    span("a", "c", 3, 4),
    span("b", "a", 2, 3),
    span("c", "b", 1, 2),
    span("self", "self", 0, 1),
  ];
  expect(outline(circle)).toEqual(["self 0", "c 2", "-a 1", "--b 0"]);
});

test("self time is what nothing below covers: overlaps count once, what hangs over is cut, the unknown takes nothing", () => {
  const rows = layOut([
    span("run", null, 0, 100),
    span("a", "run", 10, 40),
    span("b", "run", 20, 50),
    span("c", "run", 90, 130),
    span("d", "run", null, 80),
    span("e", "run", 45, 48),
  ]);
  const self = selfTimes(
    rows,
    rows.map((row) => extentOf(row.span, 0)),
  );
  expect(Object.fromEntries(rows.map(({ span: { id } }, at) => [id, self[at]]))).toEqual({
    ...{ run: 50, a: 30, b: 30, c: 40, d: null, e: 3 },
  });
});

test("statistics: the most self time first, nulls where no duration is known, open ones until now", () => {
  const rows = layOut([
    span("run", null, 0, 100),
    span("test1", "run", 0, 10, "failed"),
    span("test2", "run", 10, 40),
    span("test3", "run", 40, null, "running"),
    span("tag", "run", null, 80),
  ]);
  expect(statistics(rows, "step", 60)).toEqual([
    {
      ...{ name: "test", count: 3, failed: 1, known: 3, totalMs: 60, selfMs: 60, minMs: 10, maxMs: 30 },
      ...{ p50Ms: 20, p95Ms: 29, share: 0.6 },
    },
    {
      ...{ name: "run", count: 1, failed: 0, known: 1, totalMs: 100, selfMs: 40, minMs: 100, maxMs: 100 },
      ...{ p50Ms: 100, p95Ms: 100, share: 0.4 },
    },
    {
      ...{
        name: "tag",
        count: 1,
        failed: 0,
        known: 0,
        totalMs: null,
        selfMs: null,
        minMs: null,
        maxMs: null,
      },
      ...{ p50Ms: null, p95Ms: null, share: null },
    },
  ]);
  expect(statistics(rows, "tool", 60).map(({ name, count }) => [name, count])).toEqual([["gitlab", 5]]);
  expect(statistics(rows, "service", 60)[0]?.name).toBeNull();
});
