// The rules of the house as functions over source texts: who may import whom, a pure domain, small files,
// no import cycles, no escape from the types. `architecture.test.ts` holds the real tree against them.
import { dirname, posix } from "node:path";

/** Source texts by their path from the repository root. */
export type Sources = ReadonlyMap<string, string>;

interface Import {
  to: string;
  kind: "value" | "type" | "lazy";
}

/** Which rooms of src/ a room may import besides itself; a room that is not listed (app) may import all. */
const mayImport: Record<string, readonly string[]> = {
  domain: [],
  kit: ["domain"],
  ports: ["domain", "kit"],
  parts: ["domain", "kit", "ports"],
  adapters: ["domain", "kit", "ports"],
  conformance: ["domain", "kit", "ports"],
  doors: ["domain", "kit", "parts"],
};
const wrapper = "src/doors/cli/wrapper/";
/** The page says ages and counts in the words of the terminal. */
const wording = ["src/kit/ago.ts", "src/kit/count.ts", "src/domain/say-duration.ts"];
/** What the end of a trace waited for is found by pure rules: page and terminal shall never say different things. */
const traces = "src/domain/trace/";
/** Pictures are pure functions from data to SVG text: page, report, digest and badge shall draw the very same ones. */
const charts = "src/domain/chart/";
/** A test tells many small stories: it may be longer than what it tests. */
const maxLines = (path: string): number => (isTest(path) ? 400 : 300);
const impure =
  /\bDate\.now\b|\bnew Date(?:\(\s*\)|\b(?!\())|\bMath\.random\b|\bperformance\.now\b|(?<![.\w])(?:crypto|process)\./;
const untyped =
  /[:<|]\s*any\b\s*(?:\[\]|[;,)=>|&{]|$)|<[^<>;{}()]*,\s*any\s*[,>]|\bas any\b|\bas unknown as\b/m;
const silenced = /@ts-(?:ignore|nocheck)\b/;

/** Every broken rule, one line each: `file: what is wrong`. */
export function problems(sources: Sources): string[] {
  const inFiles = [...sources].flatMap(([path, text]) => {
    const found = [
      ...textProblems(path, text),
      ...importsOf(path, text).flatMap((one) => importProblem(path, one)),
    ];
    return found.map((problem) => `${path}: ${problem}`);
  });
  return [...inFiles, ...cycles(sources)];
}

function textProblems(path: string, text: string): string[] {
  const code = withoutCommentsAndStrings(text);
  const rules: ReadonlyArray<readonly [broken: boolean, problem: string]> = [
    [!opensWithSentence(text), "does not begin with a sentence that says what it is for"],
    [untyped.test(code) || silenced.test(text), "leaves the types (any, `as unknown as`, @ts-ignore)"],
    [lineCount(text) > maxLines(path) && !path.endsWith(".gen.ts"), `has more than ${maxLines(path)} lines`],
    [
      room(path) === "domain" && !isTest(path) && impure.test(code),
      "the domain knows no clock, chance or process",
    ],
  ];
  return rules.filter(([broken]) => broken).map(([, problem]) => problem);
}

function importProblem(path: string, { to, kind }: Import): string[] {
  const rule = isTest(path) ? null : importRule(path, to, kind);
  return rule === null ? [] : [`${rule}, but it imports ${to}`];
}

/** The rule that this import breaks, or null. */
function importRule(path: string, to: string, kind: Import["kind"]): string | null {
  const from = room(path);
  const target = room(to);
  if (path.startsWith(wrapper)) {
    const fine = to.startsWith("node:") || to.startsWith(wrapper) || (kind === "type" && target === "domain");
    return fine ? null : "the wrapper may import node: modules and types of the domain";
  }
  if (from === "dashboard") {
    const fine =
      ["", "dashboard"].includes(target) ||
      wording.includes(to) ||
      to.startsWith(charts) ||
      to.startsWith(traces) ||
      (kind === "type" && target === "domain");
    return fine
      ? null
      : `the dashboard may import types of the domain, ${wording.join(", ")}, ${charts} and ${traces}`;
  }
  if (target === "")
    return from === "domain" && !/^zod(\/|$)/.test(to) ? "the domain may import only zod" : null;
  if (from === "parts" && target === "parts") {
    const fine = partOf(to) === partOf(path) || to === `src/parts/${partOf(to)}/index.ts`;
    return fine ? null : "a part sees another part only through its index.ts";
  }
  if (from === "doors" && kind === "type" && to === "src/ports/services.ts") return null; // docs/adr/0003
  const rooms = mayImport[from];
  return rooms === undefined || target === from || rooms.includes(target)
    ? null
    : `${from} may import ${rooms.join(", ")}`;
}

/** Cycles of static imports, types included; a lazy import is a deliberate way out. */
function cycles(sources: Sources): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push(`import cycle: ${[...trail.slice(start), path].join(" -> ")}`);
    if (start >= 0 || done.has(path)) return;
    const imports = importsOf(path, sources.get(path) ?? "");
    const next = imports.filter(({ to, kind }) => kind !== "lazy" && sources.has(to));
    for (const { to } of next) visit(to, [...trail, path]);
    done.add(path);
  };
  for (const path of sources.keys()) visit(path, []);
  return found;
}

function importsOf(path: string, text: string): Import[] {
  const code = withoutComments(text);
  const named = (to: string) => (to.startsWith(".") ? posix.join(dirname(path), to) : to);
  const statement = /^\s*(?:import|export)\b(\s+type\b)?(?:[^;"'`=(]*?\bfrom)?\s*["']([^"']+)["']/gm;
  return [
    ...[...code.matchAll(statement)].map(
      ([, type, to = ""]): Import => ({ to: named(to), kind: type ? "type" : "value" }),
    ),
    ...[...code.matchAll(/\bimport\(\s*["']([^"']+)["']/g)].map(
      ([, to = ""]): Import => ({ to: named(to), kind: "lazy" }),
    ),
  ];
}

/** `domain`, `kit`, ... for files of src, `dashboard` for the page, "" for anything outside. */
function room(path: string): string {
  return path.startsWith("dashboard/") ? "dashboard" : (/^src\/([^/]+)/.exec(path)?.[1] ?? "");
}

function partOf(path: string): string {
  return path.split("/")[2] ?? "";
}

function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path);
}

function lineCount(text: string): number {
  return text.trimEnd().split("\n").length;
}

function opensWithSentence(text: string): boolean {
  const comment = /^(?:#!.*\n)?((?:\/\/[^\n]*(?:\n|$))+|\/\*[\s\S]*?\*\/)/.exec(text)?.[1] ?? "";
  return /\w+\W+\w+[\s\S]*?[.:!?](?:\s|$)/.test(comment);
}

const stringOrComment =
  /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`[^`\n]*`)|\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;

function withoutComments(text: string): string {
  return text.replace(stringOrComment, (_whole, string: string | undefined) => string ?? "");
}

function withoutCommentsAndStrings(text: string): string {
  return text.replace(stringOrComment, (_whole, string: string | undefined) =>
    string === undefined ? "" : '""',
  );
}
