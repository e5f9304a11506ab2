// Histograms within their stated error, candidates as computed by hand, errors grouped by what stays the same.
import fc from "fast-check";
import { expect, test } from "vitest";
import { quantile } from "../quantile.ts";
import { candidates } from "./candidates.ts";
import { clusterErrors, patternOf } from "./error-clusters.ts";
import { addEncoded, bucketOf, count, ERROR, encode, type Histogram, quantilesOf } from "./histogram.ts";

const histogramOf = (values: readonly number[]): Histogram => {
  const histogram: Histogram = new Map();
  for (const value of values) count(histogram, bucketOf(value), 1);
  return histogram;
};

test("the stated error is at most 5 %, and no quantile is further off", () => {
  expect(ERROR).toBeLessThan(0.05);
  const durations = fc.array(fc.double({ min: 1, max: 1e10, noNaN: true }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(durations, (values) => {
      const shares = [0, 0.5, 0.75, 0.95, 0.99, 1];
      const read = quantilesOf(histogramOf(values), shares);
      shares.forEach((share, at) => {
        const exact = quantile(values, share) ?? 0;
        expect(Math.abs((read[at] ?? 0) - exact)).toBeLessThanOrEqual(exact * (ERROR + 1e-9));
      });
    }),
  );
});

test("what was written is read again, and what is taken away was never there", () => {
  const counts = fc.array(fc.tuple(fc.integer({ min: 0, max: 640 }), fc.integer({ min: 1, max: 5e6 })));
  fc.assert(
    fc.property(counts, (list) => {
      const histogram: Histogram = new Map(list);
      const read: Histogram = new Map();
      addEncoded(read, encode(histogram));
      expect([...read].sort()).toEqual([...histogram].sort());
      for (const [bucket, size] of histogram) count(read, bucket, -size);
      expect(read.size).toBe(0);
      expect(quantilesOf(read, [0.5])).toEqual([null]);
    }),
  );
});

test("a count below nothing breaks no other", () => {
  const read: Histogram = new Map();
  addEncoded(
    read,
    encode(
      new Map([
        [3, 2],
        [7, -1],
        [9, 300],
      ]),
    ),
  );
  expect([...read]).toEqual([
    [3, 2],
    [9, 300],
  ]);
});

test("candidates to improve: time × frequency × failure, as computed by hand", () => {
  const script = (value: string, succeeded: number, failed: number, eachMs: number) => ({
    ...{
      value,
      succeeded,
      failed,
      canceled: 3,
      totalMs: (succeeded + failed) * eachMs,
      histogram: new Map(),
    },
  });
  const list = candidates([
    script("rare but slow", 2, 0, 600_000), // 1,200 s × 1/4 = 300 s
    script("often and shaky", 30, 10, 60_000), // 2,400 s × 11/42 = 628.6 s
    script("often and fine", 98, 0, 60_000), // 5,880 s × 1/100 = 58.8 s
  ]);
  expect(list.map(({ group, score }) => [group.value, Math.round(score / 100) / 10])).toEqual([
    ["often and shaky", 628.6],
    ["rare but slow", 300],
    ["often and fine", 58.8],
  ]);
});

test.each([
  ["exit code 137 after 92.5 s", "exit code <n> after <n> s"],
  [
    "2026-11-20T10:00:01.123Z ERROR could not connect to 10.0.4.17:5432",
    "<time> ERROR could not connect to <host>",
  ],
  ["cannot read /home/ci/build-812/src/app.ts:14:3", "cannot read <path>"],
  ["GET https://example.test/v1/a?b=1 gave 503", "GET <url> gave <n>"],
  ["pod shop-7d9f8b6c5d is gone (0193f1c2-7b1e-7a10-8000-1f2e3d4c5b6a)", "pod shop-<id> is gone (<id>)"],
  ["commit 279484c09fbe69ededfced8c1bb6e6d24616b468 failed\n\nmore\nstill more", "commit <id> failed more"],
  ["the deadbeef of words stays: a facade", "the deadbeef of words stays: a facade"],
])("%s", (text, pattern) => expect(patternOf(text)).toBe(pattern));

test("errors that differ in numbers are one cluster with its newest as example, in any order", () => {
  const error = (id: string, text: string, hour: number) => ({
    ...{ id, text, at: `2026-11-20T${String(hour).padStart(2, "0")}:00:00.000Z` },
  });
  const list = [
    error("a", "timeout after 30 s", 1),
    error("b", "timeout after 31 s", 5),
    error("c", "no space left on /dev/sda1/x", 2),
    error("d", "timeout after 2 s", 3),
  ];
  const clusters = clusterErrors(list);
  expect(clusters).toMatchObject([
    { pattern: "timeout after <n> s", count: 3, example: { id: "b" }, firstAt: error("", "", 1).at },
    { pattern: "no space left on <path>", count: 1 },
  ]);
  expect(clusterErrors([...list].reverse())).toEqual(clusters);
});
