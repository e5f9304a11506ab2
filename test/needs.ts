// Lets a test say what it needs from the machine: it runs when that is there, and is reported as skipped,
// with the command that would bring the missing thing, when it is not.
//
//   const browser = needs("chromium");
//   browser.test("shows a new row within a second", async () => { launch(browser.path("chromium")) });
//   needs("curl", "sh").describe("the hook script", () => { ... });
import { describe, test } from "vitest";
import { type NeedName, needTable } from "./needs-table.ts";

export interface Needs {
  /** True when everything asked for is on this machine. */
  readonly has: boolean;
  /** Like vitest's `test`; skipped with the reason in its name when something is missing. */
  readonly test: (name: string, body: () => void | Promise<void>, timeoutMs?: number) => void;
  /** Like vitest's `describe`; the body is still collected when something is missing, so load things in `beforeAll`. */
  readonly describe: (name: string, body: () => void) => void;
  /** Where one of the needed things is. Throws when it is missing, so call it inside a test. */
  readonly path: (name: NeedName) => string;
}

export function needs(...names: NeedName[]): Needs {
  const missing = names.filter((name) => locate(name) === null);
  const has = missing.length === 0;
  const said = (name: string) => (has ? name : `${name} [needs ${missing.join(", ")}]`);
  return {
    has,
    test: (name, body, timeoutMs) => (has ? test : test.skip)(said(name), async () => body(), timeoutMs),
    describe: (name, body) => (has ? describe : describe.skip)(said(name), body),
    path: (name) => {
      const found = locate(name);
      if (found === null) throw new Error(`${name} is not on this machine: ${needTable[name].bring}`);
      return found;
    },
  };
}

const located = new Map<NeedName, string | null>();

function locate(name: NeedName): string | null {
  const known = located.get(name);
  if (known !== undefined) return known;
  const found = needTable[name].probe();
  located.set(name, found);
  return found;
}
