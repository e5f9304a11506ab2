/** A small registry of figures in the Prometheus text format (Prometheus documentation, "Exposition formats"). */

type Labels = readonly string[];

export interface Counter {
  inc(labels: Labels, by?: number): void;
}
export interface Gauge {
  set(labels: Labels, value: number): void;
}
export interface Histogram {
  observe(labels: Labels, value: number): void;
}

/** A histogram of what was counted elsewhere; what is added for the same labels is summed up. */
export interface Sums {
  /** `counts` of each bound for itself; `count` and `sum` also of what is above the last one. */
  add(labels: Labels, of: { counts: readonly number[]; sum: number; count: number }): void;
}

interface Family {
  name: string;
  type: "counter" | "gauge" | "histogram";
  help: string;
  lines: () => string[];
}

export interface Registry {
  /** Names follow the conventions: base units, `_total` for counters. Label values come in the order of `labels`. */
  counter(name: string, help: string, labels?: Labels): Counter;
  gauge(name: string, help: string, labels?: Labels): Gauge;
  histogram(name: string, help: string, labels: Labels, bounds: readonly number[]): Histogram;
  sums(name: string, help: string, labels: Labels, bounds: readonly number[]): Sums;
  /** Called before the text is made, to read what is not counted as it happens. */
  onCollect(read: () => void): void;
  text(): string;
}

export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export function createRegistry(): Registry {
  const families: Family[] = [];
  const readers: Array<() => void> = [];
  const add = <T>(family: Family, handle: T): T => {
    families.push(family);
    return handle;
  };
  return {
    counter: (name, help, labels = []) => {
      const values = new Map<string, number>();
      const lines = () => samples(name, values);
      const inc = (given: Labels, by = 1): void => {
        const key = labelText(labels, given);
        values.set(key, (values.get(key) ?? 0) + by);
      };
      return add({ name, type: "counter", help, lines }, { inc });
    },
    gauge: (name, help, labels = []) => {
      const values = new Map<string, number>();
      const lines = () => samples(name, values);
      const set = (given: Labels, value: number): void => {
        values.set(labelText(labels, given), value);
      };
      return add({ name, type: "gauge", help, lines }, { set });
    },
    histogram: (name, help, labels, bounds) => {
      const { observe, lines } = histogramOf(name, labels, bounds);
      return add({ name, type: "histogram", help, lines }, { observe });
    },
    sums: (name, help, labels, bounds) => {
      const { add: addSums, lines } = sumsOf(name, labels, bounds);
      return add({ name, type: "histogram", help, lines }, { add: addSums });
    },
    onCollect: (read) => {
      readers.push(read);
    },
    text: () => {
      for (const read of readers) read();
      return families.flatMap(familyText).join("");
    },
  };
}

function familyText({ name, type, help, lines }: Family): string[] {
  const found = lines();
  if (found.length === 0) return [];
  return [`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`, ...found];
}

const samples = (name: string, values: ReadonlyMap<string, number>): string[] =>
  [...values].map(([labels, value]) => `${name}${labels} ${value}\n`);

/** `{a="x",b="y"}`, the way the samples are keyed and written. */
function labelText(names: Labels, values: Labels): string {
  if (names.length === 0) return "";
  return `{${names.map((name, at) => `${name}="${escaped(values[at] ?? "")}"`).join(",")}}`;
}

const escaped = (text: string): string =>
  text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

interface Distribution {
  labels: Labels;
  counts: number[];
  sum: number;
  count: number;
}

/** The distribution of these labels, made when it is missing. */
function distributionOf(byKey: Map<string, Distribution>, labels: Labels, bounds: number): Distribution {
  const key = labels.join("\0");
  const known = byKey.get(key);
  if (known !== undefined) return known;
  const made = { labels, counts: new Array<number>(bounds).fill(0), sum: 0, count: 0 };
  byKey.set(key, made);
  return made;
}

function sumsOf(
  name: string,
  names: Labels,
  bounds: readonly number[],
): { add: Sums["add"]; lines: () => string[] } {
  const byKey = new Map<string, Distribution>();
  return {
    add: (labels, { counts, sum, count }) => {
      const one = distributionOf(byKey, labels, bounds.length);
      for (const [at, each] of counts.entries()) one.counts[at] = (one.counts[at] ?? 0) + each;
      one.sum += sum;
      one.count += count;
    },
    lines: () => [...byKey.values()].flatMap((one) => distributionLines(name, names, bounds, one)),
  };
}

function histogramOf(
  name: string,
  names: Labels,
  bounds: readonly number[],
): { observe: Histogram["observe"]; lines: () => string[] } {
  const byKey = new Map<string, Distribution>();
  return {
    observe: (labels, value) => {
      const one = distributionOf(byKey, labels, bounds.length);
      const at = bounds.findIndex((bound) => value <= bound);
      if (at >= 0) one.counts[at] = (one.counts[at] ?? 0) + 1;
      one.sum += value;
      one.count += 1;
    },
    lines: () => [...byKey.values()].flatMap((one) => distributionLines(name, names, bounds, one)),
  };
}

function distributionLines(
  name: string,
  names: Labels,
  bounds: readonly number[],
  one: Distribution,
): string[] {
  const le = [...names, "le"];
  let below = 0;
  const buckets = bounds.map((bound, at) => {
    below += one.counts[at] ?? 0;
    return `${name}_bucket${labelText(le, [...one.labels, String(bound)])} ${below}\n`;
  });
  const own = labelText(names, one.labels);
  return [
    ...buckets,
    `${name}_bucket${labelText(le, [...one.labels, "+Inf"])} ${one.count}\n`,
    `${name}_sum${own} ${one.sum}\n`,
    `${name}_count${own} ${one.count}\n`,
  ];
}
