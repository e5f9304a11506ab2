/** Tests keyset pages as one list, with short and empty pages. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { FIRST, pageOf, pagesFor, rowCount, withPage } from "./paging.ts";

test("a read page makes the next one known, once", () => {
  const one = withPage(FIRST, 0, 200, "a");
  expect(one).toEqual([
    { cursor: null, start: 0, count: 200 },
    { cursor: "a", start: 200, count: null },
  ]);
  expect(withPage(one, 0, 200, "a")).toBe(one);
  expect(rowCount(one, 20)).toBe(220);
});

test("the last page ends the list", () => {
  const done = withPage(withPage(FIRST, 0, 200, "a"), 1, 7, null);
  expect(rowCount(done, 20)).toBe(207);
});

test("an empty page with a cursor leads on", () => {
  const pages = withPage(withPage(FIRST, 0, 0, "a"), 1, 5, null);
  expect(pageOf(pages, 0)).toBe(1);
  expect(pagesFor(pages, 0, 4)).toEqual([1]);
});

test("every row is in the page that says so", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 }), (counts) => {
      let pages = FIRST;
      counts.forEach((count, at) => {
        pages = withPage(pages, at, count, at === counts.length - 1 ? null : `c${at}`);
      });
      const total = counts.reduce((sum, count) => sum + count, 0);
      expect(rowCount(pages, 99)).toBe(total);
      for (let row = 0; row < total; row++) {
        const page = pages[pageOf(pages, row)];
        const inside = page !== undefined && page.start <= row && row < page.start + (page.count ?? 0);
        expect(inside).toBe(true);
      }
    }),
  );
});
