/** `vice deploy`: brings a version onto its target, or says exactly what would be done. */
import { writeFile } from "node:fs/promises";
import { z } from "zod";
import type { Release } from "../../../../domain/deploy/release.ts";
import type { CommandContext } from "../../../../kit/command.ts";
import { ViceError } from "../../../../kit/errors.ts";
import type { Services } from "../../../../ports/services.ts";
import { runView } from "../../../auto/index.ts";
import { deployCommand } from "../../rules/define-command.ts";
import { carryOut, deployableFor, howInput, overrideInput, plannedFor, whereInput } from "../carry-out.ts";
import { type PlanView, planView, planViewOf, sayPlan } from "../plan-view.ts";
import { runningRelease } from "../releases.ts";
import { exitOf, nextFor, sayDeployment } from "../run-result.ts";

const setInput = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
  .default({})
  .meta({ noted: "names", description: "A value for this deployment alone: LOG_LEVEL=debug" });

const input = z.object({
  ...whereInput,
  version: z
    .string()
    .trim()
    .min(1)
    .optional()
    .describe("A version, tag, branch or commit; default: the newest"),
  set: setInput,
  ...howInput,
  ...overrideInput,
  fixes: z
    .string()
    .trim()
    .min(1)
    .optional()
    .describe("Id of the deployment that this one repairs: that one counts as failed"),
  plan: z.boolean().default(false).describe("Only say what would be done"),
  save: z.string().optional().meta({ file: "path" }).describe("Keep the plan in this file"),
  planFile: z
    .string()
    .optional()
    .meta({ file: "content" })
    .describe("Carry out a plan that was kept, exactly"),
});
type Given = z.output<typeof input>;

export const deployed = z.strictObject({
  planned: planView.nullable(),
  run: runView.nullable(),
  note: z.string().describe("What whoever asked should know beside it; empty = nothing"),
});
type Deployed = z.output<typeof deployed>;
type Context = CommandContext<Services>;

/** How every command that deploys answers. */
export const answering = {
  output: deployed,
  text: ({ planned, run }: Deployed, style: Parameters<typeof sayPlan>[1]): string =>
    run === null ? (planned === null ? "" : sayPlan(planned, style)) : sayDeployment(run, style),
  exit: ({ run, planned }: Deployed): number => {
    if (run === null) return (planned?.problems.length ?? 0) > 0 ? 65 : 0;
    return exitOf(run);
  },
  note: ({ run, note }: Deployed): string =>
    [note, run === null ? "" : nextFor(run)].filter((line) => line !== "").join("\n"),
};

export const deploy = deployCommand({
  id: "deploy.deploy",
  words: ["deploy"],
  part: "deploy",
  isDefault: true,
  summary: "Bring a version onto its target: asks the rules, switches, checks, and goes back by itself.",
  examples: [
    "vice deploy",
    "vice deploy shop prod-eu --version v1.4.2",
    "vice deploy shop staging --plan",
    "vice deploy shop prod-eu --wait 30m",
    "vice deploy shop prod-eu --fixes 0193f1c2",
    'vice deploy shop prod-eu --override "one migration, cannot be cut"',
  ],
  effect: "write",
  scope: "deploy",
  positional: ["service", "environment"],
  input,
  run: async (given, ctx) => {
    const wanted = given.planFile === undefined ? given : { ...given, ...keptIn(given.planFile) };
    const deployable = deployableFor(wanted, ctx);
    const { version, set, wait } = wanted;
    const fixes = given.fixes === undefined ? undefined : deploymentId(given.fixes, ctx);
    const found = await plannedFor(deployable, { operation: "deploy", version, set, wait }, ctx);
    const made = fixes === undefined ? found : thatFixes(found, fixes);
    const planned = planViewOf(made);
    if (given.planFile !== undefined) assertSame(planned, given.planFile);
    if (given.save !== undefined) await save(given.save, planned, wanted, ctx);
    if (given.plan || given.save !== undefined) return { planned, run: null, note: made.note };
    return { planned: null, run: await carryOut(made, given, ctx), note: made.note };
  },
  ...answering,
});

/** @throws ViceError `not-found` for what is no deployment */
function deploymentId(text: string, { services, now }: Context): string {
  const id = services.store.resolveId(text);
  if (services.store.read.activity(id, now())?.kind === "deployment") return id;
  throw new ViceError("not-found", { what: "deployment", name: text, hint: "List them: vice deployments" });
}

function thatFixes<T extends Awaited<ReturnType<typeof plannedFor>>>(made: T, fixes: string): T {
  const deployment = { ...made.deployment, fixes };
  return { ...made, deployment, plan: { ...made.plan, deployment } };
}

export const planOnly = deployCommand({
  id: "deploy.plan",
  words: null,
  part: "deploy",
  summary: "Say exactly what a deployment would do; the same as vice deploy --plan.",
  examples: ["vice deploy plan shop prod-eu --version v1.4.2"],
  effect: "read",
  scope: "deploy",
  positional: ["service", "environment"],
  input: z.object({ ...whereInput, version: input.shape.version, set: setInput }),
  run: async ({ version, set, ...where }, ctx) => {
    const made = await plannedFor(deployableFor(where, ctx), { operation: "deploy", version, set }, ctx);
    return { planned: planViewOf(made), run: null, note: made.note };
  },
  ...answering,
});

export const promote = deployCommand({
  id: "deploy.promote",
  words: null,
  part: "deploy",
  summary: "Bring what runs in the environment below to the next one: the very same bytes.",
  examples: ["vice deploy promote shop prod-eu", "vice deploy promote shop prod-eu --from staging"],
  effect: "write",
  scope: "deploy",
  positional: ["service", "environment"],
  input: z.object({
    ...whereInput,
    from: z.string().optional().describe("Environment to take it from; default: the one below"),
    ...howInput,
    ...overrideInput,
    plan: input.shape.plan,
  }),
  run: async ({ from, wait, detach, override, plan, ...where }, ctx) => {
    const deployable = deployableFor(where, ctx);
    const release = releaseBelow(deployable, from ?? null, ctx);
    const made = await plannedFor(deployable, { operation: "promote", release, wait }, ctx);
    if (plan) return { planned: planViewOf(made), run: null, note: made.note };
    return { planned: null, run: await carryOut(made, { detach, override }, ctx), note: made.note };
  },
  ...answering,
});

function releaseBelow(
  { service, environment }: ReturnType<typeof deployableFor>,
  from: string | null,
  { services }: Context,
): Release {
  const below = from ?? environment.after[0];
  if (below === undefined)
    throw new ViceError("usage", {
      message: `Nothing stands below ${environment.name}: there is nothing to promote from.`,
      hint: `Name it: vice deploy promote ${service} ${environment.name} --from ENVIRONMENT`,
    });
  const running = runningRelease(services, service, below);
  if (running !== null) return running;
  throw new ViceError("not-found", {
    message: `Nothing that vice knows of runs in ${below}, so there is nothing to promote. Nothing was done.`,
    hint: `Deploy it there first: vice deploy ${service} ${below}`,
  });
}

const kept = z.object({
  hash: z.string(),
  wish: z.object({
    service: z.string(),
    environment: z.string(),
    version: z.string().optional(),
    set: z.record(z.string(), z.string()),
  }),
  plan: z.looseObject({ facts: z.record(z.string(), z.string()) }),
});

function keptIn(text: string): z.output<typeof kept>["wish"] {
  return parseKept(text).wish;
}

function parseKept(text: string): z.output<typeof kept> {
  try {
    return kept.parse(JSON.parse(text));
  } catch (error) {
    const hint = "Make one: vice deploy shop staging --save plan.json";
    throw new ViceError("data.invalid", { message: "The file is no plan of a deployment.", hint }, error);
  }
}

/** @throws ViceError `conflict` when the same would be another plan today */
function assertSame(planned: PlanView, text: string): void {
  const { hash, plan } = parseKept(text);
  if (planned.hash === hash) return;
  const { facts } = planned.plan as { facts: Record<string, string> };
  const moved = Object.keys({ ...plan.facts, ...facts }).filter((name) => plan.facts[name] !== facts[name]);
  throw new ViceError("conflict", {
    message: `The world has moved since this plan was made: ${moved.join(", ") || "the plan itself"}. Nothing was started.`,
    hint: `Plan again and look at it: vice deploy ${planned.service} ${planned.environment} --plan`,
    moved,
  });
}

async function save(file: string, planned: PlanView, { version, set }: Given, ctx: Context): Promise<void> {
  if (!ctx.principal.scopes.includes("admin")) throw new ViceError("auth.forbidden", { scope: "admin" });
  const { service, environment, hash, plan } = planned;
  const wish = { service, environment, ...(version === undefined ? {} : { version }), set };
  const text = `${JSON.stringify({ hash, wish, plan }, null, 2)}\n`;
  await writeFile(file, text, { mode: 0o600 }).catch((error: unknown) => {
    const message = `${file} cannot be written: ${error instanceof Error ? error.message : ""}`;
    throw new ViceError("input.invalid", { message, hint: "Name another file." }, error);
  });
}
