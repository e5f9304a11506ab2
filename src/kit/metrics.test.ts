/** Tests the registry of figures: values, labels, buckets, and characters that would break the format. */
import { expect, test } from "vitest";
import { createRegistry } from "./metrics.ts";

test("counters and gauges, with labels that are escaped", () => {
  const registry = createRegistry();
  const total = registry.counter("a_total", "Things.", ["kind"]);
  registry.gauge("b", "Level.").set([], 1.5);
  registry.gauge("never_set", "Nothing.");
  total.inc(['x"\\\n']);
  total.inc(['x"\\\n'], 2);
  expect(registry.text()).toBe(
    '# HELP a_total Things.\n# TYPE a_total counter\na_total{kind="x\\"\\\\\\n"} 3\n' +
      "# HELP b Level.\n# TYPE b gauge\nb 1.5\n",
  );
});

test("histograms are cumulative and have sum and count", () => {
  const registry = createRegistry();
  const seconds = registry.histogram("t_seconds", "Time.", ["r"], [0.1, 1]);
  for (const value of [0.05, 0.1, 0.5, 7]) seconds.observe(["/x"], value);
  expect(registry.text().split("\n").slice(2)).toEqual([
    't_seconds_bucket{r="/x",le="0.1"} 2',
    't_seconds_bucket{r="/x",le="1"} 3',
    't_seconds_bucket{r="/x",le="+Inf"} 4',
    't_seconds_sum{r="/x"} 7.65',
    't_seconds_count{r="/x"} 4',
    "",
  ]);
});

test("what is read at the last moment is there", () => {
  const registry = createRegistry();
  const level = registry.gauge("c", "Level.");
  registry.onCollect(() => level.set([], 4));
  expect(registry.text()).toContain("c 4");
});
