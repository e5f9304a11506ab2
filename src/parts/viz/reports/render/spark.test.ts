// The shape of a series in letters: all of it, however long it is.
import { expect, test } from "vitest";
import { spark } from "./spark.ts";

test.each<[Array<number | null>, string]>([
  [[0, 1, 2, 4, 7], "▁▂▃▅█"],
  [[7, null, 0], "█ ▁"],
  [[], ""],
])("%j", (values, expected) => {
  expect(spark(values)).toBe(expected);
});

test("a long series keeps its end and a short drop in the middle", () => {
  const values = Array.from({ length: 1000 }, (_, at) => (at === 500 ? 0 : at > 900 ? 4 : 8));
  const shape = spark(values, 50);
  expect(shape).toHaveLength(50);
  expect(shape.at(25)).toBe("▁");
  expect(shape.slice(46)).toBe("▅▅▅▅");
  expect(shape.slice(0, 25)).toBe("█".repeat(25));
});
