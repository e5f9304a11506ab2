/** Looking at runs: the list, one of them, its graph, the log of a step. */
import { basename } from "node:path";
import { z } from "zod";
import { mermaid } from "../../../domain/pipeline/mermaid.ts";
import {
  isEnded,
  RUN_STATUSES,
  type RunState,
  STEP_STATUSES,
  stepOf,
} from "../../../domain/pipeline/run-state.ts";
import { sayAgo } from "../../../kit/ago.ts";
import type { CommandContext } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { runsForgottenBefore } from "../../data/index.ts";
import { besideOf, deploymentOf, namesIn } from "../beside.ts";
import { autoCommand } from "../define-command.ts";
import { asksIn, gatesIn } from "../inner-run.ts";
import { makePlan, planSent } from "../make-plan.ts";
import { nextFor, paintRun, runView, sayRun, tookOf, viewOf } from "../say-run.ts";
import { findRun } from "./ask.ts";
import { inputValues, sentFile } from "./run.ts";

const common = { words: null, part: "auto", effect: "read" } as const;
const run = z.string().trim().min(1).describe("Id of the run, or the start of it");
const moment = z.string().nullable();

const line = z.strictObject({
  id: z.string(),
  name: z.string(),
  status: z.enum(RUN_STATUSES),
  plannedAt: z.string(),
  startedAt: moment,
  finishedAt: moment,
  actor: z.string().nullable(),
  actorName: z.string().nullable().describe("What people call them"),
  deployment: runView.shape.deployment,
  steps: z.int(),
  counts: z.partialRecord(z.enum(STEP_STATUSES), z.int()),
  asks: z.array(z.string()).describe("Steps that wait for a person, or whose run does"),
  gates: z.array(z.string()).describe("Steps that wait until the rules allow it, or whose run does"),
});

export const listRuns = autoCommand({
  ...common,
  id: "auto.runs",
  summary: "List runs of pipelines, newest first.",
  examples: ["vice auto runs", "vice auto runs --open", "vice auto runs --status failed --json"],
  http: { method: "GET", path: "/v1/pipeline-runs" },
  list: "items",
  positional: [],
  input: z.object({
    status: z.enum(RUN_STATUSES).optional().describe("Only those in this state"),
    name: z.string().optional().describe("Name of the pipeline"),
    open: z.boolean().optional().describe("Only those that have not ended"),
    limit: z
      .int()
      .default(50)
      .transform((limit) => Math.min(Math.max(limit, 1), 1000))
      .describe("1 to 1000"),
    cursor: z.string().optional().describe("Where the page before ended"),
  }),
  output: z.strictObject({
    items: z.array(line),
    next: z.string().nullable().describe("Cursor of the next page"),
  }),
  run: ({ limit, cursor = null, ...filter }, { services, now }) => {
    const { items, next } = services.store.runs.list(filter, limit, cursor);
    const nameOf = namesIn(services);
    const lines = items.map(({ id, name, status, plannedAt, startedAt, endedAt, actor, steps, counts }) => {
      const state = isEnded({ status }) ? null : services.store.runs.get(id);
      return {
        ...{ id, name, status, plannedAt, startedAt, finishedAt: endedAt, actor, steps, counts },
        ...{ actorName: nameOf(actor), deployment: deploymentOf(id, services, now()) },
        ...{ asks: asksIn(state, services.store), gates: gatesIn(state, services.store) },
      };
    });
    return { items: lines, next };
  },
  text: ({ items }, style) =>
    items.length === 0
      ? "There is no such run. Start one: vice auto run pipeline.yaml"
      : table(
          items,
          [
            { title: "run", value: ({ id }) => id },
            { title: "pipeline", value: ({ name }) => name, flexible: true },
            {
              title: "status",
              value: ({ status, asks, gates }) =>
                status === "running" && asks.length + gates.length > 0 ? "waits" : status,
              paint: (text, { status }) =>
                text.startsWith("waits") ? style.color("yellow", text) : paintRun(text, status, style),
            },
            {
              title: "done",
              value: ({ counts, steps }) => `${counts.succeeded ?? 0}/${steps}`,
              align: "right",
            },
            {
              title: "took",
              value: ({ startedAt, finishedAt }) => tookOf(startedAt, finishedAt, style.nowMs),
              align: "right",
            },
            { title: "started", value: ({ plannedAt }) => sayAgo(plannedAt, style.nowMs) },
          ],
          style,
        ),
});

export const showRun = autoCommand({
  ...common,
  id: "auto.show",
  summary: "Show a run with its steps.",
  examples: ["vice auto show 0193f1c2"],
  http: { method: "GET", path: "/v1/pipeline-runs/:run" },
  positional: ["run"],
  input: z.object({ run }),
  output: runView,
  run: async (given, ctx) => {
    const state = findRun(given.run, ctx);
    return viewOf(state, await besideOf(state, ctx));
  },
  text: sayRun,
  note: nextFor,
});

export const graph = autoCommand({
  ...common,
  id: "auto.graph",
  summary: "Print the graph of a pipeline or of a run as Mermaid.",
  examples: ["vice auto graph pipeline.yaml", "vice auto graph 0193f1c2"],
  positional: ["pipeline"],
  input: z.object({
    pipeline: z
      .string()
      .optional()
      .meta({ file: "path" })
      .describe("A run, a file with steps, a folder with vice.yaml, or a project"),
    run: run.optional(),
    sent: sentFile,
    inputs: inputValues,
  }),
  output: z.strictObject({ mermaid: z.string() }),
  run: async (given, ctx) => {
    const { pipeline, inputs } = given;
    const state = given.run === undefined ? runCalled(pipeline, ctx) : findRun(given.run, ctx);
    if (state !== null) return { mermaid: mermaid(state.plan, (key) => stepOf(state, key).status) };
    if (pipeline === undefined)
      throw new ViceError("usage", {
        message: "vice auto graph needs <pipeline> or --run.",
        hint: "Write: vice auto graph .",
      });
    if (!ctx.principal.scopes.includes("admin")) throw new ViceError("auth.forbidden", { scope: "admin" });
    const made =
      given.sent === undefined
        ? makePlan(pipeline, inputs, ctx.services.store.standing)
        : planSent(given.sent, inputs);
    return { mermaid: mermaid(await made) };
  },
  text: (result) => result.mermaid,
});

/** Ids look like nothing else; a door hands a name over as a path. */
function runCalled(given: string | undefined, ctx: CommandContext<Services>): RunState | null {
  const name = basename(given ?? "");
  if (!/^[0-9a-f]{6,}[0-9a-f-]*$/i.test(name)) return null;
  try {
    return findRun(name, ctx);
  } catch (error) {
    if (error instanceof ViceError && error.code === "not-found") return null;
    throw error;
  }
}

export const stepLog = autoCommand({
  ...common,
  id: "auto.log",
  summary: "Print the log of a step; secrets in it are hidden.",
  examples: ["vice auto log 0193f1c2 build", "vice auto log 0193f1c2 build --from 1048576"],
  positional: ["run", "step"],
  input: z.object({
    run,
    step: z.string().trim().min(1).describe("Name of the step"),
    from: z.int().min(0).default(0).describe("Where to begin, in bytes"),
  }),
  http: { method: "GET", path: "/v1/pipeline-runs/:run/log/:step" },
  output: z.strictObject({
    text: z.string(),
    next: z.int().describe("Where the next part begins, in bytes"),
    gone: z
      .boolean()
      .optional()
      .describe("The run ended so long ago that its logs were dropped (store.keepRuns)"),
  }),
  run: async (given, ctx) => {
    const state = findRun(given.run, ctx);
    const { head, plan } = state;
    const known = plan.steps.map(({ key }) => key);
    const hint = `See: vice auto show ${head.id}`;
    if (!known.includes(given.step)) {
      const near = nearest(given.step, known) ?? undefined;
      throw new ViceError("not-found", { what: "step", name: given.step, nearest: near, hint });
    }
    const part = await ctx.services.processes.log(head.id, given.step, given.from);
    if (part !== null) return part;
    const before = runsForgottenBefore(ctx.services);
    const gone = head.endedAt !== null && before !== null && head.endedAt < before;
    // Whoever follows it comes again.
    return { text: "", next: given.from, ...(gone && { gone }) };
  },
  text: ({ text }) => text.replace(/\n$/, ""),
  note: ({ text, next, gone }) => {
    if (gone) return "Its log was dropped: the run ended longer ago than logs are kept (store.keepRuns).";
    return text === "" && next === 0 ? "There is no log of this step here." : "";
  },
});
