/** Tests what counts as a parameter of a query, and as the name of a saved one. */
import { expect, test } from "vitest";
import { BUILT_IN_QUERIES } from "./built-in.ts";
import { nameIn, parametersOf, QUERY_NAME } from "./saved-query.ts";

test("parameters stand outside of texts and comments, each once", () => {
  expect(parametersOf("SELECT :a, ':b', \":c\", -- :d\n /* :e */ :f_1 WHERE x = :a")).toEqual(["a", "f_1"]);
  expect(parametersOf("SELECT '10:30', x::y")).toEqual([]);
});

test("a name stands behind an @, alone", () => {
  expect([nameIn("@sources"), nameIn(" @a.b-c "), nameIn("SELECT @x"), nameIn("@a b")]).toEqual([
    "sources",
    "a.b-c",
    null,
    null,
  ]);
});

test("those that are built in have names that can be typed and say what they take", () => {
  for (const { name, about, sql } of BUILT_IN_QUERIES) {
    expect(name).toMatch(QUERY_NAME);
    for (const parameter of parametersOf(sql)) expect(about).toContain(`:${parameter}`);
  }
});

test("a query that is made to be read slowly is read in no time", () => {
  const began = performance.now();
  for (const open of ["/* ", "'", '"', "--"]) parametersOf(`SELECT ${open.repeat(33_333)}`);
  expect(performance.now() - began).toBeLessThan(500);
});
