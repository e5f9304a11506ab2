/** Reads JUnit XML of any writer: test cases with their failures. Entities of a document type are never expanded. Pure. */
import type { TestCase, TestRun } from "./tests.ts";

/** What is not closed goes on to the end: looked for again from every beginning, a cut report would take hours. */
const TOKEN =
  /<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[([\s\S]*?)(?:\]\]>|$)|<\?[\s\S]*?(?:\?>|$)|<!DOCTYPE[^>[]*(?:\[[\s\S]*?(?:\]|$))?[^>]*(?:>|$)|<(\/)?([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/)?>|([^<]+)/g;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const MOST_CASES = 50_000;
const MOST_ERROR = 2000;

interface Open {
  name: string;
  attributes: Record<string, string>;
}

/** @returns no cases for what is no JUnit; what stands before and behind the document does no harm */
export function readJunit(text: string): TestRun {
  const reading = new Reading();
  for (const [, cdata, end, name, attributes = "", single, plain] of text.matchAll(TOKEN)) {
    if (cdata !== undefined) reading.text(cdata);
    else if (plain !== undefined) reading.text(decoded(plain));
    else if (name !== undefined && end !== undefined) reading.close(local(name));
    else if (name !== undefined) {
      reading.open(local(name), attributesOf(attributes));
      if (single !== undefined) reading.close(local(name));
    }
  }
  return { name: reading.name, cases: reading.cases };
}

class Reading {
  readonly cases: TestCase[] = [];
  name: string | null = null;
  readonly #suites: string[] = [];
  #case: TestCase | null = null;
  #inside: Open | null = null;
  #text = "";

  open(name: string, attributes: Record<string, string>): void {
    if (name === "testsuites") this.name ??= attributes["name"] ?? null;
    if (name === "testsuite") this.#suites.push(attributes["name"] ?? "");
    if (name === "testsuite" && this.#suites.length === 1) this.name ??= attributes["name"] ?? null;
    if (name === "testcase") this.#case = this.#caseOf(attributes);
    if (this.#case === null || !OUTCOMES.has(name)) return;
    this.#inside = { name, attributes };
    this.#text = "";
  }

  close(name: string): void {
    if (name === "testsuite") this.#suites.pop();
    if (this.#case !== null && this.#inside?.name === name) {
      this.#outcome(this.#case, this.#inside);
      this.#inside = null;
    }
    if (name !== "testcase" || this.#case === null) return;
    if (this.cases.length < MOST_CASES) this.cases.push(this.#case);
    this.#case = null;
  }

  text(text: string): void {
    if (this.#inside !== null && this.#text.length < MOST_ERROR) this.#text += text;
  }

  #caseOf({ name = "", classname = "", time }: Record<string, string>): TestCase {
    const above = classname !== "" ? classname : (this.#suites.at(-1) ?? "");
    const seconds = time === undefined ? Number.NaN : Number(time.replaceAll(",", ""));
    return {
      name: [above, name].filter((part) => part !== "").join(" › ") || "unnamed",
      ...{ status: "passed", error: null },
      durationMs: Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1000) : null,
    };
  }

  /** A failure counts more than that it was left out. */
  #outcome(test: TestCase, { name, attributes }: Open): void {
    const isFailure = name !== "skipped";
    if (!isFailure && test.status === "failed") return;
    const said = [attributes["message"], this.#text.trim()].find((each) => each !== undefined && each !== "");
    if (test.status !== "failed") test.error = said?.slice(0, MOST_ERROR) ?? null;
    test.status = isFailure ? "failed" : "skipped";
  }
}

const OUTCOMES: ReadonlySet<string> = new Set(["failure", "error", "skipped"]);

/** Without the prefix of a namespace. */
const local = (name: string): string => name.slice(name.indexOf(":") + 1).toLowerCase();

const attributesOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(ATTRIBUTE)].map(([, name = "", double, single]) => [
      local(name),
      decoded(double ?? single ?? ""),
    ]),
  );

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

const decoded = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[String(name)] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
  });
