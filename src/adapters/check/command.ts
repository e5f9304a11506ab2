/** `command`: a command of the project; its exit code, its output, or the tests that it tells about as JUnit or TAP. */
import { z } from "zod";
import { duration, variables } from "../../domain/pipeline/forms.ts";
import type { Miss } from "../../domain/verify/expect.ts";
import { captures, checkForm, textExpectation } from "../../domain/verify/forms.ts";
import { readJunit } from "../../domain/verify/read-junit.ts";
import { readTap } from "../../domain/verify/read-tap.ts";
import { sayTests, type TestRun } from "../../domain/verify/tests.ts";
import type { Checker } from "../../ports/check.ts";
import type { ProcessRunner } from "../../ports/process-runner.ts";
import { answerOf, failureWith } from "./answer.ts";
import { type CommandDone, runCommand, wordsOf } from "./run-command.ts";
import { seenText } from "./tools.ts";

export const commandShape = {
  command: z
    .union([z.string().min(1), z.array(z.string()).min(1)])
    .describe("A list of words, or a line that is split at blanks"),
  shell: z.boolean().default(false).describe("Give the line to sh -c; values come in by env"),
  cwd: z.string().min(1).optional().describe("Folder, seen from the folder of the project"),
  env: variables,
};

/** What only a shell understands must be given to one, and a value never goes into its text. */
export function commandProblem(
  given: { command: string | readonly string[]; shell: boolean },
  ctx: z.RefinementCtx,
): void {
  const made = wordsOf(given);
  const isOpen = typeof given.command === "string" && given.command.includes("${{");
  const instead = given.shell ? "pass it by env and write $NAME" : "write a list of words";
  // Filled in first and split then, one value could become many words.
  const problem = isOpen
    ? `a value never goes into a line; ${instead}`
    : "problem" in made
      ? made.problem
      : null;
  if (problem !== null) ctx.addIssue({ code: "custom", path: ["command"], message: problem });
}

const schema = checkForm("command", {
  ...commandShape,
  format: z
    .enum(["exit", "junit", "tap"])
    .default("exit")
    .describe("What its output is: nothing special, or results of tests"),
  expect: z
    .strictObject({ exit: z.int().min(0).max(255).default(0), ...textExpectation })
    .prefault({})
    .describe("Of its output"),
  capture: captures,
  timeout: duration.default(300_000).describe("Of one attempt"),
}).superRefine(commandProblem);
type CommandSpec = z.output<typeof schema>;

const READERS: Readonly<Record<"junit" | "tap", (text: string) => TestRun>> = {
  junit: readJunit,
  tap: readTap,
};
const TAIL = 300;

export const commandCheck = (processes: ProcessRunner): Checker<CommandSpec> => ({
  kind: "command",
  about: "A command: its exit code, its output, or results of tests as JUnit or TAP",
  schema,
  subject: ({ command }) => (typeof command === "string" ? command : command.join(" ")),
  run: async (call) => {
    const { format, expect, capture } = call.spec;
    const done = await runCommand(processes, call.spec, call);
    if (done.exitCode === null) return failureWith(call, done.problem ?? "it did not end", done.text);
    if (format !== "exit") {
      const wrong = sayTests(READERS[format](done.text));
      if (wrong !== null) return failureWith(call, wrong, tailOf(done.text));
    }
    const { text, durationMs, outputs } = done;
    return answerOf(
      call,
      seenText(text, durationMs, { outputs }),
      expect,
      capture,
      exitMisses(done, expect.exit),
    );
  },
});

/** The end of the output mostly says why. */
const tailOf = (text: string): string => text.trimEnd().slice(-TAIL);

function exitMisses({ exitCode, text }: CommandDone, wanted: number): Miss[] {
  if (exitCode === wanted) return [];
  const tail = tailOf(text);
  const actual = tail === "" ? String(exitCode) : `${exitCode} (${tail})`;
  return [{ what: "the exit code", expected: String(wanted), actual }];
}
