/** The small language of conditions: `success() && outputs.build.changed == 'yes'`. Parsed when planned, pure. */

export type Expression =
  | { type: "value"; value: Value }
  | { type: "name"; path: readonly string[] }
  | { type: "call"; name: StatusFunction }
  | { type: "not"; of: Expression }
  | { type: Joining; left: Expression; right: Expression };

type Comparison = "equal" | "different" | "less" | "more" | "atMost" | "atLeast";
type Joining = "both" | "either" | Comparison;

export type Value = string | number | boolean | null;

/** What went before: nothing wrong, something wrong, whatever it was. */
export const STATUS_FUNCTIONS = ["success", "failure", "always"] as const;
export type StatusFunction = (typeof STATUS_FUNCTIONS)[number];

/** First words of a name, with the number of words that follow. */
const ROOTS: Readonly<Record<string, number>> = { outputs: 2, env: 1, inputs: 1, matrix: 1, steps: 2 };

/** What can be asked of a step: its status, and how often it was begun. */
const OF_STEPS: readonly string[] = ["status", "attempts"];

export interface Facts {
  name: (path: readonly string[]) => Value;
  call: (name: StatusFunction) => boolean;
}

export class ExpressionProblem extends Error {}

const TOKEN =
  /\s*(?:('(?:[^']|'')*')|(-?\d+(?:\.\d+)?)(?![\w.])|(&&|\|\||==|!=|<=|>=|[!().<>])|([A-Za-z_][\w-]*))/y;

interface Token {
  kind: "text" | "number" | "sign" | "word" | "end";
  text: string;
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (source.slice(TOKEN.lastIndex).trim() !== "") {
    const from = TOKEN.lastIndex;
    const [, text, number, sign, word] = TOKEN.exec(source) ?? [];
    if (text !== undefined) tokens.push({ kind: "text", text: text.slice(1, -1).replaceAll("''", "'") });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else throw new ExpressionProblem(`it is not understood from "${source.slice(from).trim()}" on`);
  }
  return tokens;
}

/** Nesting deeper than this is no condition that a person wrote. */
const MAX_DEPTH = 50;

/** @throws ExpressionProblem with words that end a sentence beginning with the place */
export function parseExpression(source: string): Expression {
  const tokens = tokensOf(source);
  let at = 0;
  let depth = 0;
  const peek = (): Token => tokens[at] ?? { kind: "end", text: "the end" };
  const isSign = (text: string): boolean => peek().kind === "sign" && peek().text === text;
  const accept = (text: string): boolean => {
    if (!isSign(text)) return false;
    at += 1;
    return true;
  };
  const demand = (text: string): void => {
    if (!accept(text)) throw new ExpressionProblem(`"${text}" is expected where ${said(peek())} stands`);
  };
  const chain = (sign: string, type: "both" | "either", next: () => Expression) => (): Expression => {
    let left = next();
    while (accept(sign)) left = { type, left, right: next() };
    return left;
  };
  const compared = (): Expression => {
    const left = unary();
    const sign = Object.keys(COMPARISONS).find(isSign);
    const type = COMPARISONS[sign ?? ""];
    if (sign === undefined || type === undefined) return left;
    at += 1;
    const right = unary();
    if (type !== "equal" && type !== "different") for (const side of [left, right]) checkNumber(side, sign);
    return { type, left, right };
  };
  const unary = (): Expression => {
    if (++depth > MAX_DEPTH) throw new ExpressionProblem("it is nested too deep");
    const result: Expression = accept("!") ? { type: "not", of: unary() } : primary();
    depth -= 1;
    return result;
  };
  const either = chain("||", "either", chain("&&", "both", compared));
  const primary = (): Expression => {
    if (accept("(")) {
      const inner = either();
      demand(")");
      return inner;
    }
    const token = peek();
    at += 1;
    if (token.kind === "text") return { type: "value", value: token.text };
    if (token.kind === "number") return { type: "value", value: Number(token.text) };
    if (token.kind === "word") return named(token.text);
    throw new ExpressionProblem(`a value is expected where ${said(token)} stands`);
  };
  const named = (word: string): Expression => {
    if (Object.hasOwn(LITERALS, word)) return { type: "value", value: LITERALS[word] ?? null };
    if (accept("(")) {
      demand(")");
      const name = STATUS_FUNCTIONS.find((each) => each === word);
      if (name !== undefined) return { type: "call", name };
      throw new ExpressionProblem(`there is no ${word}(), only ${STATUS_FUNCTIONS.join("(), ")}()`);
    }
    const path = [word];
    while (accept(".")) {
      path.push(peek().text);
      if (!["word", "number"].includes(peek().kind))
        throw new ExpressionProblem(`a name is expected behind "${path.slice(0, -1).join(".")}."`);
      at += 1;
    }
    checkName(path);
    return { type: "name", path };
  };
  const result = either();
  if (peek().kind !== "end") throw new ExpressionProblem(`${said(peek())} is one word too many`);
  return result;
}

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  ...{ "==": "equal", "!=": "different", "<": "less", ">": "more", "<=": "atMost", ">=": "atLeast" },
};

/** @throws ExpressionProblem for a literal that is never a number */
function checkNumber(side: Expression, sign: string): void {
  if (side.type === "value" && Number.isNaN(numberOf(side.value)))
    throw new ExpressionProblem(`"${sign}" compares numbers, and "${side.value}" is none`);
}

const LITERALS: Readonly<Record<string, Value>> = { true: true, false: false, null: null };
const said = ({ kind, text }: Token): string => (kind === "end" ? text : `"${text}"`);

/** @throws ExpressionProblem for a name that can never mean anything */
export function checkName(path: readonly string[]): void {
  const [root = ""] = path;
  const rest = Object.hasOwn(ROOTS, root) ? ROOTS[root] : undefined;
  const forms =
    "outputs.STEP.KEY, steps.STEP.status, steps.STEP.attempts, env.NAME, inputs.NAME or matrix.NAME";
  const isAsked = root !== "steps" || OF_STEPS.includes(path[2] ?? "");
  if (rest === undefined || path.length !== rest + 1 || !isAsked)
    throw new ExpressionProblem(`"${path.join(".")}" is no name; write ${forms}`);
}

/** As texts are compared: an output is always text, so `outputs.a.n == 5` compares `5` with `5`. */
const same = (left: Value, right: Value): boolean => String(left ?? "") === String(right ?? "");

/** NaN for what is no number: nothing is less or more than that. */
function numberOf(value: Value): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : Number.NaN;
}

const isTrue = (value: Value): boolean =>
  value !== null && value !== false && value !== 0 && value !== "" && value !== "false";

export function evaluate(expression: Expression, facts: Facts): Value {
  const inner = (each: Expression): Value => evaluate(each, facts);
  const number = (each: Expression): number => numberOf(inner(each));
  switch (expression.type) {
    case "value":
      return expression.value;
    case "name":
      return facts.name(expression.path);
    case "call":
      return facts.call(expression.name);
    case "not":
      return !isTrue(inner(expression.of));
    case "both":
      return isTrue(inner(expression.left)) && isTrue(inner(expression.right));
    case "either":
      return isTrue(inner(expression.left)) || isTrue(inner(expression.right));
    case "equal":
      return same(inner(expression.left), inner(expression.right));
    case "different":
      return !same(inner(expression.left), inner(expression.right));
    case "less":
      return number(expression.left) < number(expression.right);
    case "more":
      return number(expression.left) > number(expression.right);
    case "atMost":
      return number(expression.left) <= number(expression.right);
    case "atLeast":
      return number(expression.left) >= number(expression.right);
  }
}

/** Whether the condition holds; one that says nothing about what went before asks for success too. */
export function holds(expression: Expression, facts: Facts): boolean {
  if (!isTrue(evaluate(expression, facts))) return false;
  return callsOf(expression).length > 0 || facts.call("success");
}

const partsOf = (expression: Expression): readonly Expression[] => {
  if (expression.type === "not") return [expression.of];
  return "left" in expression ? [expression.left, expression.right] : [];
};

export const callsOf = (expression: Expression): StatusFunction[] =>
  expression.type === "call" ? [expression.name] : partsOf(expression).flatMap(callsOf);

export const namesOf = (expression: Expression): Array<readonly string[]> =>
  expression.type === "name" ? [expression.path] : partsOf(expression).flatMap(namesOf);
