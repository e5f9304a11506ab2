// Secrets never come through the mask: in whatever form, inside of whatever, and however the text is cut into chunks.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskOf } from "./mask-stream.ts";
import { formsOf } from "./secret-forms.ts";

/** As the stream of a child comes. */
function pushed(secrets: readonly string[], text: string, cuts: readonly number[]): string {
  const mask = maskOf(secrets);
  let told = "";
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const size = cuts[turn % cuts.length] ?? 1;
    told += mask.push(text.slice(at, at + size));
    at += size;
  }
  return told + mask.end();
}

const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
/** Not of the sign for what is hidden; long enough to be hidden. */
const secret = fc
  .string({ unit: "grapheme", minLength: 8, maxLength: 60 })
  .filter((text) => text.trim().length >= 8 && !text.includes("*"));

const FIXED = [
  "s3cret value/ü",
  "first line\nsecond line",
  'it\'s <b>&"q"+\\/',
  "aaaaaaaa",
  "abcdefgh",
  "efghijkl",
];

test("at every border of chunks, in every form, with several secrets that overlap", () => {
  const forms = formsOf(FIXED);
  const words = fc.array(fc.oneof(fc.constantFrom(...forms), fc.string({ maxLength: 6 })), { maxLength: 8 });
  const between = fc.constantFrom("", " ", "\n");
  fc.assert(
    fc.property(words, between, cuts, (list, sign, sizes) => {
      const text = list.join(sign);
      const told = pushed(FIXED, text, sizes);
      for (const form of forms) expect(told).not.toContain(form);
      // However it is cut, the same is told.
      expect(told.replace(/\*+/g, "*")).toBe(maskOf(FIXED).text(text).replace(/\*+/g, "*"));
    }),
  );
});

const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  base64: (text) => Buffer.from(text).toString("base64"),
  base64url: (text) => Buffer.from(text).toString("base64url"),
  hex: (text) => Buffer.from(text).toString("hex"),
  HEX: (text) => Buffer.from(text).toString("hex").toUpperCase(),
  address: encodeURIComponent,
  form: (text) => new URLSearchParams({ "": text }).toString().slice(1),
  JSON: (text) => JSON.stringify(text),
  "JSON in JSON": (text) => JSON.stringify(JSON.stringify(text)),
  HTML: (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`).replaceAll("&#38;", "&amp;"),
};

/** What an eye could put together again: as long as a secret, none of the pieces may stay. */
describe.each(Object.keys(ENCODINGS))("%s", (name) => {
  const encode = ENCODINGS[name] ?? String;
  test("with anything before and behind it, encoded together", () => {
    const around = fc.string({ maxLength: 12 }).filter((text) => !text.includes("*"));
    const plain = name === "HTML" ? fc.stringMatching(/^[\w\-+/=. ]{10,40}$/) : secret;
    fc.assert(
      fc.property(plain, around, around, cuts, (hidden, before, behind, sizes) => {
        if (!hidden.isWellFormed() || hidden.trim() !== hidden) return;
        const told = pushed([hidden], encode(before + hidden + behind), sizes);
        expect(told).toContain("***");
        expect(told.length).toBeLessThan(encode(before).length + encode(behind).length + 16);
      }),
    );
  });
});

test.each([
  ["set -x", "it's me, really", "+ curl -H 'X: it'\\''s me, really'"],
  ["printf %q", "a b$c(d)e", "X=a\\ b\\$c\\(d\\)e"],
  ["ASCII JSON", "geheimnü/s", '{"a":"geheimn\\u00fc/s"}'],
  ["PHP's JSON", "geheimn/as", '{"a":"geheimn\\/as"}'],
  ["lower-case percent signs", "geheim/nis?", "https://x/?a=geheim%2fnis%3f"],
  ["HTML", "a<b>&'\"long", "<p>a&lt;b&gt;&amp;&#39;&quot;long</p>"],
  ["lines of a key", "-----BEGIN\nMIIEvQIBADANB\n-----END", "  MIIEvQIBADANB"],
  ["with the line's end that a file has", "hunter22\n", "hunter22 is it"],
])("%s", (_what, hidden, text) => {
  const told = maskOf([hidden]).text(text);
  expect(told).toContain("***");
  expect(told).not.toContain(hidden.slice(2, 6));
});

test("a long secret in lines of base64", () => {
  const long = Array.from({ length: 200 }, (_, at) => String.fromCharCode(33 + ((at * 7) % 90))).join("");
  for (const width of [64, 76]) {
    const lines =
      Buffer.from(long)
        .toString("base64")
        .match(new RegExp(`.{1,${width}}`, "g")) ?? [];
    const told = maskOf([long]).text(lines.join("\n"));
    for (const line of lines) expect(told).not.toContain(line.slice(0, 20));
  }
});

test("a very long secret, in pieces", () => {
  const long = Array.from({ length: 5000 }, (_, at) => (at * 7919).toString(36)).join("");
  const told = pushed([long], `a ${long} b`, [700]);
  expect(told).toMatch(/^a \*+ b$/);
});

test("what cannot become a secret is told at once", () => {
  const mask = maskOf(["abcdefgh", "x".repeat(500)]);
  expect(mask.push("hello, abc")).toBe("hello, ");
  expect(mask.push("d")).toBe("");
  expect(mask.push("x")).toBe("abcd");
  expect(mask.push(" and on")).toBe("x and on");
});

test("without secrets everything comes through at once; short ones are none", () => {
  const mask = maskOf(["", "abc"]);
  expect(mask.push("hello abc") + mask.end()).toBe("hello abc");
  expect(maskOf([]).push("hello")).toBe("hello");
});
