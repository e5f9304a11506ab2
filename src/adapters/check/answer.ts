/** From what was seen to the answer of a check: everything that is not as expected, and what is taken along. */
import {
  captured,
  type Miss,
  missesOf,
  type Seen,
  sayMiss,
  shortened,
  type Tools,
} from "../../domain/verify/expect.ts";
import type { Capture, TextExpectation } from "../../domain/verify/forms.ts";
import type { CheckAnswer, CheckCall } from "../../ports/check.ts";
import { maskOf } from "../process/mask-stream.ts";
import { tools as plain } from "./tools.ts";

type Hiding = Pick<CheckCall, "secrets">;

/** @param before what is wrong beside the text */
export async function answerOf(
  call: Hiding,
  seen: Seen,
  wanted: TextExpectation,
  capture: Readonly<Record<string, Capture>>,
  before: readonly Miss[] = [],
): Promise<CheckAnswer> {
  const tools = await toolsFor(wanted);
  const misses = [...before, ...missesOf(wanted, seen, tools)].map((miss) => shown(call, miss));
  const taken: Record<string, string> = {};
  const lost: string[] = [];
  for (const [name, form] of Object.entries(capture)) {
    const found = captured(form, seen, tools);
    if ("value" in found) taken[name] = found.value;
    else lost.push(`"${name}" cannot be captured: ${found.problem}`);
  }
  const [first] = misses;
  const wrong = [...misses.map(sayMiss), ...lost];
  if (wrong.length === 0) return { error: null, captures: taken };
  return {
    error: wrong.join("; "),
    ...(first === undefined ? {} : { expected: `${first.what}: ${first.expected}`, actual: first.actual }),
    captures: taken,
  };
}

async function toolsFor({ schema }: TextExpectation): Promise<Tools> {
  if (schema === undefined) return plain;
  const { misfit } = await import("./json-schema.ts");
  return { ...plain, misfit };
}

/** For what is told whole. */
export function hidden({ secrets }: Hiding, answer: CheckAnswer): CheckAnswer {
  const { text } = maskOf(secrets);
  const { error, expected, actual, captures } = answer;
  return {
    error: error === null ? null : text(error),
    ...(expected === undefined ? {} : { expected: text(expected) }),
    ...(actual === undefined ? {} : { actual: text(actual) }),
    captures,
  };
}

const shown = (call: Hiding, { what, expected, actual }: Miss): Miss => ({
  ...{ what, expected, actual: brief(call, actual) },
});

/** First without secrets, then cut: half a secret is known by nobody who masks it. */
const brief = ({ secrets }: Hiding, text: string): string => shortened(maskOf(secrets).text(text));

export const failure = (error: string): CheckAnswer => ({ error, captures: {} });

export const failureWith = (call: Hiding, error: string, actual: string): CheckAnswer => ({
  ...{ error, actual: brief(call, actual), captures: {} },
});
