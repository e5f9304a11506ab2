/**
 * Groups error texts that differ only in what changes from run to run: numbers, ids, addresses, paths, times. Pure, and the
 * same for the same texts in any order.
 */

export interface ErrorText {
  id: string;
  text: string;
  /** ISO 8601. */
  at: string;
}

export interface ErrorCluster {
  /** The text with what changes replaced. */
  pattern: string;
  count: number;
  /** The newest one as it was said. */
  example: ErrorText;
  firstAt: string;
  lastAt: string;
}

/** Longer texts begin alike: the first lines say what went wrong. */
const MOST_CHARACTERS = 300;
const MOST_LINES = 2;

/** In this order: what is particular goes before numbers. */
const CHANGING: ReadonlyArray<readonly [RegExp, string]> = [
  // Colours of terminals.
  [/\p{Cc}\[[0-9;]*[A-Za-z]/gu, ""],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)\]]+/gi, "<url>"],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/g, "<time>"],
  [/\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b/g, "<time>"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<id>"],
  [/\bsha\d+:[0-9a-f]+\b/gi, "<id>"],
  [/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}\b/gi, "<id>"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, "<host>"],
  [/(?:[A-Za-z]:)?(?:[\\/][\w.@+-]+){2,}[\\/]?(?::\d+(?::\d+)?)?/g, "<path>"],
  [/\b\d+(?:[.,]\d+)*/g, "<n>"],
  [/\s+/g, " "],
];

export function patternOf(text: string): string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const start = lines.slice(0, MOST_LINES).join(" ").slice(0, MOST_CHARACTERS);
  return CHANGING.reduce((said, [changing, word]) => said.replace(changing, word), start).trim();
}

/**
 * Most frequent first; equal ones the newer first, then by pattern.
 * @param patterns of the errors, each at the place of its own; finding them is most of the work
 */
export function clusterErrors(
  errors: readonly ErrorText[],
  patterns: readonly string[] = errors.map(({ text }) => patternOf(text)),
): ErrorCluster[] {
  const clusters = new Map<string, ErrorCluster>();
  for (const [at, error] of errors.entries()) {
    const pattern = patterns[at] ?? "";
    if (pattern === "") continue;
    const cluster = clusters.get(pattern);
    if (cluster === undefined) {
      const { at } = error;
      clusters.set(pattern, { pattern, count: 1, example: error, firstAt: at, lastAt: at });
      continue;
    }
    cluster.count += 1;
    if (error.at < cluster.firstAt) cluster.firstAt = error.at;
    if (isNewer(error, cluster.example)) cluster.example = error;
    cluster.lastAt = cluster.example.at;
  }
  return [...clusters.values()].sort(
    (a, b) => b.count - a.count || (a.lastAt < b.lastAt ? 1 : a.lastAt > b.lastAt ? -1 : 0) || order(a, b),
  );
}

const isNewer = (a: ErrorText, b: ErrorText): boolean => a.at > b.at || (a.at === b.at && a.id > b.id);
const order = (a: ErrorCluster, b: ErrorCluster): number => (a.pattern < b.pattern ? -1 : 1);
