/** `deployed`: what runs there says itself which version it is, and that is the expected one. */
import { z } from "zod";
import { checkForm } from "../../domain/verify/forms.ts";
import type { CheckAnswer, CheckCall, Checker } from "../../ports/check.ts";
import type { ProcessRunner } from "../../ports/process-runner.ts";
import { failure, failureWith } from "./answer.ts";
import { commandProblem, commandShape } from "./command.ts";
import { webShape } from "./http.ts";
import { sayConnection } from "./reach.ts";
import { ask } from "./request.ts";
import { runCommand } from "./run-command.ts";
import { seenText, tools } from "./tools.ts";

const path = z.string().regex(/^\$/, "a path begins with $");

const schema = checkForm("deployed", {
  url: z.string().min(1).optional().describe("Answers with its version: a text, or JSON"),
  ...webShape,
  ...commandShape,
  command: commandShape.command.optional().describe("Instead: a command that writes the version"),
  version: path.optional().describe("Where the version stands in the JSON; else the usual places"),
  commit: path.optional().describe("Where the commit stands in the JSON; else the usual places"),
}).superRefine((given, ctx) => {
  const { url, command, shell } = given;
  if ((url === undefined) === (command === undefined))
    ctx.addIssue({ code: "custom", message: "a version is told by url or by command, one of them" });
  if (command !== undefined) commandProblem({ command, shell }, ctx);
});
type DeployedSpec = z.output<typeof schema>;

const VERSIONS = [
  ...[
    "$.version",
    "$.appVersion",
    "$.app_version",
    "$.release",
    "$.tag",
    "$.build.version",
    "$.info.version",
  ],
  ...["$.app.version", "$.data.version"],
];
const COMMITS = [
  ...["$.commitSha", "$.commit", "$.sha", "$.gitSha", "$.git_sha", "$.gitCommit", "$.git_commit"],
  ...["$.revision", "$.commitId", "$.git.commit.id.full", "$.git.commit.id", "$.git.sha", "$.build.commit"],
];

export const deployedCheck = (processes: ProcessRunner): Checker<DeployedSpec> => ({
  kind: "deployed",
  about: "What runs there says its version, and it is the expected one",
  schema,
  subject: ({ url, command }) => url ?? (typeof command === "string" ? command : (command ?? []).join(" ")),
  run: async (call) => {
    const told = await tell(processes, call);
    return "error" in told ? told : judged(call, told.text);
  },
});

async function tell(
  processes: ProcessRunner,
  call: CheckCall<DeployedSpec>,
): Promise<{ text: string } | CheckAnswer> {
  const { url, command, headers, follow, ca, insecure } = call.spec;
  if (command !== undefined) {
    const { exitCode, problem, text } = await runCommand(processes, { ...call.spec, command }, call);
    return exitCode === 0
      ? { text }
      : failureWith(call, problem ?? `it ended with exit code ${exitCode}`, text);
  }
  try {
    const asking = { url: url ?? "", method: "GET", headers, follow, ca, insecure };
    const { status, text } = await ask(asking, call);
    return status >= 200 && status < 300 ? { text } : failureWith(call, `${url} answers ${status}`, text);
  } catch (error) {
    return failure(`${url}: ${sayConnection(error)}`);
  }
}

/** The commit decides where both know it: a version may be built twice. */
function judged(call: CheckCall<DeployedSpec>, text: string): CheckAnswer {
  const { spec, version, commitSha } = call;
  if (version === null && commitSha === null)
    return failure("nobody said which version is expected: --version V or --commit SHA");
  const told = toldBy(spec, text);
  const expected = [version, commitSha].filter((each) => each !== null).join(", commit ");
  const actual = [told.version, told.commit].filter((each) => each !== null).join(", commit ");
  if (actual === "") return { ...failureWith(call, "it does not say which version it is", text), expected };
  const isCommit = commitSha === null || told.commit === null ? null : isSameCommit(told.commit, commitSha);
  const isVersion = version === null || told.version === null ? null : isSameVersion(told.version, version);
  // One word for both may be either.
  const isEither = told.commit === told.version && isCommit === false;
  const verdict = isEither ? (isVersion ?? false) : (isCommit ?? isVersion);
  if (verdict === true) return { error: null, expected, actual, captures: {} };
  const error =
    verdict === null
      ? `it says ${actual}, which cannot be compared`
      : `it answers ${actual}, expected ${expected}`;
  return { error, expected, actual, captures: {} };
}

function toldBy(
  { version, commit }: DeployedSpec,
  text: string,
): { version: string | null; commit: string | null } {
  const { json } = seenText(text, 0);
  if (typeof json === "object" && json !== null)
    return { version: firstAt(version, VERSIONS, json), commit: firstAt(commit, COMMITS, json) };
  const line = (typeof json === "string" ? json : text).trim();
  if (line === "" || line.includes("\n") || line.length > 200) return { version: null, commit: null };
  return /^[0-9a-f]{7,64}$/.test(line) ? { version: line, commit: line } : { version: line, commit: null };
}

function firstAt(own: string | undefined, usual: readonly string[], json: object): string | null {
  for (const each of own === undefined ? usual : [own]) {
    const found = tools.at(each, json);
    const [value] = "values" in found ? found.values : [];
    if (typeof value === "string" || typeof value === "number") return String(value);
  }
  return null;
}

/** Many tools leave out the v of a tag. */
const isSameVersion = (a: string, b: string): boolean =>
  a.replace(/^v(?=\d)/, "") === b.replace(/^v(?=\d)/, "");

const SHORT = 7;

/** One of them may be a short one; `null` = what was told is no commit, such as a place that nobody filled in. */
function isSameCommit(told: string, wanted: string): boolean | null {
  const [x, y] = [told.toLowerCase(), wanted.toLowerCase()];
  if (Math.min(x.length, y.length) < SHORT || !/^[0-9a-f]+$/.test(x)) return null;
  return x.startsWith(y) || y.startsWith(x);
}
