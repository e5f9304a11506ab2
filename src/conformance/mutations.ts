/** Bodies that nearly are what a vendor sends: one place of a real one replaced, taken away or wrapped. */
import fc from "fast-check";

type Path = ReadonlyArray<string | number>;

/** Every place in a JSON document, the root first. */
export function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

/** A deep copy in which `change` has replaced the value at `path`; `undefined` takes it away. */
export function changedAt(value: unknown, path: Path, change: (old: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change(structuredClone(value));
  if (Array.isArray(value)) {
    return value.map((inner, at) => (String(at) === String(key) ? changedAt(inner, rest, change) : inner));
  }
  const entries = Object.entries(value ?? {}).map(([name, inner]) => [
    name,
    name === key ? changedAt(inner, rest, change) : structuredClone(inner),
  ]);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
}

/** What payloads hold where they should hold something else; some are the names of what every object has. */
export const ODDITIES: readonly unknown[] = [
  undefined,
  null,
  "",
  " ",
  0,
  -1,
  1e308,
  [],
  {},
  [[]],
  "\u0000",
  "0000-00-00",
  "9999-99-99T99:99:99Z",
  "constructor",
  "__proto__",
  "toString",
  JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
];

/** One to three odd places in a copy of `body`. */
export function mutationsOf(body: unknown): fc.Arbitrary<unknown> {
  const odd = fc.oneof(fc.jsonValue(), fc.constantFrom(...ODDITIES));
  const change = fc.tuple(fc.constantFrom(...pathsOf(body)), odd);
  return fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) =>
      changes.reduce<unknown>((copy, [path, value]) => changedAt(copy, path, () => value), body),
    )
    .map((copy) => copy ?? null);
}
