/** The terminal door: words in, rendered answer out. */
import { describeIssues } from "../../kit/command.ts";
import { ViceError } from "../../kit/errors.ts";
import { allVerbs } from "./all-verbs.ts";
import { helpFor } from "./builtins/help-verb.ts";
import type { CliOptions, Env, Terminal } from "./cli-options.ts";
import { knownNames } from "./completion/known-names.ts";
import { confirm } from "./confirm.ts";
import { execute } from "./execute.ts";
import { findVerb } from "./find-verb.ts";
import { asksForHelp, type GlobalValues, globalFlagOf, widthOf } from "./global-flags.ts";
import { usageOf } from "./help/verb-help.ts";
import { loadFiles } from "./load-files.ts";
import { page } from "./output/page.ts";
import { columnsOf, paintFor } from "./output/paint.ts";
import { forgiveBrokenPipe, print } from "./output/print.ts";
import { showProblem } from "./output/show-problem.ts";
import { toProblem } from "./problem.ts";
import { readWords } from "./read-words.ts";
import type { Verb } from "./verbs.ts";

export { describedVerbs } from "./all-verbs.ts";
export { type Builtin, type CliOptions, defineBuiltin, type Terminal } from "./cli-options.ts";
export { cliReference } from "./help/reference-page.ts";

/** @returns the exit code; errors are already said on stderr */
export async function runCli(options: CliOptions): Promise<number> {
  const { argv, env, stdout, stderr } = options;
  const release = [forgiveBrokenPipe(stdout), forgiveBrokenPipe(stderr)];
  try {
    return await start(options);
  } catch (thrown) {
    const problem = toProblem(thrown);
    const flags = beforeDashes(argv);
    const color = paintFor(stderr, env, !flags.includes("--no-color"));
    await showProblem(stderr, problem, {
      json: flags.includes("--json"),
      color,
      debug: Boolean(env["VICE_DEBUG"]),
    });
    return problem.exit;
  } finally {
    for (const undo of release) undo();
  }
}

async function start(options: CliOptions): Promise<number> {
  const { argv, env, stdout, version } = options;
  const show = async (words: readonly string[]): Promise<void> => {
    const style = {
      columns: columnsOf(stdout, env),
      color: paintFor(stdout, env, !argv.includes("--no-color")),
    };
    await page(stdout, helpFor(verbs, words, version, style), env);
  };
  const verbs = allVerbs({
    ...options,
    show,
    namesIn: (list, environment) => knownNames(options, environment, list),
  });
  const found = findVerb(verbs, argv);
  if ("group" in found) return answerGroup(options, found.group, show);
  const { verb, rest } = found;
  if (asksForHelp(rest)) {
    await show(verb.words);
    return 0;
  }
  return runVerb(options, verb, rest);
}

/** No verb: help, the version, or a flag that nobody knows. */
async function answerGroup(
  { argv, stdout, version }: CliOptions,
  group: readonly string[],
  show: (words: readonly string[]) => Promise<void>,
): Promise<number> {
  if (group.length === 0 && (argv.includes("--version") || argv.includes("-V"))) {
    await print(stdout, version);
    return 0;
  }
  const stray = strayFlag(argv);
  if (stray !== null)
    throw new ViceError("usage", {
      message: `There is no flag ${stray} without a verb.`,
      hint: "See: vice help flags",
    });
  await show(group);
  return 0;
}

function strayFlag(argv: readonly string[]): string | null {
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? "";
    const flag = globalFlagOf(word);
    if (flag !== null) at += widthOf(flag, word) - 1;
    else if (word.startsWith("-")) return word;
  }
  return null;
}

async function runVerb(options: CliOptions, verb: Verb, rest: readonly string[]): Promise<number> {
  const { stdin, stderr } = options;
  const { input: given, global } = readOrSayUsage(verb, rest);
  const env = withFlags(options.env, global);
  const input = { ...pipedOf(verb, options), ...(await loadFiles(verb, given, stdin)) };
  await confirm(verb, global, stdin, stderr);
  if (verb.command !== null) return execute({ options, command: verb.command, input, global, env });
  const parsed = verb.input.safeParse(input);
  if (!parsed.success) throw new ViceError("input.invalid", describeIssues(parsed.error, input));
  return verb.builtin?.run(parsed.data, terminalOf(options, env, global)) ?? 0;
}

/** Switches that are on where nobody looks on; what was typed goes before them. */
const pipedOf = (verb: Verb, { stdout }: CliOptions): Record<string, unknown> =>
  stdout.isTTY === true
    ? {}
    : Object.fromEntries(verb.fields().flatMap(({ key, piped }) => (piped ? [[key, true]] : [])));

/** After what is wrong with the words, how they should be. */
function readOrSayUsage(verb: Verb, rest: readonly string[]): ReturnType<typeof readWords> {
  try {
    return readWords(verb, rest);
  } catch (error) {
    if (!(error instanceof ViceError) || error.code !== "usage") throw error;
    throw new ViceError(
      "usage",
      {
        message: error.message,
        hint: [error.hint, ...topicLines(verb), `Usage: ${usageOf(verb)}`].join("\n"),
      },
      error,
    );
  }
}

/** `Views: deployments, activities, ...` */
const topicLines = ({ command }: Verb): string[] =>
  (command?.topics ?? []).map(({ title, rows }) => `${title}: ${rows.map(([word]) => word).join(", ")}`);

/** Flags go before the environment: from here on both are the environment. */
function withFlags(env: Env, { server, token, home }: GlobalValues): Env {
  return {
    ...env,
    ...(server === null ? {} : { VICE_SERVER: server }),
    ...(token === null ? {} : { VICE_TOKEN: token }),
    ...(home === null ? {} : { VICE_HOME: home }),
  };
}

function terminalOf(
  { stdin, stdout, stderr, version }: CliOptions,
  env: Env,
  { json, quiet }: GlobalValues,
): Terminal {
  return { env, stdin, stdout, stderr, json, quiet, version };
}

function beforeDashes(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  return end < 0 ? argv : argv.slice(0, end);
}
