// Tests the test tooling itself: levels, what a test can ask for, reasons for skipping, the closing line.
import { describe, expect, test } from "vitest";
import { fixturesDir } from "./fixtures-dir.ts";
import { levelNamed } from "./level.ts";
import { needs } from "./needs.ts";
import { onPath } from "./needs-table.ts";
import { skipReason, totalLine } from "./reporter.ts";

describe("levels", () => {
  test("nothing set is the quick level", () => {
    expect(levelNamed(undefined)).toBe("test");
    expect(levelNamed("")).toBe("test");
    expect(levelNamed("soak")).toBe("soak");
  });

  test("a typing error is told, not taken for the quick level", () => {
    expect(() => levelNamed("soke")).toThrow('VICE_TEST_LEVEL is "soke", but must be one of: test, ci, soak');
  });
});

describe("needs", () => {
  test("finds programs on the PATH, and only there", () => {
    expect(onPath("no-such-program", "node")).toMatch(/node$/);
    expect(onPath("no-such-program")).toBeNull();
  });

  needs("sh").test("a needed thing is there, and its path is known", () => {
    expect(needs("sh").path("sh")).toMatch(/\/sh$/);
  });

  test("the folder of recorded webhooks can be named, and may be absent", () => {
    expect(fixturesDir({ VICE_SHARED_FIXTURES: import.meta.dirname })).toBe(import.meta.dirname);
    expect(fixturesDir({ VICE_SHARED_FIXTURES: "/no/such/folder" })).toBeNull();
  });
});

describe("closing lines", () => {
  test("the total has one fixed form", () => {
    expect(totalLine({ passed: 12, failed: 0, skipped: 3 })).toBe("12 passed, 0 failed, 3 skipped");
  });

  test("a skipped test's reason carries the command that brings the missing thing", () => {
    expect(skipReason("page > shows a row [needs chromium]")).toBe(
      "needs chromium: apt-get install -y chromium",
    );
    expect(skipReason("hook [needs curl, dash]")).toBe(
      "needs curl: apt-get install -y curl; needs dash: apt-get install -y dash",
    );
    expect(skipReason("plain")).toBeNull();
  });
});
