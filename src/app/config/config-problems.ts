/** What is wrong with a configuration, as one error that names every place: file, line, key, and the nearest known key. */
import { readFileSync } from "node:fs";
import { isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import { ViceError } from "../../kit/errors.ts";
import type { KeyPath } from "../../kit/say-issue.ts";

export interface ConfigProblem {
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

/** @param file `null` = there is no file, it is said by flags and variables */
export function configInvalid(
  file: string | null,
  problems: readonly ConfigProblem[],
  hint?: string,
): ViceError {
  const lineOf = file === null ? (): undefined => undefined : linesOf(file);
  const all = problems.map(({ path, problem, nearest = null, unknownKey, line }) => {
    const place = (unknownKey === true ? path.slice(0, -1) : path).join(".");
    const said = place === "" ? problem : `${place}: ${problem}`;
    return { line: line ?? lineOf(path), key: path.join("."), problem: said, nearest };
  });
  const found = all.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)).slice(0, MOST);
  const [first] = found;
  const where = file ?? "the configuration";
  const alone = found.length === 1;
  const said = found.map(({ line, problem, nearest }, at) => {
    const meant = nearest === null || alone ? "" : `; did you mean "${nearest}"?`;
    return at === 0 ? problem + meant : `${where}${line === undefined ? "" : `:${line}`}: ${problem}${meant}`;
  });
  const more = problems.length - found.length;
  if (more > 0) said.push(`and ${more} more`);
  return new ViceError("config.invalid", {
    file: where,
    line: first?.line,
    problem: said.join("\n"),
    nearest: alone ? first?.nearest : null,
    problems: found,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The line of the deepest key of a path that is there. */
function linesOf(file: string): (path: KeyPath) => number | undefined {
  const counter = new LineCounter();
  let document: ReturnType<typeof parseDocument>;
  try {
    document = parseDocument(readFileSync(file, "utf8"), { lineCounter: counter });
  } catch {
    return () => undefined; // it cannot be read: that is the problem itself
  }
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
