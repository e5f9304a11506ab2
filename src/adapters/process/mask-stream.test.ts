// Secrets never come through the mask, however the text is cut into chunks.
import fc from "fast-check";
import { expect, test } from "vitest";
import { maskOf } from "./mask-stream.ts";

const SECRETS = ["s3cret value/ü", "first line\nsecond line"];

test("at every border of chunks, in every form", () => {
  const forms = SECRETS.flatMap((secret) => [
    secret,
    Buffer.from(secret).toString("base64"),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    ...secret.split("\n"),
  ]);
  const words = fc.array(fc.oneof(fc.constantFrom(...forms), fc.string({ maxLength: 6 })), { maxLength: 8 });
  fc.assert(
    fc.property(words, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (list, cuts) => {
      const text = list.join(" ");
      const mask = maskOf(SECRETS);
      let told = "";
      for (let at = 0, turn = 0; at < text.length; turn += 1) {
        const size = cuts[turn % cuts.length] ?? 1;
        told += mask.push(text.slice(at, at + size));
        at += size;
      }
      told += mask.end();
      for (const form of forms) expect(told).not.toContain(form);
    }),
  );
});

test("without secrets everything comes through at once", () => {
  const mask = maskOf([""]);
  expect(mask.push("hello") + mask.end()).toBe("hello");
  expect(maskOf([]).push("hello")).toBe("hello");
});
