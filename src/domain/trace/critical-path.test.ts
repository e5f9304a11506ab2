/** Tests the critical path: Jaeger's public cases, and what delivery adds to trees. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Kind, Status } from "../activity.ts";
import { criticalPath } from "./critical-path.ts";
import type { GraphSpan } from "./graph.ts";

const NOW = 1_000;
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

interface Given {
  id: string;
  from?: number | null;
  to?: number | null;
  in?: string;
  /** It led to these. */
  leadsTo?: string[];
  kind?: Kind;
  status?: Status | null;
}

function spanOf({
  id,
  from = null,
  to = null,
  in: parent,
  leadsTo = [],
  kind = "action",
  status,
}: Given): GraphSpan {
  return {
    ...{ id, kind, parentId: parent ?? null, status: status ?? "succeeded" },
    ...{ startedAt: iso(from), finishedAt: iso(to), occurredAt: iso(to ?? from ?? 0) ?? "" },
    links: leadsTo.map((each) => ({ to: each, reason: "commit 4bf92f35" })),
  };
}

const pathOf = (given: readonly Given[]): string[] =>
  criticalPath(given.map(spanOf), NOW).sections.map(
    ({ id, startMs, endMs, how }) => `${id} ${startMs}-${endMs}${how === "ran" ? "" : ` ${how}`}`,
  );

/**
 * jaegertracing/jaeger-ui, packages/jaeger-ui/src/components/TracePage/CriticalPath/testCases/test1.js to test9.js with
 * index.test.js. There the last section stands first, and ends are written as durations.
 */
const JAEGER: ReadonlyArray<readonly [file: string, spans: Given[], sections: string[]]> = [
  [
    "test1.js",
    [
      { id: "E", in: "C", from: 50, to: 60 },
      { id: "C", from: 1, to: 101 },
      { id: "D", in: "C", from: 20, to: 40 },
    ],
    ["C 1-20", "D 20-40", "C 40-50", "E 50-60", "C 60-101"],
  ],
  [
    "test2.js",
    [
      { id: "X", from: 1, to: 101 },
      { id: "A", in: "X", from: 10, to: 50 },
      { id: "C", in: "X", from: 20, to: 60 },
    ],
    ["X 1-20", "C 20-60", "X 60-101"],
  ],
  [
    "test3.js",
    [
      { id: "006c3cf93508f205", from: 100, to: 140 },
      { id: "2dc4b796e2127e32", in: "006c3cf93508f205", from: 200, to: 500 },
    ],
    ["006c3cf93508f205 100-140"],
  ],
  [
    "test4.js",
    [
      { id: "A", from: 1, to: 31 },
      { id: "B", in: "A", from: 40, to: 80 },
      { id: "C", in: "B", from: 50, to: 60 },
    ],
    ["A 1-31"],
  ],
  [
    "test5.js, B follows from A",
    [
      { id: "A", from: 1, to: 31, leadsTo: ["B"] },
      { id: "B", in: "A", from: 10, to: 20 },
      { id: "C", in: "B", from: 12, to: 14 },
    ],
    ["A 1-31"],
  ],
  [
    "test6.js",
    [
      { id: "A", from: 1, to: 30 },
      { id: "B", in: "A", from: 15, to: 35 },
      { id: "C", in: "B", from: 10, to: 25 },
    ],
    ["A 1-15", "C 15-25", "B 25-30"],
  ],
  [
    "test7.js",
    [
      { id: "A", from: 1, to: 30 },
      { id: "B", in: "A", from: 15, to: 35 },
      { id: "C", in: "B", from: 20, to: 40 },
    ],
    ["A 1-15", "B 15-20", "C 20-30"],
  ],
  [
    "test8.js",
    [
      { id: "A", from: 10, to: 30 },
      { id: "B", in: "A", from: 5, to: 35 },
    ],
    ["B 10-30"],
  ],
  [
    "test9.js",
    [
      { id: "A", from: 10, to: 30 },
      { id: "B", in: "A", from: 1, to: 5 },
    ],
    ["A 10-30"],
  ],
];

test.each(JAEGER)("Jaeger's public case %s", (_file, spans, sections) => {
  expect(pathOf(spans)).toEqual(sections);
});

const DELIVERY: ReadonlyArray<readonly [what: string, spans: Given[], sections: string[]]> = [
  [
    "a change that was closed before the build, a deployment after it: between them is waiting",
    [
      { id: "ticket", kind: "ticket", from: 0, to: 45, leadsTo: ["change"] },
      { id: "change", kind: "change", from: 20, to: 40, leadsTo: ["build"] },
      { id: "build", kind: "build", from: 50, to: 60, leadsTo: ["deployment"] },
      { id: "deployment", kind: "deployment", from: 75, to: 90 },
    ],
    [
      "ticket 0-20",
      "change 20-40",
      "build 40-50 waited",
      "build 50-60",
      "deployment 60-75 waited",
      "deployment 75-90",
    ],
  ],
  [
    "a ticket that is closed last waited for what it led to, over several links",
    [
      { id: "ticket", kind: "ticket", from: 0, to: 100, leadsTo: ["change", "deployment"] },
      { id: "change", kind: "change", from: 20, to: 40, leadsTo: ["build"] },
      { id: "build", kind: "build", from: 50, to: 60, leadsTo: ["deployment"] },
      { id: "deployment", kind: "deployment", from: 75, to: 90 },
    ],
    [
      "ticket 0-20",
      "change 20-40",
      "build 40-50 waited",
      "build 50-60",
      "deployment 60-75 waited",
      "deployment 75-90",
      "ticket 90-100",
    ],
  ],
  [
    "of ten changes in one deployment the last one is what it waited for, and not the ticket of another",
    [
      { id: "T1", kind: "ticket", from: 0, to: 12, leadsTo: ["c1"] },
      { id: "T2", kind: "ticket", from: 15, to: 38, leadsTo: ["c2"] },
      { id: "c1", kind: "change", from: 2, to: 10, leadsTo: ["deployment"] },
      { id: "c2", kind: "change", from: 18, to: 36, leadsTo: ["deployment"] },
      { id: "deployment", kind: "deployment", from: 50, to: 60 },
    ],
    ["T2 15-18", "c2 18-36", "deployment 36-50 waited", "deployment 50-60"],
  ],
  [
    "a deployment that a running job made: the time before its start is that of the job and what the job waited for",
    [
      { id: "pipeline", kind: "pipeline", from: 0, to: 50 },
      { id: "test", kind: "stage", in: "pipeline", from: 2, to: 20 },
      { id: "ship", kind: "stage", in: "pipeline", from: 25, to: 48, leadsTo: ["deployment"] },
      { id: "deployment", kind: "deployment", from: 30, to: 60 },
    ],
    ["pipeline 0-2", "test 2-20", "pipeline 20-25", "ship 25-30", "deployment 30-60"],
  ],
  [
    "a stage that names what it needs waited for that, not for what happened to end later",
    [
      { id: "pipeline", kind: "pipeline", from: 0, to: 50 },
      { id: "build", in: "pipeline", from: 0, to: 20, leadsTo: ["ship"] },
      { id: "lint", in: "pipeline", from: 0, to: 22 },
      { id: "ship", in: "pipeline", from: 30, to: 50 },
    ],
    ["build 0-20", "pipeline 20-30", "ship 30-50"],
  ],
  [
    "steps without a gap between them are all on the path",
    [
      { id: "run", from: 0, to: 30 },
      { id: "a", in: "run", from: 0, to: 10 },
      { id: "b", in: "run", from: 10, to: 20 },
      { id: "c", in: "run", from: 20, to: 30 },
    ],
    ["a 0-10", "b 10-20", "c 20-30"],
  ],
  [
    "what has not ended goes on until now",
    [
      { id: "build", from: 100, to: 200, leadsTo: ["deployment"] },
      { id: "deployment", kind: "deployment", from: 300, status: "running" },
    ],
    ["build 100-200", "deployment 200-300 waited", "deployment 300-1000"],
  ],
  [
    "what has not begun has waited until now",
    [
      { id: "build", from: 100, to: 200, leadsTo: ["deployment"] },
      { id: "deployment", kind: "deployment", status: "pending" },
    ],
    ["build 100-200", "deployment 200-1000 waited"],
  ],
  [
    "a build that tells only its end takes no zero seconds: how long it ran and waited is not known",
    [
      { id: "change", kind: "change", from: 0, to: 40, leadsTo: ["build"] },
      { id: "build", kind: "build", to: 60, leadsTo: ["deployment"] },
      { id: "deployment", kind: "deployment", from: 75, to: 90 },
    ],
    ["change 0-40", "build 40-60 unknown", "deployment 60-75 waited", "deployment 75-90"],
  ],
  [
    "a build that tells only its start: neither is it known when it ended",
    [
      { id: "build", kind: "build", from: 50, status: "abandoned", leadsTo: ["deployment"] },
      { id: "deployment", kind: "deployment", from: 75, to: 90 },
    ],
    ["build 50-50", "build 50-75 unknown", "deployment 75-90"],
  ],
  [
    "stages that somebody started by hand long after the pipeline had ended: one followed the other",
    [
      { id: "pipeline", kind: "pipeline", from: 0, to: 20 },
      { id: "build", kind: "stage", in: "pipeline", from: 0, to: 20 },
      { id: "prod", kind: "stage", in: "pipeline", from: 80, to: 90 },
      { id: "staging", kind: "stage", in: "pipeline", from: 40, to: 50 },
    ],
    ["build 0-20", "staging 20-40 waited", "staging 40-50", "prod 50-80 waited", "prod 80-90"],
  ],
  ["nothing but an end", [{ id: "build", to: 60 }], ["build 60-60 unknown"]],
  [
    "commands of one trace that nothing joins stand one after the other",
    [
      { id: "install", from: 0, to: 10 },
      { id: "lint", from: 0, to: 4 },
      { id: "deploy", from: 12, to: 20 },
    ],
    ["install 0-10", "deploy 10-12 waited", "deploy 12-20"],
  ],
];

test.each(DELIVERY)("%s", (_what, spans, sections) => {
  expect(pathOf(spans)).toEqual(sections);
});

test("the ids are those that the end waited for, in the order of time", () => {
  const spans = DELIVERY[0]?.[1] ?? [];
  expect(criticalPath(spans.map(spanOf), NOW).ids).toEqual(["ticket", "change", "build", "deployment"]);
  expect(criticalPath([], NOW)).toEqual({ sections: [], ids: [] });
});

const ids = fc.constantFrom(..."abcdefghijkl");
const times = fc.option(fc.integer({ min: 0, max: 60 }), { freq: 6 });
const anySpan = fc.record({
  from: times,
  to: times,
  in: fc.option(ids, { nil: undefined, freq: 2 }),
  leadsTo: fc.array(ids, { maxLength: 3 }),
  kind: fc.constantFrom<Kind>("action", "ticket", "change", "pipeline"),
  status: fc.constantFrom<Status | null>("succeeded", "running", "pending", null),
});
const anyTrace = fc
  .array(anySpan, { maxLength: 12 })
  .map((list) => list.map((each, at) => ({ ...each, id: "abcdefghijkl"[at] ?? "" }) as Given));

test("circles, unknown times and any links: sections stand in order, never overlap, and do not depend on the order told", () => {
  fc.assert(
    fc.property(anyTrace, fc.integer({ min: 0, max: 11 }), (given, turn) => {
      const spans = given.map(spanOf);
      const { sections } = criticalPath(spans, NOW);
      sections.forEach((section, at) => {
        expect(section.startMs).toBeLessThanOrEqual(section.endMs);
        expect(section.startMs).toBe(sections[at - 1]?.endMs ?? section.startMs);
      });
      expect(criticalPath([...spans.slice(turn), ...spans.slice(0, turn)], NOW).sections).toEqual(sections);
    }),
    { numRuns: 2_000 },
  );
});

test("a tree is covered from the start to the end of its root", () => {
  const anyTree = fc.array(fc.record({ from: fc.nat(60), length: fc.nat(40), in: fc.nat(30) }), {
    minLength: 1,
  });
  fc.assert(
    fc.property(anyTree, (list) => {
      const spans = list.map(({ from, length, in: parent }, at) => ({
        ...spanOf({ id: `s${at}`, from, to: from + length + 1 }),
        parentId: at === 0 ? null : `s${parent % at}`,
      }));
      const { sections } = criticalPath(spans, NOW);
      const root = list[0] ?? { from: 0, length: 0 };
      expect([sections[0]?.startMs, sections.at(-1)?.endMs]).toEqual([
        root.from,
        root.from + root.length + 1,
      ]);
    }),
  );
});

test("10,000 spans in one chain are no depth that breaks it", () => {
  const chain = Array.from({ length: 10_000 }, (_, at) =>
    spanOf({ id: `s${at}`, from: at, to: 30_000 - at, ...(at === 0 ? {} : { in: `s${at - 1}` }) }),
  );
  expect(criticalPath(chain, NOW).ids).toHaveLength(10_000);
});
