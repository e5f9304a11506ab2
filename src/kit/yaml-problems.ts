/** What is wrong with a YAML file, as one error that names every place: file, line, key, and the nearest known key. */
import { isMap, isNode, isScalar, LineCounter, parseDocument, visit } from "yaml";
import { type ErrorCode, ViceError } from "./errors.ts";
import type { KeyPath } from "./say-issue.ts";

/** A text with the name of the file that it came from. */
export interface NamedText {
  name: string;
  text: string;
}

export interface FileProblem {
  /** Keys that lead there; empty = the file as a whole. */
  path: KeyPath;
  problem: string;
  nearest?: string | null;
  /** The last key of the path is the problem itself. */
  unknownKey?: boolean;
  /** Where the path does not say it. */
  line?: number | undefined;
}

/** Problems that are told; more are only counted. */
const MOST = 20;
/** Problems whose line is looked for, so that the first ones by line are told. */
const PLACED = 500;

/** As `config.invalid` and its like want their details. */
export function fileInvalid(
  code: Extract<ErrorCode, "config.invalid" | "project.invalid">,
  { name, text }: { name: string; text: string | null },
  problems: readonly FileProblem[],
  hint?: string,
): ViceError {
  const lineOf = text === null ? (): undefined => undefined : linesOf(text);
  const all = problems.slice(0, PLACED).map(({ path, problem, nearest = null, unknownKey, line }) => {
    const place = (unknownKey === true ? path.slice(0, -1) : path).join(".");
    const said = place === "" ? problem : `${place}: ${problem}`;
    return { line: line ?? lineOf(path), key: path.join("."), problem: said, nearest };
  });
  const found = all.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)).slice(0, MOST);
  const [first] = found;
  const alone = found.length === 1;
  const said = found.map(({ line, problem, nearest }, at) => {
    const meant = nearest === null || alone ? "" : `; did you mean "${nearest}"?`;
    return at === 0 ? problem + meant : `${name}${line === undefined ? "" : `:${line}`}: ${problem}${meant}`;
  });
  const more = problems.length - found.length;
  if (more > 0) said.push(`and ${more} more`);
  return new ViceError(code, {
    file: name,
    line: first?.line,
    problem: said.join("\n"),
    nearest: alone ? first?.nearest : null,
    problems: found,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Options of every YAML file that vice reads; `<<: *name` takes over the keys of another place. */
export const YAML_OPTIONS = {
  merge: true,
  prettyErrors: true,
  logLevel: "error",
  uniqueKeys: false,
} as const;

/** The package compares every key with every other one; thousands of them would take minutes. */
export function keysTwice(document: ReturnType<typeof parseDocument>, text: string): FileProblem[] {
  const counter = new LineCounter();
  const offsets: number[] = [];
  visit(document, {
    Map: (_key, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key) || key.value === "<<") continue;
        if (seen.has(String(key.value))) offsets.push(key.range?.[0] ?? 0);
        seen.add(String(key.value));
      }
    },
  });
  if (offsets.length === 0) return [];
  counter.lineStarts.push(0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1));
  return offsets.map((offset) => ({
    path: [],
    line: counter.linePos(offset).line,
    problem: "this key stands there twice",
  }));
}

/** The line of the deepest key of a path that is there. */
export function linesOf(text: string): (path: KeyPath) => number | undefined {
  const counter = new LineCounter();
  const document = parseDocument(text, { ...YAML_OPTIONS, lineCounter: counter });
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const offset = offsetOf(document, path.slice(0, length));
      if (offset !== undefined) return counter.linePos(offset).line;
    }
    return undefined;
  };
}

/** Of the key rather than of its value, which may begin a line later. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: KeyPath): number | undefined {
  const above = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (isMap(above)) {
    const last = String(path.at(-1));
    const pair = above.items.find(({ key }) => (isScalar(key) ? String(key.value) : "") === last);
    return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
  }
  const node = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}
