/** Tests the words for wrong values: what was expected, what came, what was probably meant, and no secret. */
import { expect, test } from "vitest";
import { z } from "zod";
import { problemsOf } from "./say-issue.ts";

const schema = z.strictObject({
  tier: z.enum(["production", "staging"]).optional(),
  port: z.int().max(65_535).optional(),
  address: z.url().optional(),
  secret: z.string().optional(),
  names: z.array(z.string()).min(1).optional(),
  drop: z.string().startsWith("/").optional(),
  place: z.union([z.string(), z.strictObject({ name: z.string(), tier: z.enum(["a", "b"]) })]).optional(),
  time: z.union([z.string(), z.number()]).optional(),
});
const said = (given: unknown) => {
  const { error } = schema.safeParse(given);
  return error === undefined
    ? []
    : problemsOf(error, given).map(({ path, problem }) => `${path.join(".")}: ${problem}`);
};

test.each<[unknown, string[]]>([
  [{ tier: "prodction" }, ['tier: "prodction" is none of production, staging']],
  [{ port: 70_000 }, ["port: expected at most 65535, got 70000"]],
  [{ port: 1.5 }, ["port: expected a whole number, got 1.5"]],
  [{ address: "x" }, ["address: expected an address like https://example.com, got text"]],
  [{ secret: 4711 }, ["secret: expected text, got a number"]],
  [{ names: [] }, ["names: expected at least 1 entry, got an empty list"]],
  [{ drop: "x" }, ['drop: expected text that begins with "/", got text']],
  [{ time: true }, ["time: expected text or a number, got true"]],
  [
    { place: { name: 3, tir: "a" } },
    [
      "place.name: expected text, got a number",
      "place.tier: is missing; expected one of a, b",
      'place.tir: unknown key "tir"',
    ],
  ],
  [{ teir: 1, secert: 2 }, ['teir: unknown key "teir"', 'secert: unknown key "secert"']],
  [null, [": expected keys with values, got nothing"]],
])("%j", (given, words) => expect(said(given)).toEqual(words));

test("the nearest allowed word is named", () => {
  const given = { tier: "prodction" };
  const { error } = schema.safeParse(given);
  expect(error && problemsOf(error, given)[0]?.nearest).toBe("production");
});
