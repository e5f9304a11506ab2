// How each error of the table reads in the terminal, and which exit code it brings.
import { describe, expect, test } from "vitest";
import { ERRORS, type ErrorCode, errorBody, ViceError } from "../../kit/errors.ts";
import { EXIT_CODES, usedExitCodes } from "./help/flags-topic.ts";
import { coloured, plain } from "./output/paint.ts";
import { problemText } from "./output/show-problem.ts";
import { problemOf, toProblem } from "./problem.ts";

const FORM = { json: false, color: plain, debug: false };
const codes = Object.keys(ERRORS) as ErrorCode[];
const DETAILS = {
  what: "service",
  name: "shop",
  nearest: "shopp",
  file: "f.yaml",
  line: 3,
  problem: "it is so",
  url: "http://x",
  known: "a, b",
};

test("the exit codes of the contract", () => {
  const expected = {
    usage: 64,
    "input.invalid": 64,
    "data.invalid": 65,
    "config.invalid": 65,
    "store.newer": 65,
    "not-found": 66,
  };
  const more = {
    "server.unreachable": 69,
    "outside.unreachable": 69,
    bug: 70,
    "store.busy": 75,
    "auth.required": 77,
    "auth.forbidden": 77,
  };
  for (const [code, exit] of Object.entries({ ...expected, ...more }))
    expect([code, toProblem(new ViceError(code as ErrorCode)).exit]).toEqual([code, exit]);
});

test("help explains every exit code that there is", () => {
  const explained = EXIT_CODES.map(([code]) => code);
  expect(usedExitCodes().filter((code) => !explained.includes(code))).toEqual([]);
});

describe("each error", () => {
  test.each(
    codes,
  )("%s: one line for what happened, one for the next step, no stack but for a bug", (code) => {
    const lines = problemText(toProblem(new ViceError(code, DETAILS)), FORM).split("\n");
    expect(lines[0]).toMatch(/^error: .+/);
    expect(lines[1]).toMatch(/^ {2}\S.*/);
    expect(lines.length > 2).toBe(code === "bug");
  });

  test.each(codes)("%s: reads the same when a server says it", (code) => {
    const error = new ViceError(code, DETAILS);
    const here = toProblem(error);
    const there = problemOf(error.http, JSON.parse(JSON.stringify(errorBody(error))));
    expect({ ...there, stack: null }).toEqual({ ...here, stack: null });
  });
});

test("an error that nobody expected is a bug, with its stack", () => {
  const text = problemText(toProblem(new TypeError("x is no function")), FORM);
  expect(text).toMatch(
    /^error: A bug in vice: x is no function\.\n {2}Please report it.*\nTypeError: x is no function\n +at /s,
  );
});

test("VICE_DEBUG shows the stack of every error", () => {
  expect(problemText(toProblem(new ViceError("usage")), { ...FORM, debug: true })).toContain("\n    at ");
});

test.each([
  [400, 64],
  [401, 77],
  [403, 77],
  [404, 66],
  [409, 75],
  [413, 65],
  [429, 75],
  [500, 70],
  [503, 70],
])("a code that this version does not know: status %i is exit code %i", (status, exit) => {
  const problem = problemOf(status, {
    error: { code: "of-the-future", message: "What?", hint: "Update.", details: {} },
  });
  expect(problem).toMatchObject({ code: "of-the-future", message: "What?", hint: "Update.", exit });
});

test.each([
  null,
  "text",
  [],
  { error: "no" },
  { error: { code: 5 } },
])("an answer that is no error body: %j", (body) => {
  expect(problemOf(502, body)).toMatchObject({
    code: "unknown",
    message: "The server answered with status 502.",
    exit: 70,
  });
});

test("text from outside cannot steer the terminal", () => {
  const error = new ViceError("not-found", { what: "service", name: "\u001b[2Jshop\u0007" });
  const said = problemText(toProblem(error), { ...FORM, color: coloured });
  for (const sequence of ["\u001b[2J", "\u0007"]) expect(said).not.toContain(sequence);
  expect(said).toContain("\u001b[31merror:\u001b[39m");
});
