/** Tests the words of runs: how they stand, who waits for what, and logs as plain text. */
import { expect, test } from "vitest";
import type { RunDeployment, RunStep, Wait } from "../api/run-types.ts";
import { MOST_SHOWN, plainLog, withMore } from "./plain-log.ts";
import { sayWait } from "./say-wait.ts";
import { standOfRun, standOfStep } from "./stands.ts";

const NOW = Date.parse("2026-11-20T10:00:00.000Z");
const UNTIL = "2026-11-20T10:30:00.000Z";
const OTHER = "01930000-0000-7000-8000-000000000001";

const waiting = (waits: RunStep["waits"], more: Partial<RunStep> = {}): RunStep => ({
  ...{ key: "x", kind: "run", needs: [], does: "", status: "waiting", attempt: 0, attempts: 1 },
  ...{ startedAt: null, finishedAt: null, retryAt: null, outputs: {}, error: null, group: "prod" },
  ...{ asks: null, approvals: [], refused: null, run: null, waits },
  ...more,
});
const wait = (
  kind: Wait["for"],
  names: string[] = [],
  until: string | null = null,
  why: string | null = null,
) => ({
  ...{ for: kind, names, until, why },
});

test.each<[RunStep["waits"], Partial<RunStep>, string | null]>([
  [null, {}, null],
  [wait("steps", ["a"]), {}, "waits for a"],
  [wait("steps", ["a", "b", "c", "d", "e"]), {}, "waits for a, b, c and 2 more"],
  [wait("person"), { kind: "approve" }, "waits for somebody to agree"],
  [wait("person", [], UNTIL), { kind: "manual" }, "waits for somebody to sign it off, it fails in 30 min"],
  [wait("time", [], UNTIL), { kind: "wait" }, "goes on in 30 min"],
  [wait("time", [], UNTIL), { retryAt: UNTIL }, "is tried again in 30 min"],
  [wait("group", ["migrate"]), {}, "waits for migrate, which is in the group prod"],
  [wait("group", [OTHER]), {}, "waits for another run, which is in the group prod"],
  [wait("room", ["a", "b"]), {}, "waits for room: 2 steps run already"],
  [wait("resume"), {}, "waits until the run is resumed"],
  [wait("rules"), { kind: "gate" }, "waits: it is not allowed yet"],
  [wait("run", [OTHER], UNTIL, "prod asks for 1 approval."), {}, "waits: prod asks for 1 approval."],
])("%j of %j", (waits, more, words) => {
  expect(sayWait(waiting(waits, more), NOW)).toBe(words);
});

const deployment = (outcome: string): RunDeployment => ({
  ...{
    project: "shop",
    service: "shop",
    environment: "prod-eu",
    version: "v1",
    operation: "deploy",
    outcome,
  },
});

test("a run that asks says so, and a deployment says more than its run", () => {
  expect(standOfRun({ status: "running", deployment: null }, true).word).toBe("asks somebody");
  expect(standOfRun({ status: "canceling", deployment: null }, true).word).toBe("canceling");
  expect(standOfRun({ status: "paused", deployment: deployment("waiting") }).word).toBe("paused");
  expect(standOfRun({ status: "failed", deployment: deployment("rolled-back") })).toMatchObject({
    word: "failed, rolled back",
    tone: "bad",
  });
  expect(standOfRun({ status: "failed", deployment: deployment("failed") }).word).toBe("failed");
  expect(standOfRun({ status: "running", deployment: null }, false, true).word).toBe("waits to be allowed");
  expect(standOfStep({ status: "running", asks: {} }).word).toBe("asks somebody");
  expect(standOfStep({ status: "unknown", asks: null })).toMatchObject({ word: "not known", tone: "bad" });
});

test.each([
  ["\u001b[32mgreen\u001b[0m and \u001b]8;;https://x\u0007link\u001b]8;;\u0007", "green and link"],
  ["10 %\r50 %\r100 %\nnext\r\n", "100 %\nnext\n"],
  ["50 %\r", "50 %"],
  ["bell\u0007 and tab\t\u009b2Jend", "bell and tab\t2Jend"],
])("%j reads %j", (text, plain) => {
  expect(plainLog(text)).toBe(plain);
});

test("a log that grows keeps its end, from the start of a line", () => {
  const line = `${"x".repeat(99)}\n`;
  let tail = { text: "", isCut: false };
  for (let n = 0; n < 50; n += 1) tail = withMore(tail, line.repeat(100));
  expect(tail.isCut).toBe(true);
  expect(tail.text.length).toBeLessThanOrEqual(MOST_SHOWN);
  expect(tail.text.length % line.length).toBe(0);
  expect(withMore({ text: "a", isCut: false }, "b")).toEqual({ text: "ab", isCut: false });
});
