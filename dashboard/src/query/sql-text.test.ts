/** Tests what the query page reads out of SQL, and the CSV that it writes. */
import { expect, test } from "vitest";
import { csvOf, offsetOf, parametersOf, placeIn, valuesOf } from "./sql-text.ts";

test("parameters stand outside of texts and comments", () => {
  expect(parametersOf("SELECT :a, ':b' -- :c\n, :a, :d")).toEqual(["a", "d"]);
});

test("values are what they look like, and what is empty is not given", () => {
  expect(
    valuesOf({ a: "5", b: "x", c: " ", d: "true", e: "1e", gone: "1" }, ["a", "b", "c", "d", "e"]),
  ).toEqual({
    ...{ a: 5, b: "x", d: true, e: "1e" },
  });
});

test("the place of a mistake", () => {
  expect(placeIn('SQLite says: near "x": syntax error, in line 2, column 3.')).toEqual({
    line: 2,
    column: 3,
  });
  expect(placeIn("The query is empty.")).toBeNull();
  expect(offsetOf("ab\ncdef", { line: 2, column: 3 })).toBe(5);
  expect(offsetOf("ab", { line: 9, column: 9 })).toBe(2);
});

test("CSV runs no formula", () => {
  expect(
    csvOf(
      ["a", 'b"'],
      [
        ["=1", null],
        ["x,y", -2],
      ],
    ),
  ).toBe('a,"b"""\r\n\'=1,\r\n"x,y",-2\r\n');
});
