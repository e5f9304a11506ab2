/** Reports of tests: the suite of the port, and what stands in the headers. */
import { expect, test } from "vitest";
import { rowsOf } from "../../../conformance/folding.ts";
import { sourceConformance } from "../../../conformance/source.ts";
import tests from "./index.ts";

sourceConformance(tests);

const XML = `<testsuites><testsuite name="basket"><testcase name="a" time="0.2"/><testcase name="b" time="0.1"><failure message="expected 1"/></testcase></testsuite></testsuites>`;
const SHA = "279484c09fbe69ededfced8c1bb6e6d24616b468";

function rowOf(text: string, headers: Record<string, string>) {
  const decoded = tests.decode?.(headers, Buffer.from(text)) ?? null;
  const body = decoded !== null && "body" in decoded ? decoded.body : null;
  const receivedAt = "2026-11-20T12:00:00.000Z";
  return rowsOf(tests, [{ headers, body, instance: null, receivedAt, options: undefined }])[0];
}

test("JUnit with what it is about", () => {
  const headers = {
    "x-vice-service": "shop",
    "x-vice-kind": "unit",
    "x-vice-commit": SHA,
    "x-vice-run": "77",
  };
  expect(rowOf(XML, headers)).toMatchObject({
    ...{ kind: "check", status: "failed", service: "shop", commitSha: SHA, durationMs: 300 },
    ...{ externalId: "77/unit/basket", error: "1 of 2 tests failed: basket › b (expected 1)" },
    tags: { name: "basket", check: "junit", testKind: "unit", passed: "1", failed: "1", severity: "gate" },
  });
});

test("TAP without anything else is a check all the same", () => {
  expect(rowOf("1..2\nok 1 - a\nok 2 - b\n", {})).toMatchObject({
    kind: "check",
    status: "succeeded",
    tags: { check: "tap" },
  });
});

test("of an environment where nothing is known to run it stops nobody", () => {
  expect(rowOf(XML, { "x-vice-environment": "prod-eu" })).toMatchObject({
    environment: "prod-eu",
    tags: { severity: "warn" },
  });
});

test("a kind or a commit that is none is not known", () => {
  const row = rowOf(XML, { "x-vice-kind": "manually", "x-vice-commit": "main" });
  expect(row).not.toHaveProperty("commitSha");
  expect(row?.["tags"]).not.toHaveProperty("testKind");
});

test("what is no report is refused", () => {
  expect(tests.decode?.({}, Buffer.from("hello"))).toEqual({
    problem: expect.stringContaining("no result of a test"),
  });
});
