/** Tests how answers and refusals of the server are read. */
import { expect, test } from "vitest";
import { errorOf, withParams } from "./client.ts";

test("the server's own words and next step are kept", () => {
  const error = errorOf(404, { error: { code: "not_found", message: "There is no x.", hint: "Look at y." } });
  expect(error).toMatchObject({
    status: 404,
    code: "not_found",
    message: "There is no x.",
    hint: "Look at y.",
  });
});

test.each([
  [null],
  ["text"],
  [{ error: 7 }],
  [{ error: { message: 7 } }],
])("a strange answer %j still says something", (json) => {
  expect(errorOf(502, json)).toMatchObject({
    code: "unknown",
    message: "The server answered with status 502.",
    hint: null,
  });
});

test("only filled-in parameters go into the address, encoded", () => {
  expect(withParams("/v1/x", { a: "", b: null, c: undefined })).toBe("/v1/x");
  expect(withParams("/v1/x", { a: "a&b", limit: 5 })).toBe("/v1/x?a=a%26b&limit=5");
});
