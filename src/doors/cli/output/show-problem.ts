/** Shows an error: what happened, the next step, and for a bug where it happened. */
import { printable } from "../../../kit/table.ts";
import type { OutputStream } from "../cli-options.ts";
import type { Problem } from "../problem.ts";
import { jsonText } from "./json-text.ts";
import type { Paint } from "./paint.ts";
import { print } from "./print.ts";

export interface ProblemForm {
  json: boolean;
  color: Paint;
  /** Shows the stack of every error, not only of bugs. */
  debug: boolean;
}

/** With `--json` it is the document that HTTP answers with. Always on stderr. */
export async function showProblem(stderr: OutputStream, problem: Problem, form: ProblemForm): Promise<void> {
  const { code, message, hint, details } = problem;
  await print(
    stderr,
    form.json ? jsonText({ error: { code, message, hint, details } }) : problemText(problem, form),
  );
}

export function problemText({ code, message, hint, stack }: Problem, { color, debug }: ProblemForm): string {
  const lines = [`${color("red", "error:")} ${inLines(message)}`];
  if (hint !== "") lines.push(`  ${inLines(hint)}`);
  if (stack !== null && (code === "bug" || debug)) lines.push(color("dim", stack));
  return lines.join("\n");
}

/** Text from outside may hold escape sequences; line breaks stay, indented. */
const inLines = (text: string): string => text.split("\n").map(printable).join("\n  ");
