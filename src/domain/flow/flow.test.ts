// Swimlanes: time in each column exact, moves that nobody told of, labels as columns, and what many tickets add up to.
import { expect, test } from "vitest";
import type { StoredTransition } from "../transition.ts";
import { flowOf } from "./flow.ts";
import { columnOfLabels, DEFAULT_FLOW_RULES, DEFAULT_LABELS, meaningOf } from "./meaning.ts";
import { pieceOfWork } from "./piece-of-work.ts";
import { ticketFlow } from "./ticket-flow.ts";
import { redIntervals, redShare } from "./trunk.ts";

const HOUR = 3_600_000;
const T0 = Date.parse("2026-11-02T09:00:00.000Z");
const at = (hours: number): string => new Date(T0 + hours * HOUR).toISOString();
let key = 0;

function said(
  hours: number,
  step: StoredTransition["step"],
  tags: Record<string, string> = {},
  createdAt: string | null = null,
): StoredTransition {
  key += 1;
  return {
    ...{ activityId: "a", step, at: at(hours), reopens: true, key: String(key), verified: true },
    ...{ facts: { kind: "ticket", createdAt, tags }, deliveryId: null, receivedAt: at(hours) },
  };
}
const moved = (hours: number, from: string, column: string, step: StoredTransition["step"] = "running") =>
  said(hours, step, { column, fromColumn: from });
const told = (list: readonly StoredTransition[], now = 100, rules = DEFAULT_FLOW_RULES) =>
  ticketFlow(list, rules, T0 + now * HOUR);

const STORY = [
  said(0, "requested", { column: "Backlog" }),
  moved(30, "Backlog", "Selected for Development", "requested"),
  moved(34, "Selected for Development", "In Progress"),
  moved(41.5, "In Progress", "QA"),
  moved(50, "QA", "Done", "succeeded"),
];

test("backlog, selected, in progress, QA, done: four durations, whatever order they arrived in", () => {
  const flow = told([...STORY].reverse());
  expect(flow.columns.map(({ column, meaning, ms }) => [column, meaning, (ms ?? 0) / HOUR])).toEqual([
    ["Backlog", "queue", 30],
    ["Selected for Development", "queue", 4],
    ["In Progress", "work", 7.5],
    ["QA", "work", 8.5],
  ]);
  expect(flow).toMatchObject({ state: "done", leadMs: 50 * HOUR, cycleMs: 16 * HOUR, ageMs: null });
  expect(flow.efficiency).toBeCloseTo(16 / 50);
});

test("a configured meaning goes before what the name and the tracker say", () => {
  const rules = { ...DEFAULT_FLOW_RULES, columns: { qa: "queue" as const } };
  expect(told(STORY, 100, rules).efficiency).toBeCloseTo(7.5 / 50);
  expect(meaningOf("Waiting for review", "running", DEFAULT_FLOW_RULES)).toBe("queue");
  expect(meaningOf("In review", "running", DEFAULT_FLOW_RULES)).toBe("work");
  expect(meaningOf("Anything", "requested", DEFAULT_FLOW_RULES)).toBe("queue");
});

test("a move that nobody told of leaves its times unknown, and in no sum", () => {
  const flow = told([
    said(0, "requested", { column: "To Do" }),
    moved(20, "In Progress", "Done", "succeeded"),
  ]);
  expect(flow.stays.map(({ column, enteredAt, leftAt, ms }) => [column, enteredAt, leftAt, ms])).toEqual([
    ["To Do", at(0), null, null],
    ["In Progress", null, at(20), null],
    ["Done", at(20), null, null],
  ]);
  expect(flow).toMatchObject({ leadMs: 20 * HOUR, cycleMs: null, efficiency: null, unknownStays: 2 });
  expect(flow).toMatchObject({ unknownMs: 20 * HOUR, efficiencyRange: null });
});

test("efficiency with a wait that nobody told is what it lies between, of one ticket and of all; being done in between is no time of it", () => {
  const unheard = [
    said(0, "requested", { column: "To Do" }, at(0)),
    moved(30, "Selected", "In Progress"),
    moved(50, "In Progress", "Done", "succeeded"),
  ];
  const lost = told(unheard);
  expect(lost).toMatchObject({ workMs: 20 * HOUR, queueMs: 0, unknownMs: 30 * HOUR, efficiency: null });
  expect(lost.efficiencyRange).toEqual({ least: 0.4, most: 1 });
  expect(lost.efficiencyReason).toBe("of 60 % of the time nobody told in which column it was spent");
  // Ten hours done, and opened again for two.
  const again = told([
    ...STORY,
    moved(60, "Done", "In Progress"),
    moved(62, "In Progress", "Done", "succeeded"),
  ]);
  expect(again).toMatchObject({ unknownMs: 0, efficiency: 18 / 52, efficiencyReason: null });
  const both = flowOf([lost, again], Date.parse(at(0)));
  expect(both.efficiency).toBeNull();
  expect(both.efficiencyRange).toEqual({ least: 38 / 102, most: 68 / 102 });
  expect(flowOf([again], Date.parse(at(0))).efficiency).toBe(18 / 52);
});

test("seen in a column without a move: it stands there, since when is not known", () => {
  const flow = told([said(0, "requested", { column: "To Do" }), said(9, "observed", { column: "Doing" })]);
  expect(flow.stays.at(-1)).toMatchObject({ column: "Doing", enteredAt: null, ms: null, current: true });
});

test("sent back and done again: both visits count, the last done is the end", () => {
  const flow = told([
    ...STORY,
    moved(60, "Done", "In Progress"),
    moved(62, "In Progress", "Done", "succeeded"),
  ]);
  expect(flow.columns.find(({ column }) => column === "In Progress")).toMatchObject({
    ms: 9.5 * HOUR,
    visits: 2,
  });
  expect(flow.leadMs).toBe(62 * HOUR);
});

test("labels are columns where the tracker has none; closing ends the last, whatever its label says", () => {
  const issue = (hours: number, step: StoredTransition["step"], labels?: string) =>
    said(
      hours,
      step,
      { title: "Pay by card", number: "7", ...(labels === undefined ? {} : { labels }) },
      at(0),
    );
  const flow = told([
    said(0, "requested", {}, at(0)),
    issue(0, "requested"),
    issue(5, "requested", "bug, status: doing"),
    said(0, "requested", {}, at(0)),
    issue(9, "requested", "bug, status: review"),
    said(12, "succeeded", {}, at(0)),
    issue(12.5, "observed", "bug, status: review"),
  ]);
  expect(flow.columns.map(({ column, meaning, ms }) => [column, meaning, (ms ?? 0) / HOUR])).toEqual([
    ["open", "queue", 5],
    ["doing", "work", 4],
    ["review", "work", 3],
  ]);
  expect(flow).toMatchObject({ state: "done", leadMs: 12 * HOUR });
});

test("labels that name a column", () => {
  expect(columnOfLabels(["bug", "Workflow::In dev"], DEFAULT_LABELS)).toBe("In dev");
  expect(columnOfLabels(["status:"], DEFAULT_LABELS)).toBeNull();
  expect(columnOfLabels(["kanban/qa/now"], ["kanban/*/now"])).toBe("qa");
});

test("many tickets: what is in work, what waits, what was done in the period and where its time went", () => {
  const tickets = [
    told(STORY),
    told([said(0, "requested", { column: "Backlog" }), moved(10, "Backlog", "In Progress")]),
    told([said(70, "requested", { column: "Backlog" })]),
    told([said(0, "requested", { column: "Backlog" }), moved(40, "Backlog", "Done", "canceled")]),
  ];
  const flow = flowOf(tickets, T0 + 20 * HOUR);
  expect(flow).toMatchObject({ inProgress: 1, waiting: 1, done: 1, canceled: 1, leadMs: { p50: 50 * HOUR } });
  expect(flow.columns.map(({ column, now, oldestMs, left }) => [column, now, oldestMs, left])).toEqual([
    ["Backlog", 1, 30 * HOUR, 2],
    ["Selected for Development", 0, null, 1],
    ["In Progress", 1, 90 * HOUR, 1],
    ["QA", 0, null, 1],
  ]);
});

test("one piece of work over three tools has one lead time: the last end minus the first start", () => {
  const part = (start: number | null, end: number | null) => ({
    kind: "build" as const,
    startedAt: start === null ? null : at(start),
    finishedAt: end === null ? null : at(end),
    occurredAt: at(end ?? start ?? 0),
  });
  const ended = [part(0, 10), part(4, 9), part(null, 12)];
  const isOpen = ({ finishedAt }: { finishedAt: string | null }) => finishedAt === null;
  expect(pieceOfWork(ended, isOpen)).toMatchObject({ leadMs: 12 * HOUR, endedAt: at(12), reason: null });
  expect(pieceOfWork([...ended, part(5, null)], isOpen)).toMatchObject({
    leadMs: null,
    reason: "1 of 4 not ended yet",
  });
  expect(pieceOfWork([], isOpen)).toMatchObject({ leadMs: null, startedAt: null });
});

test("the trunk is red from a failed end to the next success, each pipeline on its own", () => {
  const run = (id: string, pipeline: string, hours: number, status: "succeeded" | "failed" | "canceled") => ({
    ...{ id, pipeline, status, finishedAt: at(hours), commitSha: null, url: null },
  });
  const red = redIntervals(
    [
      run("4", "ci", 8, "succeeded"),
      run("1", "ci", 1, "failed"),
      run("2", "ci", 2, "canceled"),
      run("3", "ci", 3, "failed"),
      run("5", "lint", 6, "failed"),
    ],
    T0 + 20 * HOUR,
  );
  expect(red.map(({ pipeline, ms, failures, to }) => [pipeline, ms / HOUR, failures, to])).toEqual([
    ["ci", 7, 2, at(8)],
    ["lint", 14, 1, null],
  ]);
  expect(redShare(red, T0, T0 + 20 * HOUR)).toBeCloseTo(19 / 20);
});
