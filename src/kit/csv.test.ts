/** Tests CSV: quoting by RFC 4180, and cells that a spreadsheet must not run. */
import { expect, test } from "vitest";
import { csvCell, csvColumns, csvOf } from "./csv.ts";

test.each([
  ["plain", "plain"],
  ["a,b", '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ["two\nlines", '"two\nlines"'],
  ["=1+1", "'=1+1"],
  ["+49", "'+49"],
  ["-x", "'-x"],
  ["@sum", "'@sum"],
  ["\tx", "'\tx"],
  ['=a,"b"', '"\'=a,""b"""'],
  [-5, "-5"],
  [0, "0"],
  [false, "false"],
  [null, ""],
  [undefined, ""],
  [{ a: 1 }, '"{""a"":1}"'],
])("%j", (value, cell) => {
  expect(csvCell(value)).toBe(cell);
});

test("columns come from the schema, through null", () => {
  const inner = { type: "object", properties: { name: {}, login: {} } };
  const schema = {
    properties: { id: {}, actor: { anyOf: [inner, { type: "null" }] }, tags: { type: "object" } },
  };
  expect(csvColumns(schema)).toEqual(["id", "actor.name", "actor.login", "tags"]);
});

test("without a schema the keys of all rows count", () => {
  expect(csvOf([{ a: 1 }, { b: 2 }])).toBe("a,b\r\n1,\r\n,2\r\n");
  expect(csvOf([{ "a.b": 1 }], ["a.b"])).toBe("a.b\r\n1\r\n");
});
