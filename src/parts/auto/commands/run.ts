/** `vice auto run`: carries out a pipeline, or says exactly what would be done. */
import { writeFile } from "node:fs/promises";
import { z } from "zod";
import { PLANNED_KINDS } from "../../../domain/pipeline/pipeline-schema.ts";
import type { Plan } from "../../../domain/pipeline/plan.ts";
import { EVERYTHING } from "../../../domain/rules/scope.ts";
import type { CommandContext, TextStyle } from "../../../kit/command.ts";
import { count } from "../../../kit/count.ts";
import { sayDuration } from "../../../kit/duration.ts";
import { ViceError } from "../../../kit/errors.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { requireRole } from "../../config/index.ts";
import { autoCommand } from "../define-command.ts";
import { doesOf } from "../does.ts";
import { followRun } from "../follow-run.ts";
import { hashOf, makePlan, planRegistered, planSent } from "../make-plan.ts";
import { registered } from "../registered.ts";
import { exitOf, nextFor, type RunView, runView, sayRun } from "../say-run.ts";

export const inputValues = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
  .default({})
  .meta({ flag: "input" })
  .describe("Value of an input, as version=v1.4.2");

/** A server need not have the file that whoever asks has. */
export const sentFile = z
  .object({ file: z.string().max(4096), text: z.string().max(1_000_000) })
  .optional()
  .meta({ fileOf: "pipeline" })
  .describe("What stands in the file; paths in it mean the server's");

const input = z.object({
  pipeline: z
    .string()
    .optional()
    .meta({ file: "path" })
    .describe("A file with steps, a folder with vice.yaml, or a registered project"),
  sent: sentFile,
  inputs: inputValues,
  plan: z.boolean().default(false).describe("Only say what would be done"),
  save: z.string().optional().meta({ file: "path" }).describe("Keep the plan in this file"),
  planFile: z
    .string()
    .optional()
    .meta({ file: "content" })
    .describe("Carry out a plan that was kept, exactly"),
  detach: z.boolean().default(false).describe("Leave it to the server and do not wait"),
});

const plannedStep = z.strictObject({
  key: z.string(),
  kind: z.enum(PLANNED_KINDS),
  needs: z.array(z.string()),
  does: z.string(),
});
const planView = z.strictObject({
  name: z.string(),
  hash: z.string(),
  source: z.string(),
  steps: z.array(plannedStep),
  plan: z.unknown().describe("Give it back with --plan-file"),
});
type PlanView = z.output<typeof planView>;
const output = z.strictObject({ planned: planView.nullable(), run: runView.nullable() });

/** What `--save` and `--json` write. */
const kept = z.object({
  hash: z.string(),
  source: z.string(),
  plan: z.looseObject({ inputs: z.record(z.string(), z.string()) }),
});

export const runPipeline = autoCommand({
  id: "auto.run",
  words: null,
  part: "auto",
  summary: "Carry out a pipeline: every step is noted before and after it, so that it survives a crash.",
  examples: [
    "vice auto run pipeline.yaml",
    "vice auto run shop --input version=v1.4.2",
    "vice auto run . --plan --save plan.json",
    "vice auto run --plan-file plan.json",
  ],
  effect: "write",
  scope: "deploy",
  positional: ["pipeline"],
  input,
  output,
  run: async (given, ctx) => {
    const { made, source } = await planFor(given, ctx);
    const planned = { ...planViewOf(made, source) };
    if (given.save !== undefined) await save(given.save, planned, ctx);
    if (given.plan || given.save !== undefined) return { planned, run: null };
    const id = await ctx.services.auto.start(made, { actor: ctx.principal.id, by: ctx.principal.name });
    return { planned: null, run: await followRun(id, ctx, given.detach) };
  },
  text: ({ planned, run }, style) => (run === null ? sayPlan(planned, style) : sayRun(run, style)),
  exit: ({ run }) => (run === null ? 0 : exitOf(run)),
  note: ({ run }) => (run === null ? "" : nextFor(run)),
});

/** What is on the disk of this machine is for those who may do everything here. */
function requireAdmin({ principal }: CommandContext<Services>): void {
  if (!principal.scopes.includes("admin")) throw new ViceError("auth.forbidden", { scope: "admin" });
}

async function planFor(
  { pipeline, sent, inputs, planFile }: z.output<typeof input>,
  ctx: CommandContext<Services>,
): Promise<{ made: Plan; source: string }> {
  const { principal, services } = ctx;
  const { standing } = services.store;
  if (planFile !== undefined) {
    requireAdmin(ctx);
    return applied(planFile, (source, values) =>
      sent === undefined ? makePlan(source, values, standing) : planSent(sent, values),
    );
  }
  if (pipeline === undefined)
    throw new ViceError("usage", {
      message: "vice auto run needs <pipeline>.",
      hint: "Write: vice auto run .",
    });
  // A registered project may be run by whoever deploys; what lies on the disk of this machine is any command.
  const isAdmin = principal.scopes.includes("admin");
  const project = registered(pipeline, standing);
  if (!isAdmin && project === null) requireAdmin(ctx);
  if (project !== null) requireRole(ctx, "deployer", { ...EVERYTHING, service: project.name });
  if (isAdmin && sent !== undefined) return { made: await planSent(sent, inputs), source: pipeline };
  const made = isAdmin ? makePlan(pipeline, inputs, standing) : planRegistered(pipeline, inputs, standing);
  return { made: await made, source: pipeline };
}

/** @throws ViceError `conflict` when the same pipeline would be another plan today */
async function applied(
  text: string,
  plan: (source: string, inputs: Record<string, string>) => Promise<Plan>,
): Promise<{ made: Plan; source: string }> {
  const { source, hash, plan: saved } = parseKept(text);
  const made = await plan(source, saved.inputs);
  if (hashOf(made) === hash) return { made, source };
  const before = Object(saved["facts"]) as Record<string, string>;
  const moved = Object.keys({ ...before, ...made.facts }).filter((name) => before[name] !== made.facts[name]);
  const what = moved.length === 0 ? "the plan itself" : moved.join(", ");
  throw new ViceError("conflict", {
    message: `The world has moved since this plan was made: ${what}. Nothing was started.`,
    hint: `Plan again and look at it: vice auto run ${source} --plan`,
    moved,
  });
}

function parseKept(text: string): z.output<typeof kept> {
  try {
    return kept.parse(JSON.parse(text)["planned"] ?? JSON.parse(text));
  } catch (error) {
    const message = "The file is no plan that vice made.";
    throw new ViceError(
      "data.invalid",
      { message, hint: "Make one: vice auto run . --plan --save plan.json" },
      error,
    );
  }
}

async function save(file: string, planned: PlanView, ctx: CommandContext<Services>): Promise<void> {
  requireAdmin(ctx);
  await writeFile(file, `${JSON.stringify(planned, null, 2)}\n`, { mode: 0o600 }).catch((error: unknown) => {
    const message = `${file} cannot be written: ${error instanceof Error ? error.message : ""}`;
    throw new ViceError("input.invalid", { message, hint: "Name another file." }, error);
  });
}

const planViewOf = (made: Plan, source: string): PlanView => ({
  ...{ name: made.name, hash: hashOf(made), source, plan: made },
  steps: made.steps.map(({ key, kind, needs, ...step }) => ({
    key,
    kind,
    needs: [...needs],
    does: sayStep({ key, kind, ...step } as Plan["steps"][number]),
  })),
});

function sayStep(step: Plan["steps"][number]): string {
  const extra = [
    step.if === null ? "" : `if ${step.if}`,
    step.retry.times > 0 ? `tried ${step.retry.times + 1} times at most` : "",
    step.timeoutMs === null ? "" : `within ${sayDuration(step.timeoutMs)}`,
    step.group === null ? "" : `alone in group ${step.group}`,
  ].filter(Boolean);
  return [doesOf(step), ...extra].join(", ");
}

function sayPlan(planned: PlanView | null, style: TextStyle): string {
  if (planned === null) return "";
  const rows = table(
    planned.steps,
    [
      { title: "step", value: ({ key }: RunView["steps"][number] | PlanView["steps"][number]) => key },
      { title: "kind", value: ({ kind }) => kind },
      { title: "after", value: ({ needs }) => needs.join(", "), flexible: true },
      { title: "does", value: (step) => ("does" in step ? step.does : ""), flexible: true },
    ],
    style,
  );
  return `${rows}\n\n${count(planned.steps.length, "step")}. Nothing was started.`;
}
