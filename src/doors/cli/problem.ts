/** What went wrong, as the terminal says it: the same words whether it happened here or on a server. */
import { ERRORS, errorBody, toViceError } from "../../kit/errors.ts";

export interface Problem {
  code: string;
  message: string;
  hint: string;
  exit: number;
  details: Record<string, unknown>;
  /** Only for a bug of this process. */
  stack: string | null;
}

/** An error that a server answered with. */
export class ServerProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.name = "ServerProblem";
    this.problem = problem;
  }
}

/** Anything thrown, in the words of the table of errors. */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof ServerProblem) return thrown.problem;
  const error = toViceError(thrown);
  const { code, message, hint, details } = errorBody(error).error;
  const cause = thrown instanceof Error ? (thrown.stack ?? null) : null;
  return { code, message, hint, exit: error.exit, details, stack: cause };
}

const EXIT_BY_HTTP: ReadonlyArray<readonly [from: number, exit: number]> = [
  [500, 70],
  [429, 75],
  [413, 65],
  [409, 75],
  [404, 66],
  [401, 77],
  [400, 64],
];

/** The error of an answer; a code that this version does not know takes its exit code from the status. */
export function problemOf(status: number, body: unknown): Problem {
  const { code, message, hint, details } = errorIn(body);
  const known = Object.hasOwn(ERRORS, code) ? ERRORS[code as keyof typeof ERRORS].exit : null;
  const exit = known ?? EXIT_BY_HTTP.find(([from]) => status >= from)?.[1] ?? 70;
  return {
    code,
    message: message || `The server answered with status ${status}.`,
    hint,
    exit,
    details,
    stack: null,
  };
}

function errorIn(body: unknown): Pick<Problem, "code" | "message" | "hint" | "details"> {
  const error = Object(Object(body)["error"]) as Record<string, unknown>;
  const text = (key: string): string => (typeof error[key] === "string" ? error[key] : "");
  const details = Object(error["details"]) as Record<string, unknown>;
  return { code: text("code") || "unknown", message: text("message"), hint: text("hint"), details };
}
