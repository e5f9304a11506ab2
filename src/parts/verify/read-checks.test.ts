/** Mistakes in checks are told before anything runs, with place and nearest name. */
import { describe, expect, test } from "vitest";
import { place } from "../../../test/check-house.ts";
import { checkForms } from "../../app/check-pipeline.ts";
import { checkVerify } from "./index.ts";

describe("what is wrong is told before anything runs", () => {
  test.each<[what: string, checks: unknown, said: string]>([
    ["no kind", [{ url: "x" }], "0: type is missing; expected one of http, tcp, tls, dns, command, deployed"],
    [
      "a kind that nobody knows",
      [{ type: "htp" }],
      '0.type: "htp" is none of http, tcp, tls, dns, command, deployed (http)',
    ],
    ["a key", [{ type: "http", urll: "x", url: "x" }], '0.urll: unknown key "urll" (url)'],
    [
      "a key within",
      [{ type: "http", url: "x", expect: { contain: "x" } }],
      '0.expect.contain: unknown key "contain" (contains)',
    ],
    ["a duration", [{ type: "tcp", host: "a", port: 1, settle: "soon" }], '0.settle: "soon" is no duration'],
    ["a place", [{ type: "http", url: place("vresion") }], '0: nothing is called "vresion" here'],
    [
      "a capture of nobody",
      [{ chain: [{ type: "http", url: place("captures.tokn"), capture: { token: "$.a" } }] }],
      '0.chain.0: no check before it captures "tokn"',
    ],
    [
      "two of one name",
      [
        { type: "http", url: "x", name: "a" },
        { type: "http", url: "y", name: "a" },
      ],
      '1.name: there is already a check "a"',
    ],
    [
      "an expression",
      [{ type: "http", url: "x", expect: { matches: "(" } }],
      "0.expect.matches: it is no regular expression",
    ],
    ["a list in a list", [[{ type: "http" }]], "0: expected a check"],
    ["a chain without anything", [{ chain: [] }], "0.chain: expected at least 1 entry"],
    [
      "a line for a shell",
      [{ type: "command", command: "a | b" }],
      '0.command: "|" means something only to a shell',
    ],
    ["a key beside checks", { evry: "1m", checks: [] }, 'evry: unknown key "evry" (every)'],
    ["a check below checks", { every: "1m", checks: [{ type: "x" }] }, 'checks.0.type: "x" is none of'],
    ["no list", "http", "expected"],
  ])("%s", (_what, checks, text) => {
    const problems = checkVerify(checkForms)(checks);
    const told = problems.map(({ path, problem, nearest, word, known }) => {
      const near = nearest ?? (word === "htp" && known?.includes("http") ? "http" : null);
      return `${path.join(".")}${path.length > 0 ? ": " : ""}${problem}${near === null ? "" : ` (${near})`}`;
    });
    expect(told[0]).toContain(text);
  });

  test("the rest is left alone: keys with x-, values that are filled in later", () => {
    const fine = [
      { type: "tcp", host: place("env.HOST"), port: place("env.PORT"), "x-note": 1 },
      { type: "http", url: place("url"), expect: { matches: `^${place("version")}$` }, "x-a": 1 },
    ];
    expect(checkVerify(checkForms)(fine)).toEqual([]);
    expect(checkVerify(checkForms)(undefined)).toEqual([]);
  });
});
