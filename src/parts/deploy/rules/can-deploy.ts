/** `vice can-deploy`: one exit code and every reason; the one line that gives any pipeline the rules of its team. */
import { z } from "zod";
import { TIERS } from "../../../domain/activity.ts";
import { judge, type Question, RULES } from "../../../domain/rules/judge.ts";
import { foldName, guessTier } from "../../../domain/tier.ts";
import type { CommandContext } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { policyFor, teamOf } from "../../config/index.ts";
import { assertMeant } from "./assert-meant.ts";
import { deployCommand, newInput } from "./define-command.ts";
import { gatherFacts } from "./gather-facts.ts";

/** Not allowed to deploy now: the contract's exit code. */
const EXIT_NOT_ALLOWED = 23;

const input = z.strictObject({
  service: z.string().trim().min(1),
  environment: z.string().trim().min(1),
  version: z.string().trim().min(1).optional().describe("What is to be deployed"),
  commit: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, "A commit is 40 or 64 hexadecimal digits")
    .optional()
    .describe("Its commit"),
  commits: z.int().min(0).optional().describe("How many commits it brings, for projects that limit them"),
  holder: z
    .string()
    .trim()
    .min(1)
    .optional()
    .describe("Whose lock does not stand in the way; without it yours"),
  new: newInput,
});

const output = z.strictObject({
  allowed: z.boolean(),
  service: z.string(),
  environment: z.string(),
  tier: z.enum(TIERS).nullable(),
  version: z.string().nullable(),
  reasons: z.array(
    z.strictObject({
      rule: z.enum(RULES),
      message: z.string(),
      hint: z.string(),
      since: z.string().nullable(),
      by: z.string().nullable(),
      until: z.string().nullable(),
    }),
  ),
  unknown: z
    .array(z.strictObject({ rule: z.enum(RULES), message: z.string() }))
    .describe("Rules that could not be judged; they do not stand against it"),
});

export const canDeploy = deployCommand({
  id: "deploy.can-deploy",
  words: ["can-deploy"],
  part: "deploy",
  summary: "May this be deployed there now? Exit code 0 or 23, and every reason.",
  examples: [
    "vice can-deploy shop prod-eu --version v1.4.2",
    "vice can-deploy shop prod-eu --commit $GIT_COMMIT && ./deploy.sh",
    "vice can-deploy shop prod-eu --json",
  ],
  effect: "read",
  positional: ["service", "environment"],
  input,
  output,
  http: { method: "GET", path: "/v1/can-deploy" },
  run: (given, ctx) => {
    assertMeant(ctx.services, given, given.new, ctx.now());
    const question = questionOf(given, ctx);
    const { service, environment, tier, version } = question;
    return { ...judge(question, gatherFacts(ctx, question)), service, environment, tier, version };
  },
  exit: ({ allowed }) => (allowed ? 0 : EXIT_NOT_ALLOWED),
  text: ({ allowed, reasons, unknown, service, environment, version }, style) => {
    const what = `${service}${version === null ? "" : ` ${version}`} to ${environment}`;
    const lines = allowed
      ? [`${style.color("green", "✓")} ${what}: go ahead.`]
      : [`${style.color("red", "✗")} ${what}: not now.`];
    for (const { message, hint } of reasons) lines.push(`  ${message}`, `    ${style.color("dim", hint)}`);
    for (const { message } of unknown) lines.push(`  ${style.color("yellow", "not judged:")} ${message}`);
    return lines.join("\n");
  },
});

/** Team and tier come from what is known there, from the project, and at last from the name. */
function questionOf(
  given: z.output<typeof input>,
  { services, now, principal }: CommandContext<Services>,
): Question {
  const { service, environment, version = null, commit = null, commits = null, holder } = given;
  const known = services.store.read.status({ service, ephemeral: true }, now());
  const there = known.find(
    (item) => item.environment !== null && foldName(item.environment) === foldName(environment),
  );
  const policy = policyFor(services, service, environment);
  return {
    service,
    environment,
    team: there?.team ?? teamOf(services, service, now()),
    tier: policy?.tier ?? there?.tier ?? guessTier(environment),
    version,
    commitSha: commit,
    commits,
    holder: holder ?? principal.name,
  };
}
