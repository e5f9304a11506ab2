/** Tests which step is shown to somebody who chose none. */
import { expect, test } from "vitest";
import type { RunStep } from "../api/run-types.ts";
import { worthALook } from "./worth-a-look.ts";

const step = (kind: RunStep["kind"], status: RunStep["status"], at: string | null, asks = false) => ({
  ...{ kind, status, startedAt: at },
  asks: asks ? { note: "", count: 1, self: false, checklist: [] } : null,
});
const build = step("run", "succeeded", "2026-11-20T10:00:00.000Z");
const test1 = step("run", "succeeded", "2026-11-20T10:01:00.000Z");
const wrong = step("run", "failed", "2026-11-20T10:00:30.000Z");
const runs = step("run", "running", "2026-11-20T10:02:00.000Z");
const asks = step("approve", "running", "2026-11-20T10:02:00.000Z", true);
const free = step("free", "succeeded", "2026-11-20T10:03:00.000Z");
const waits = step("run", "waiting", null);

test.each([
  ["what went wrong", [build, wrong, runs], wrong],
  ["what runs, before what asks", [build, asks, runs], runs],
  ["what asks", [build, asks, waits], asks],
  ["what began last, but not the freeing of the lock", [test1, build, free], test1],
  ["the first, when nothing has begun", [waits], waits],
  ["nothing of nothing", [], undefined],
])("%s", (_what, steps, chosen) => {
  expect(worthALook(steps)).toBe(chosen);
});
