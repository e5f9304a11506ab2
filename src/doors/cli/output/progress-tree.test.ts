// The parts of long work: redrawn in place on a terminal, plain lines elsewhere, never wider nor longer than the screen.
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sink } from "../../../../test/cli-door.ts";
import type { ProgressPart } from "../../../kit/command.ts";
import { coloured, plain } from "./paint.ts";
import { progressFor } from "./progress-for.ts";
import { treeLines } from "./progress-tree.ts";

const part = (
  name: string,
  state: ProgressPart["state"],
  more: Partial<ProgressPart> = {},
): ProgressPart => ({
  ...{ name, state, startedMs: null, endedMs: null, last: "" },
  ...more,
});
const SCREEN = { columns: 60, rows: 20 };

const BUILD: ProgressPart[] = [
  part("build", "done", { startedMs: 0, endedMs: 61_000 }),
  part("test", "runs", { startedMs: 61_000, last: "\u001b[2J214 of 300 tests" }),
  part("lint", "failed", { startedMs: 61_000, endedMs: 62_000, last: "it ended with exit code 1" }),
  part("ship", "asks", { startedMs: 62_000, last: "vice auto approve 0193f1c2 ship" }),
  part("undo", "left"),
  part("deploy", "waits"),
];

test("each part says how it stands, how long, and what it said last; the screen is never commanded by it", () => {
  expect(treeLines(BUILD, 65_000, SCREEN, plain)).toEqual([
    " ✓ build  1 min 1 s",
    " ● test      4 s  \ufffd[2J214 of 300 tests",
    " ✗ lint      1 s  it ended with exit code 1",
    " ? ship      3 s  vice auto approve 0193f1c2 ship",
    " - undo",
    " · deploy",
  ]);
});

const states = fc.constantFrom<ProgressPart["state"]>(
  "waits",
  "runs",
  "asks",
  "held",
  "done",
  "failed",
  "left",
);
const parts = fc.array(
  fc.record({ name: fc.string({ maxLength: 60 }), state: states, last: fc.string({ maxLength: 200 }) }),
  { maxLength: 200 },
);

test("it is never wider nor longer than the screen, and what runs is seen", () => {
  const size = fc.record({
    columns: fc.integer({ min: 20, max: 200 }),
    rows: fc.integer({ min: 3, max: 50 }),
  });
  fc.assert(
    fc.property(parts, size, (given, screen) => {
      const all = given.map(({ name, state, last }, at) =>
        part(`${at}${name}`, state, { startedMs: 0, last }),
      );
      const lines = treeLines(all, 5000, screen, plain);
      expect(lines.length).toBeLessThanOrEqual(screen.rows);
      for (const line of lines) {
        expect(line.length).toBeLessThanOrEqual(screen.columns);
        expect(line).not.toMatch(/\p{Cc}/u);
      }
      const running = all.filter(({ state }) => state === "runs").length;
      const shown = lines.filter((line) => line.startsWith(" ●")).length;
      if (all.length <= screen.rows) expect(shown).toBe(running);
      else if (running > 0 && all.every(({ state }) => !["asks", "held", "failed"].includes(state)))
        expect(shown).toBe(Math.min(running, screen.rows - 2));
    }),
  );
});

test("colours do not count as width", () => {
  const [plainLine] = treeLines(BUILD, 65_000, SCREEN, plain);
  const [line = ""] = treeLines(BUILD, 65_000, SCREEN, coloured);
  expect(line).toContain("\u001b[32m✓");
  expect(stripVTControlCharacters(line)).toBe(plainLine);
});

describe("shown", () => {
  const wanted = { quiet: false, json: false, color: true, env: { TERM: "xterm" }, now: () => 65_000 };

  test("on a terminal it is drawn in its own place and is gone at the end", () => {
    const stream = sink({ isTTY: true, rows: 20, columns: 80 });
    let now = 0;
    const progress = progressFor(stream, { ...wanted, now: () => now });
    progress.show(0, "build", BUILD.slice(0, 2));
    now = 1000;
    progress.show(0, "build", BUILD.slice(0, 3));
    progress.clear();
    const [first = "", second = "", rest] = stream.text().split("\u001b[J");
    expect(first).toContain("test");
    expect(first.endsWith("\n\r\u001b[2A")).toBe(true);
    expect(second).toContain("lint");
    expect(second.endsWith("\n\r\u001b[3A")).toBe(true);
    expect(rest).toBe("");
  });

  test.each([
    ["no terminal", false, {}],
    ["CI", true, { CI: "true" }],
    ["a dumb terminal", true, { TERM: "dumb" }],
  ])("with %s each part has a line when it begins, ends or asks, once", (_what, isTTY, env) => {
    const stream = sink({ isTTY, rows: 20, columns: 80 });
    const progress = progressFor(stream, { ...wanted, env: { ...wanted.env, ...env } });
    for (const parts of [BUILD.slice(0, 2), BUILD, BUILD]) progress.show(0.5, "test", parts);
    progress.show(0.5, "work without parts");
    progress.clear();
    expect(stream.text()).toBe(
      "build done, 1 min 1 s\ntest runs\nlint failed, 1 s: it ended with exit code 1\nship waits for a person\n",
    );
  });

  test.each([{ quiet: true }, { json: true }])("%j says nothing where there is no terminal", (more) => {
    const stream = sink({ isTTY: false, rows: 20, columns: 80 });
    progressFor(stream, { ...wanted, ...more }).show(0, "x", BUILD);
    expect(stream.text()).toBe("");
  });

  test("NO_COLOR takes only the colours away", () => {
    const stream = sink({ isTTY: true, rows: 20, columns: 80 });
    const progress = progressFor(stream, { ...wanted, env: { TERM: "xterm", NO_COLOR: "1" } });
    progress.show(0, "x", BUILD);
    progress.clear();
    expect(stream.text()).toContain("✗ lint");
    expect(stream.text()).not.toContain("\u001b[3");
  });
});

test("without a terminal what waits says why, again when that changes", () => {
  const stream = sink({ isTTY: false, rows: 20, columns: 80 });
  const progress = progressFor(stream, { quiet: false, json: false, color: false, env: {}, now: () => 0 });
  for (const last of ["it is frozen", "it is frozen", "2 approvals are missing"])
    progress.show(0, "gate", [part("gate", "held", { startedMs: 0, last })]);
  expect(stream.text()).toBe("gate waits: it is frozen\ngate waits: 2 approvals are missing\n");
});
