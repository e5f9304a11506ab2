/** Tests taking JSON out of a form, and leaving everything else alone. */
import { expect, test } from "vitest";
import { unwrapForm } from "./form-body.ts";

const FORM = "application/x-www-form-urlencoded";
const read = (type: string | undefined, body: string): string =>
  Buffer.from(unwrapForm(type, Buffer.from(body))).toString("utf8");

test("a payload field is unwrapped", () => {
  const json = JSON.stringify({ text: "a & b = ü + 1", more: "%41" });
  expect(read(FORM, `payload=${encodeURIComponent(json)}`)).toBe(json);
  expect(read(`${FORM}; charset=utf-8`, new URLSearchParams({ payload: json, x: "1" }).toString())).toBe(
    json,
  );
});

test.each([
  ["JSON that is called a form (curl -d)", FORM, '{"a":1}'],
  ["another field first", FORM, "x=1&payload={}"],
  ["another content type", "application/json", "payload={}"],
  ["no content type", undefined, "payload={}"],
  ["nothing", FORM, ""],
])("%s stays as it is", (_name, type, body) => {
  expect(read(type, body)).toBe(body);
});
