/** A line of another system's log, as it is told. */
import { expect, test } from "vitest";
import { maskOf } from "../../process/mask-stream.ts";
import { plainLine } from "./log-teller.ts";

test("a secret where a long line is cut is told neither whole nor half", () => {
  const { text: mask } = maskOf(["correct-horse-battery"]);
  const line = `${"x".repeat(3990)} correct-horse-battery and more`;
  expect(plainLine(line, mask)).toBe(`${"x".repeat(3990)} *** and m`);
  expect(plainLine("1 %\r\u001b[32m2 % correct-\u001b[0mhorse-battery", mask)).toBe("2 % ***");
});
