// What is written as bytes is what `JSON.stringify` writes.
import { array, assert, integer, oneof, property, string, uuid } from "fast-check";
import { expect, test } from "vitest";
import { JsonBytes } from "./json-bytes.ts";

const comma = Buffer.from(",");
const written = (fill: (json: JsonBytes) => unknown): string => {
  const json = new JsonBytes(0);
  fill(json);
  return Buffer.from(json.bytes()).toString();
};

test("any text: signs that are escaped, other scripts, halves of a pair", () => {
  const any = oneof(string(), string({ unit: "grapheme" }), string({ unit: "binary" }));
  assert(
    property(array(any, { maxLength: 40 }), (texts) => {
      const all = written((json) => {
        for (const text of texts) json.text(text).raw(comma);
      });
      expect(all).toBe(texts.map((text) => `${JSON.stringify(text)},`).join(""));
    }),
  );
  for (const text of ['"', "\\", "\n", "\u007f", "ü", "\ud800", "", "x".repeat(5000)])
    expect(written((json) => json.text(text))).toBe(JSON.stringify(text));
});

test("any moment that Date knows", () => {
  const most = 8_640_000_000_000_000;
  assert(
    property(array(integer({ min: -most, max: most })), (times) => {
      const all = written((json) => {
        for (const ms of times) json.time(ms).raw(comma);
      });
      expect(all).toBe(times.map((ms) => `"${new Date(ms).toISOString()}",`).join(""));
    }),
  );
  for (const ms of [0, -1, 86_399_999, 86_400_000, most, -most])
    expect(written((json) => json.time(ms))).toBe(`"${new Date(ms).toISOString()}"`);
});

test("ids of 32 digits get their dashes and small letters; what is not known is null", () => {
  assert(
    property(uuid(), (id) => {
      expect(written((json) => json.id(id.replaceAll("-", "").toUpperCase()))).toBe(`"${id}"`);
    }),
  );
  expect(written((json) => json.id(null).raw(comma).text(null).raw(comma).time(null))).toBe("null,null,null");
});
