/** Keyset pages as one long list: where each page starts, and which pages a range of rows needs. Pure. */

export interface KnownPage {
  /** `null` = the newest page. */
  cursor: string | null;
  /** Index of its first row in the whole list. */
  start: number;
  /** Rows in it; `null` = not read yet. Pages may be short or even empty and still have a next one. */
  count: number | null;
}

export const FIRST: readonly KnownPage[] = [{ cursor: null, start: 0, count: null }];

/** Notes what page `at` held; a next cursor makes the page after it known. @returns the same list when nothing is new */
export function withPage(
  pages: readonly KnownPage[],
  at: number,
  count: number,
  next: string | null,
): readonly KnownPage[] {
  const page = pages[at];
  if (page === undefined || page.count !== null) return pages;
  const read = pages.map((one, index) => (index === at ? { ...one, count } : one));
  return next === null ? read : [...read, { cursor: next, start: page.start + count, count: null }];
}

/** Rows known so far; the page that is still to be read counts `ahead` rows, so that there is something to scroll to. */
export function rowCount(pages: readonly KnownPage[], ahead: number): number {
  const last = pages.at(-1);
  return last === undefined ? 0 : last.start + (last.count ?? ahead);
}

/** Index of the page that holds row `index`. */
export function pageOf(pages: readonly KnownPage[], index: number): number {
  let low = 0;
  let high = pages.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((pages[middle]?.start ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Indexes of the pages that the rows `from`..`to` need. */
export function pagesFor(pages: readonly KnownPage[], from: number, to: number): number[] {
  const first = pageOf(pages, from);
  const last = pageOf(pages, to);
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}
