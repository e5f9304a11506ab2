/** What is taken for abandoned, and what people take their time for. */
import { expect, test } from "vitest";
import { isAbandoned, PATIENT_KINDS } from "./activity.ts";

const DAY = 86_400_000;
const moment = { nowMs: 3 * DAY, abandonAfterMs: DAY };

test("a build that never ended is abandoned after its time; what ended, and what is young, is not", () => {
  expect(isAbandoned({ kind: "build", status: "running" }, DAY, moment)).toBe(true);
  expect(isAbandoned({ kind: "build", status: "pending" }, DAY, moment)).toBe(true);
  expect(isAbandoned({ kind: "build", status: "failed" }, DAY, moment)).toBe(false);
  expect(isAbandoned({ kind: "build", status: "running" }, 2.5 * DAY, moment)).toBe(false);
});

test.each(PATIENT_KINDS)("a %s stays open for as long as people leave it open", (kind) => {
  expect(isAbandoned({ kind, status: "running" }, 0, moment)).toBe(false);
});
