/** The kinds of checks that there are. */
import type { Checker, CheckerParts, Checkers } from "../../ports/check.ts";
import { createCookies } from "./cookies.ts";
import { httpCheck } from "./http.ts";

const tableOf = (_parts: CheckerParts): readonly Checker[] => [httpCheck as Checker];

/** What vice itself works with is not for checks. */
const OWN = /^VICE_/;

export function createCheckers(
  parts: CheckerParts,
  env: Readonly<Record<string, string | undefined>>,
): Checkers {
  const table = new Map(tableOf(parts).map((checker) => [checker.kind, checker]));
  return {
    kinds: () => [...table.keys()],
    get: (kind) => table.get(kind) ?? null,
    secret: (name) => (OWN.test(name) ? null : (env[name] ?? null)),
    cookies: () => createCookies(),
  };
}
