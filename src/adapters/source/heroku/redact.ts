/** Takes presigned addresses out of Heroku deliveries: whoever has one can read the build log or the source. */

const MAX_DEPTH = 100;

/** Host and path stay, so that one still sees what it was. */
const withoutQuery = (value: string): string =>
  /^https?:\/\//i.test(value)
    ? value.replace(/^(https?:\/\/)[^/?#]*@/i, "$1").replace(/[?#].*$/s, "")
    : value;

/**
 * Cuts query, fragment and credentials from every web address, at every depth; what is nested deeper than any vendor's
 * payload is dropped.
 * @returns the same object when there is nothing to cut
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return withoutQuery(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return null;
  if (Array.isArray(value)) {
    const items = value.map((item) => redact(item, depth + 1));
    return items.every((item, at) => item === value[at]) ? value : items;
  }
  const entries = Object.entries(value).map(
    ([key, inner]) => [key, inner, redact(inner, depth + 1)] as const,
  );
  if (entries.every(([, before, after]) => before === after)) return value;
  return Object.fromEntries(entries.map(([key, , after]) => [key, after]));
}
