/** Series of numbers over time that are pushed in: a KPI, an error rate, a queue. Pure. */

/** `null` stands nowhere: what is not known has no point. */
export type Point = readonly [atMs: number, value: number];

export interface SeriesPart {
  /** `orders_per_minute`. */
  name: string;
  labels: Readonly<Record<string, string>>;
  points: readonly Point[];
}

/** What `vice.series.pushed.v1` carries; at most `MOST_POINTS` points together. */
export interface SeriesPushed {
  series: readonly SeriesPart[];
}

export const MOST_POINTS = 2000;

/** Equal labels are equal text. */
export const labelsKey = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

/** `orders{service="shop"}` */
export function seriesName({ name, labels }: Pick<SeriesPart, "name" | "labels">): string {
  const pairs = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(",")}}`;
}

/** `orders`, `orders{service="shop"}`. @returns `null` when it is no such name */
export function readSeriesName(text: string): Pick<SeriesPart, "name" | "labels"> | null {
  const match = /^\s*([A-Za-z_:][\w:.-]*)\s*(?:\{(.*)\})?\s*$/s.exec(text);
  if (match === null) return null;
  const labels = readLabels(match[2] ?? "");
  return labels === null ? null : { name: match[1] ?? "", labels };
}

const LABEL = /\s*([A-Za-z_][\w.-]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/y;

export function readLabels(text: string): Record<string, string> | null {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  let at = 0;
  while (at < text.length && text.slice(at).trim() !== "") {
    LABEL.lastIndex = at;
    const match = LABEL.exec(text);
    if (match === null) return null;
    labels[match[1] ?? ""] = unescaped(match[2] ?? "");
    at = LABEL.lastIndex;
  }
  return labels;
}

/** Escapes of the Prometheus text format: `\\`, `\"`, `\n`. */
const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_all, char: string) => (char === "n" ? "\n" : char));

/** Parts of at most `MOST_POINTS` points together, for one event each. */
export function inEvents(series: readonly SeriesPart[]): SeriesPushed[] {
  const events: SeriesPushed[] = [];
  let current: SeriesPart[] = [];
  let size = 0;
  for (const { name, labels, points } of series)
    for (let from = 0; from < points.length; ) {
      if (size >= MOST_POINTS) {
        events.push({ series: current });
        current = [];
        size = 0;
      }
      const part = points.slice(from, from + MOST_POINTS - size);
      current.push({ name, labels, points: part });
      size += part.length;
      from += part.length;
    }
  return size === 0 ? events : [...events, { series: current }];
}
