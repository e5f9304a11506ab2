/** `vice verify import-tests`: takes a report of tests of any runner, in any CI, and says at once what is wrong. */
import { z } from "zod";
import { parseDuration } from "../../domain/duration.ts";
import { EVERYTHING } from "../../domain/rules/scope.ts";
import { readTestReport, summaryOf, TEST_KINDS, testFactsSchema } from "../../domain/verify/test-report.ts";
import type { Command } from "../../kit/command.ts";
import { count } from "../../kit/count.ts";
import { sayDuration } from "../../kit/duration.ts";
import { ViceError } from "../../kit/errors.ts";
import type { Services } from "../../ports/services.ts";
import { requireRole } from "../config/index.ts";
import { takeReport } from "./take-report.ts";

/** Verification failed: the contract's exit code. */
const EXIT_FAILED = 21;

const some = z.string().trim().min(1);

const input = z.object({
  report: z
    .string()
    .meta({ file: "content" })
    .describe("JUnit XML or TAP; - = standard input, also several files one after the other"),
  service: some.optional(),
  kind: z.enum(TEST_KINDS).optional().describe("Which level they test"),
  environment: some.optional().describe("Where they ran, if they ran against one"),
  version: some.optional(),
  commit: some.optional().describe("What was tested; without it nobody can tell what is flaky"),
  ref: some.optional(),
  name: some.optional().describe("What the suite is called; default: as the report says"),
  run: some.optional().describe("Id of the CI run: the same told again is then the same"),
  url: some.optional(),
  budget: some
    .optional()
    .refine((text) => text === undefined || (parseDuration(text) ?? 0) > 0, "Write 90s, 10m or 1h")
    .describe("Longest time for the whole; more is a failure"),
});

const output = z.strictObject({
  activity: z.string().nullable().describe("The check that it became; null: the same was there"),
  outcome: z.string(),
  ...{ passed: z.int(), failed: z.int(), skipped: z.int() },
  durationMs: z.number().nullable().describe("Sum of what the cases took"),
  overBudget: z.boolean(),
  problem: z.string().nullable(),
});

export const importTests: Command<Services, typeof input, typeof output> = {
  id: "verify.import-tests",
  words: null,
  part: "verify",
  summary:
    "Take in a report of tests (JUnit XML, TAP): what failed, what is slow or flaky. Exit code 0 or 21.",
  examples: [
    "vice verify import-tests results.xml --service shop --kind unit --commit $GIT_COMMIT",
    "cat target/*/TEST-*.xml | vice verify import-tests - --service shop --kind integration --budget 10m",
  ],
  effect: "write",
  scope: "deploy",
  positional: ["report"],
  input,
  output,
  run: async ({ report: text, ...facts }, ctx) => {
    const { service = null, environment = null } = facts;
    // Rules believe it like a check that vice ran itself.
    requireRole(ctx, "deployer", { ...EVERYTHING, service, environment });
    const report = readTestReport(text, testFactsSchema.parse({ ...facts, actor: ctx.principal.name }));
    if (report === null)
      throw new ViceError("data.invalid", {
        message: "There is no result of a test in it, neither as JUnit XML nor as TAP. Nothing was recorded.",
        hint: "Give the file that your tests write: vice verify import-tests results.xml",
      });
    const taken = await takeReport(report, ctx.services);
    const { passed, failed, skipped, durationMs, isOverBudget, problem } = summaryOf(report);
    return {
      ...{ activity: taken.activities[0] ?? null, outcome: taken.outcome },
      ...{ passed, failed, skipped, durationMs, overBudget: isOverBudget, problem },
    };
  },
  exit: ({ problem }) => (problem === null ? 0 : EXIT_FAILED),
  text: ({ passed, failed, skipped, durationMs, problem, activity }, style) => {
    const took = durationMs === null ? "" : ` in ${sayDuration(durationMs)}`;
    const counts = `${count(passed, "test")} passed, ${failed} failed, ${skipped} skipped${took}`;
    const mark = problem === null ? style.color("green", "✓") : style.color("red", "✗");
    const id = activity === null ? "" : `\nvice activities show ${activity}`;
    return `${mark} ${counts}${problem === null ? "" : `\n${problem}`}${id}`;
  },
};
