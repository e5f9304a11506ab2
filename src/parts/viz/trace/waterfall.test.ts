/** Tests how a trace reads in a terminal. */
import { expect, test } from "vitest";
import type { Span, Trace } from "../../../domain/trace/span.ts";
import { barOf } from "./bars.ts";
import { waterfall } from "./waterfall.ts";

const MINUTE = 60_000;
const START = Date.parse("2026-11-20T10:00:00.000Z");
const at = (minutes: number | null): string | null =>
  minutes === null ? null : new Date(START + minutes * MINUTE).toISOString();

function span(
  kind: Span["kind"],
  name: string,
  [from, to]: readonly [number | null, number | null],
  more: Partial<Span> = {},
): Span {
  return {
    ...{ id: name, parentId: null, kind, name, service: null, team: null, environment: null, url: null },
    ...{ status: "succeeded", source: kind, startedAt: at(from), finishedAt: at(to) },
    occurredAt: at(to ?? from ?? 0) ?? "",
    links: [],
    ...more,
  };
}
const link = (to: string) => [{ to, reason: "commit 4bf92f35" }];

const spans: Span[] = [
  span("ticket", "SHOP-12 Pay by card", [0, 170], { links: link("#31 Pay by card") }),
  span("change", "#31 Pay by card", [20, 80], { parentId: "SHOP-12 Pay by card", links: link("main") }),
  span("pipeline", "main", [90, 120], { parentId: "#31 Pay by card", links: link("shop v1.4.2 to prod-eu") }),
  span("stage", "unit tests", [90, 100], { parentId: "main", status: "failed" }),
  span("build", "image", [null, 118], { parentId: "main" }),
  span("deployment", "shop v1.4.2 to prod-eu", [160, null], { parentId: "main", status: "running" }),
];
const trace: Trace = {
  traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  spans,
  criticalPath: [],
  truncated: true,
};
const style = (columns: number) => ({
  ...{ nowMs: START + 180 * MINUTE, columns },
  color: (_name: string, text: string) => text,
});

test("tree, bars, durations and states in columns; what the end waited for by sign and by shape", () => {
  expect(`\n${waterfall(trace, style(120))}\n`).toMatchInlineSnapshot(`
    "
    trace 4bf92f3577b34da6a3ce929d0e0e4736
    6 activities, 6 tools, 3 h: 2026-11-20 10:00 to 2026-11-20 13:00 UTC

                                                                     0              1 h                2 h               3 h
    * ticket SHOP-12 Pay by card                2 h 50  ✓ succeeded  ███████━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
    * └ change #31 Pay by card                     1 h  ✓ succeeded        ███████████████████
    *   └ pipeline main                         30 min  ✓ succeeded                          ···━━━━━━━━━█
    *     ├ stage unit tests                    10 min  ✗ failed                                ████
    *     ├ build image                              ?  ✓ succeeded                                ??????◆
    *     └ deployment shop v1.4.2 to prod-eu  20 min+  ▶ running                                        ············██████▶

    Waiting took 50 min of 3 h: 40 min before deployment shop v1.4.2 to prod-eu, 10 min before pipeline main.
    Of 18 min it is not known whether something went on or waited.
    There is more than was gathered here: this is a part of the trace.
    How long it stood in each column of the board: vice flow ticket SHOP-12

    Why they are linked
      ticket SHOP-12 Pay by card led to change #31 Pay by card: commit 4bf92f35
      change #31 Pay by card led to pipeline main: commit 4bf92f35
      pipeline main led to deployment shop v1.4.2 to prod-eu: commit 4bf92f35

    █ the end waited for it  ━ beside that  · waiting  ? not known  ◆ one moment  ▶ goes on
    "
  `);
});

test("a narrow terminal leaves the bars away, and no line is longer than it", () => {
  const text = waterfall(trace, style(44));
  expect(`\n${text}\n`).toMatchInlineSnapshot(`
    "
    trace 4bf92f3577b34da6a3ce929d0e0e4736
    6 activities, 6 tools, 3 h: 2026-11-20 10:00 to 2026-11-20 13:00 UTC

    * ticket SHOP-12 Pay by card       2 h 50  ✓
    * └ change #31 Pay by card            1 h  ✓
    *   └ pipeline main                30 min  ✓
    *     ├ stage unit tests           10 min  ✗
    *     ├ build image                     ?  ✓
    *     └ deployment shop v1.4.2 …  20 min+  ▶

    Waiting took 50 min of 3 h: 40 min before deployment shop v1.4.2 to prod-eu, 10 min before pipeline main.
    Of 18 min it is not known whether something went on or waited.
    There is more than was gathered here: this is a part of the trace.
    How long it stood in each column of the board: vice flow ticket SHOP-12

    Why they are linked
      ticket SHOP-12 Pay by card led to change #31 Pay by card: commit 4bf92f35
      change #31 Pay by card led to pipeline main: commit 4bf92f35
      pipeline main led to deployment shop v1.4.2 to prod-eu: commit 4bf92f35

    "
  `);
  const rows = text.split("\n").slice(3, 9);
  for (const line of rows) expect(line.length).toBeLessThanOrEqual(44);
});

test.each([66, 80, 100, 160])("no row is longer than %d columns", (columns) => {
  const rows = waterfall(trace, style(columns)).split("\n").slice(3, 10);
  for (const line of rows) expect([line, line.length <= columns]).toEqual([line, true]);
});

test("where nothing says how wide it is, lines stay as long as one can read", () => {
  for (const line of waterfall(trace, style(Number.POSITIVE_INFINITY)).split("\n").slice(3, 10))
    expect(line.length).toBeLessThanOrEqual(160);
});

test("names from outside cannot write on the terminal, and an empty trace says so", () => {
  const evil = [span("action", "\u001b[2Jrm", [0, 1])];
  expect(waterfall({ ...trace, spans: evil }, style(80))).toContain("action \ufffd[2Jrm");
  expect(waterfall({ ...trace, spans: [] }, style(80))).toBe("Nothing is known of this trace.");
});

test("cells: the shortest has one, what ends where a cell begins does not reach into it", () => {
  const scale = { fromMs: 0, toMs: 100, width: 10 };
  const extent = (startMs: number | null, endMs: number | null) => ({
    ...{ startMs, endMs, isOpen: false, lastMs: endMs ?? startMs ?? 0 },
  });
  const ran = (startMs: number, endMs: number) => ({ id: "a", startMs, endMs, how: "ran" as const });
  expect(barOf(extent(0, 50), [], scale)).toBe("━━━━━");
  expect(barOf(extent(55, 55.1), [], scale)).toBe("     ━");
  expect(barOf(extent(20, 80), [ran(20, 40)], scale)).toBe("  ██━━━━");
  expect(barOf(extent(null, 99), [], scale)).toBe("         ◆");
  expect(barOf(extent(5, 5), [], { fromMs: 5, toMs: 5, width: 10 })).toBe("◆");
});

test("the queue before a ticket was begun is waiting; what is not known is said; a report brought in days later is not the end", () => {
  const spans = [
    span("ticket", "SHOP-12 Pay by card", [120, 180], { createdAt: at(0) ?? "", links: link("build") }),
    span("build", "build", [130, 170]),
    span("check", "unit tests", [6000, 6001], { status: "failed" }),
  ];
  const text = waterfall({ ...trace, spans, truncated: false }, style(120));
  expect(text).toContain("3 activities, 3 tools, 3 h: 2026-11-20 10:00 to 2026-11-20 13:00 UTC");
  expect(text).toContain("Waiting took 2 h of 3 h: 2 h before ticket SHOP-12 Pay by card.");
  expect(text).toContain("Told after all was done, and therefore not counted: check unit tests.");
  expect(text).toContain("How long it stood in each column of the board: vice flow ticket SHOP-12");
  const unknown = [span("ticket", "TP-3", [null, 60], { createdAt: at(9) ?? "" })];
  const said = waterfall({ ...trace, spans: unknown, truncated: false }, style(120));
  expect(said).toContain("Of 51 min it is not known whether something went on or waited.");
  expect(said).not.toContain("nothing waited");
  expect(said).toContain("1 activity, 1 tool, 51 min:");
});
