// Conditions: what they mean, and what is refused with words that help.
import { describe, expect, test } from "vitest";
import { type Facts, holds, namesOf, parseExpression } from "./expression.ts";
import { splitWords } from "./words.ts";

const facts = (amiss = false): Facts => ({
  call: (name) => name === "always" || (name === "failure") === amiss,
  name: (path) =>
    ({
      ...{ "outputs.build.changed": "yes", "env.CI": "1", "inputs.count": "5" },
      ...{ "steps.build.status": "succeeded", "steps.build.attempts": 2, "steps.undo.attempts": 0 },
    })[path.join(".")] ?? null,
});

describe("holds", () => {
  test.each([
    ["success()", true, false],
    ["failure()", false, true],
    ["always()", true, true],
    ["!success()", false, true],
    ["outputs.build.changed == 'yes'", true, false],
    ["outputs.build.changed != 'yes'", false, false],
    ["always() && outputs.build.changed == 'yes'", true, true],
    ["outputs.build.other", false, false],
    ["inputs.count == 5", true, false],
    ["env.CI && (false || true)", true, false],
    ["failure() || env.CI == '1'", true, true],
    ["'it''s' == 'it''s'", true, false],
    ["true || false && false", true, false],
    ["steps.build.status == 'succeeded'", true, false],
    ["steps.build.attempts > 1 && steps.undo.attempts == 0", true, false],
    ["inputs.count < 10", true, false],
    ["inputs.count<=5&&inputs.count>=5.0", true, false],
    ["-1 > inputs.count", false, false],
    ["outputs.build.changed >= 0", false, false],
    ["outputs.build.other < 1", false, false],
  ])("%s", (source, fine, amiss) => {
    expect(holds(parseExpression(source), facts())).toBe(fine);
    expect(holds(parseExpression(source), facts(true))).toBe(amiss);
  });
});

test.each([
  ["", "a value is expected where the end stands"],
  ["success(", '")" is expected where the end stands'],
  ["done()", "there is no done(), only success(), failure(), always()"],
  ["output.a.b", '"output.a.b" is no name; write outputs.STEP.KEY'],
  ["outputs.a", '"outputs.a" is no name'],
  ["true true", '"true" is one word too many'],
  ["a = b", 'it is not understood from "= b" on'],
  ["outputs.a. == 1", 'a name is expected behind "outputs.a."'],
  ["constructor.x", "is no name"],
  ["steps.build.error", '"steps.build.error" is no name; write'],
  ["steps.build.attempts > 'many'", '">" compares numbers, and "many" is none'],
  ["null < 1", '"<" compares numbers, and "null" is none'],
  ["1 < 2 < 3", '"<" is one word too many'],
  ["(".repeat(60), "it is nested too deep"],
])("%j is refused", (source, problem) => {
  expect(() => parseExpression(source)).toThrow(problem);
});

test("says which names it uses", () => {
  expect(namesOf(parseExpression("!(outputs.a.b == env.C) || matrix.os"))).toEqual([
    ["outputs", "a", "b"],
    ["env", "C"],
    ["matrix", "os"],
  ]);
});

const [version, to] = ["inputs.version", "inputs.to"].map((name) => `\${{ ${name} }}`);

test.each([
  ["npm run build", ["npm", "run", "build"]],
  ["echo 'a b' \"c d\"e ''", ["echo", "a b", "c de", ""]],
  [`deploy ${version} --to=${to}`, ["deploy", version, `--to=${to}`]],
])("%s splits at blanks", (line, words) => {
  expect(splitWords(line)).toEqual({ words });
});

test.each([
  "a && b",
  "a | b",
  "a > b",
  "echo $HOME",
  'echo "$HOME"',
  "ls *.js",
  "echo 'a",
  "",
  "a; b",
  "echo `b`",
])("%j needs a shell", (line) => {
  expect(splitWords(line)).toHaveProperty("problem");
});
