/** The user's transform before the store: drops fields by JSON pointer (RFC 6901), `*` for any key or index. */

/** @returns a copy without the fields; the same value when nothing was dropped */
export function dropFields(body: unknown, pointers: readonly string[]): unknown {
  return pointers.reduce((value, pointer) => drop(value, segments(pointer)), body);
}

const segments = (pointer: string): string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));

function drop(value: unknown, path: readonly string[]): unknown {
  const [head, ...rest] = path;
  if (head === undefined || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    if (rest.length === 0) return value.filter((_, at) => head !== "*" && String(at) !== head);
    return value.map((item, at) => (head === "*" || String(at) === head ? drop(item, rest) : item));
  }
  const entries = Object.entries(value);
  if (rest.length === 0) return Object.fromEntries(entries.filter(([key]) => head !== "*" && key !== head));
  return Object.fromEntries(
    entries.map(([key, item]) => [key, head === "*" || key === head ? drop(item, rest) : item]),
  );
}
