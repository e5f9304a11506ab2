/** `vice verify`: runs checks, says what is wrong, notes every result; 0 when all gates pass, else 21. */

import { z } from "zod";
import { WHOLE_SHA } from "../../domain/commits/sha.ts";
import type { ProjectProblem } from "../../domain/project/project.ts";
import { EVERYTHING } from "../../domain/rules/scope.ts";
import { checksOf } from "../../domain/verify/said-checks.ts";
import { TEST_KINDS, type TestFormat, testFactsSchema } from "../../domain/verify/test-report.ts";
import type { Command, CommandContext } from "../../kit/command.ts";
import { parseDuration } from "../../kit/duration.ts";
import { uuidv7 } from "../../kit/ids.ts";
import { nearest } from "../../kit/nearest.ts";
import { readYamlText } from "../../kit/yaml-file.ts";
import { type FileProblem, fileInvalid } from "../../kit/yaml-problems.ts";
import type { Services } from "../../ports/services.ts";
import { filesInput, requireRole } from "../config/index.ts";
import type { CheckContext } from "./check-context.ts";
import { checkVerify } from "./check-verify.ts";
import { type Found, findChecks, requireAdmin } from "./find-checks.ts";
import { importedTests } from "./imported.ts";
import { knownThere } from "./known-there.ts";
import { runChecks } from "./run-checks.ts";
import { type RunningThere, runningThere } from "./running-there.ts";
import { FORMATS, type Item, output, sayAll, written } from "./say-report.ts";
import { takeReport } from "./take-report.ts";
import { isVersionInHost } from "./version-in-host.ts";

/** Verification failed: the contract's exit code. */
const EXIT_FAILED = 21;

const some = z.string().trim().min(1);
const content = (about: string) => z.string().optional().meta({ file: "content" }).describe(about);

const input = z.object({
  project: some
    .optional()
    .meta({ file: "path" })
    .describe("A folder with vice.yaml, a registered project or a service; default: that of this folder"),
  environment: some.optional().describe("Default: the first one, but production must be named"),
  service: some.optional().describe("Only the checks of this service"),
  file: content("Checks of this file instead of those of the project"),
  junit: content("Count the results in this JUnit XML; checks of the project are not run"),
  tap: content("Count the results in this TAP; checks of the project are not run"),
  kind: z.enum(TEST_KINDS).optional().describe("Of --junit and --tap: which level they test"),
  version: some.optional().describe("What should run there; default: what is known to run there"),
  commit: some
    .toLowerCase()
    .regex(WHOLE_SHA, "A commit is 40 or 64 hexadecimal digits")
    .optional()
    .describe("Its commit"),
  url: some.optional().describe("Where it runs, for checks that say url"),
  format: z.enum(FORMATS).default("text").describe("Form of the output"),
  output: some.optional().meta({ file: "path" }).describe("Write it to this file, where you are"),
  every: some
    .optional()
    .refine((text) => text === undefined || (parseDuration(text) ?? 0) > 0, "Write 30s, 1m or 1h")
    .describe("Again and again, with this pause: 1m"),
  times: z.int().min(1).optional().describe("With --every: so often"),
  files: filesInput.files.meta({ file: "projects", flag: "project-file" }),
});
type Input = z.output<typeof input>;

type Context = CommandContext<Services>;

export const verifyCommand: Command<Services, typeof input, typeof output> = {
  id: "verify.run",
  words: ["verify"],
  part: "verify",
  isDefault: true,
  summary: "Run the checks of a project: is what was deployed there, and does it work? Exit code 0 or 21.",
  examples: [
    "vice verify . staging",
    "vice verify shop prod-eu --version v1.4.2 --format junit --output results.xml",
    "vice verify --file checks.yaml --url http://127.0.0.1:8080",
    "vice verify --junit results.xml --service shop --kind unit --commit $GIT_COMMIT",
    "vice verify . staging --every 1m",
  ],
  effect: "write",
  scope: "deploy",
  positional: ["project", "environment"],
  input,
  output,
  run: async (given, ctx) => {
    const items = await itemsOf(given, ctx);
    const passed = items.every(({ results }) => results.every(({ status }) => status !== "failed"));
    const file = given.output ?? null;
    return { passed: passed && !ctx.signal.aborted, items, format: given.format, file };
  },
  writes: ({ output: path }, result) => (path === undefined ? null : { path, text: written(result) }),
  again: ({ times = Number.POSITIVE_INFINITY, ...same }) => {
    if (same.every === undefined || times <= 1) return null;
    return Number.isFinite(times) ? { ...same, times: times - 1 } : same;
  },
  pauseMs: ({ every }) => parseDuration(every ?? "") ?? 0,
  text: (result, style) =>
    result.format === "text" || result.file !== null ? sayAll(result, style) : written(result).trimEnd(),
  exit: ({ passed }) => (passed ? 0 : EXIT_FAILED),
};

async function itemsOf(given: Input, ctx: Context): Promise<Item[]> {
  const imported = [
    ...(given.junit === undefined ? [] : [await importedItem("junit", given.junit, given, ctx)]),
    ...(given.tap === undefined ? [] : [await importedItem("tap", given.tap, given, ctx)]),
  ];
  if (imported.length > 0 && given.file === undefined) return imported;
  const found = given.file === undefined ? await findChecks(given, ctx) : [fromFile(given.file, given, ctx)];
  return [...imported, ...(await Promise.all(found.map((each) => ran(each, given, ctx))))];
}

/** @throws ViceError `project.invalid` with every problem and its line */
function fromFile(text: string, given: Input, ctx: Context): Found {
  requireAdmin(ctx);
  const source = { name: "the file of checks", text };
  const checks: unknown = readYamlText(source, z.unknown(), "project.invalid");
  const problems = checkVerify(ctx.services.checks)(checks);
  if (problems.length > 0)
    throw fileInvalid("project.invalid", source, problems.map(toFileProblem), "Mend the file and try again.");
  const { service = null, environment = null } = given;
  const [{ place = null } = {}] = given.files;
  return { service, environment, checks: checksOf(checks), cwd: place ?? process.cwd(), place: null };
}

async function ran(
  { service, environment, checks, cwd, place }: Found,
  given: Input,
  ctx: Context,
): Promise<Item> {
  const { services, now, signal, progress } = ctx;
  const about = { service, environment, ...expectedThere(service, environment, given, ctx) };
  const log = (line: string): void => progress(null, line);
  const url = given.url ?? null;
  // Whoever says where a check goes gets what it sends: variables that are of the server alone.
  const isChosen = url !== null || (given.version !== undefined && isVersionInHost(checks));
  if (isChosen && /"secrets":\s*\[\s*"/.test(JSON.stringify(checks))) requireAdmin(ctx);
  const known =
    place === null
      ? { env: {}, secrets: [], url }
      : await knownThere(place, checks, url, { services, now, signal, log });
  const context: CheckContext = { ...about, ...known, cwd, signal, by: byOf(ctx), log };
  const { results } = await runChecks(checks, context, { checks: services.checks, log: services.log, now });
  await services.log.settled();
  return { ...about, results };
}

async function importedItem(format: TestFormat, text: string, given: Input, ctx: Context): Promise<Item> {
  const { services, now } = ctx;
  const { service = named(given), environment = null, version = null, commit: commitSha = null } = given;
  // Rules believe it like a check that vice ran itself.
  requireRole(ctx, "deployer", { ...EVERYTHING, service, environment });
  const about = { service, environment, version, commitSha };
  // The same file again is another run: whoever asks wants it to count now.
  const said = { kind: given.kind, run: uuidv7(now()), actor: ctx.principal.name };
  const facts = { ...said, service, environment, version, commit: commitSha };
  const { results, report } = importedTests(format, text, testFactsSchema.parse(facts), now());
  await takeReport(report, services);
  await services.log.settled();
  return { ...about, results };
}

const toFileProblem = ({ word, known, ...rest }: ProjectProblem): FileProblem =>
  word === undefined || known === undefined ? rest : { ...rest, nearest: nearest(word, known) };

/** Results of others are about a name, whatever vice knows of it. */
const named = ({ project }: Input): string | null => project?.split(/[/\\]/).at(-1) ?? null;

const byOf = ({ principal: { id, name } }: Context): NonNullable<CheckContext["by"]> => ({
  ...{ id, actor: { name, login: null } },
});

/** What was said, else what is known to run there. */
function expectedThere(
  service: string | null,
  environment: string | null,
  { version, commit }: Input,
  { services, now }: Context,
): RunningThere {
  if (version === undefined && commit === undefined)
    return runningThere(services, service, environment, now());
  return { version: version ?? null, commitSha: commit ?? null };
}
