/** The form of `pipeline:` in vice.yaml, and what it reads as. */
import { z } from "zod";
import { splitWords } from "./words.ts";

export const STEP_KINDS = [
  "run",
  "deploy",
  "verify",
  "approve",
  "wait",
  "http",
  "package",
  "copy",
  "template",
  "restart",
  "migrate",
  "manual",
  "pipeline",
] as const;
export type StepKind = (typeof STEP_KINDS)[number];
/** What a plan is made of: those that people write, and those that a deployment is compiled to (domain/deploy). */
export const PLANNED_KINDS = [...STEP_KINDS, "gate", "target", "free"] as const;
export type PlannedKind = (typeof PLANNED_KINDS)[number];

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Timers of the system cannot wait longer at once, and nobody means it. */
const LONGEST_MS = 24 * 86_400_000;

const duration = z.union([z.string(), z.number().min(0)]).transform((given, ctx) => {
  const [, number, unit = "s"] = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?\s*$/.exec(String(given)) ?? [];
  const ms = number === undefined ? Number.NaN : Number(number) * (UNIT_MS[unit] ?? 1000);
  if (ms <= LONGEST_MS) return ms;
  ctx.addIssue({ code: "custom", message: `"${given}" is no duration up to 24 d; write 30s, 10m or 2h` });
  return z.NEVER;
});

const text = z.string().min(1);
/** Of steps, inputs and outputs: fits into an expression and into the name of a file. */
const name = z
  .string()
  .regex(/^[A-Za-z][\w-]*$/, "a name begins with a letter and has letters, digits, - and _");
const variable = z.string().regex(/^[A-Za-z_]\w*$/, "a variable has letters, digits and _");
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const variables = z.record(variable, scalar).default({});
const oneOrMore = z.union([name, z.array(name)]).transform((given) => [given].flat());

const command = z.union([text, z.array(z.string()).min(1)]);

const words = command.transform((given, ctx) => {
  const split = typeof given === "string" ? splitWords(given) : { words: given };
  if ("words" in split) return split.words;
  ctx.addIssue({ code: "custom", message: `${split.problem}: write a list of words` });
  return z.NEVER;
});

const runFull = z.strictObject({
  command: command.describe("A list of words, or a line that is split at blanks"),
  shell: z.boolean().default(false).describe("Give the line to sh -c; values come in by env"),
  cwd: text.optional().describe("Folder, seen from the folder of the pipeline"),
  env: variables,
  done: words
    .nullable()
    .default(null)
    .describe("After a crash: a command that ends with 0 when it was done, else it is done again"),
  secrets: z
    .array(variable)
    .default([])
    .describe("Variables of vice's own environment, masked in logs and outputs"),
});
const run = z
  .union([command.transform((given) => runFull.parse({ command: given })), runFull])
  .transform(({ command: given, shell, ...rest }, ctx) => {
    const refuse = (message: string): never => {
      ctx.addIssue({ code: "custom", message });
      return z.NEVER;
    };
    if (shell && typeof given !== "string") return refuse("a list of words needs no shell; write one line");
    if (shell && String(given).includes("${{"))
      return refuse("a value never goes into the text of a shell; pass it by env and write $NAME");
    if (shell || typeof given !== "string")
      return { argv: shell ? ["sh", "-c", String(given)] : [...given], ...rest };
    const split = splitWords(given);
    if ("words" in split) return { argv: split.words, ...rest };
    return refuse(`${split.problem}: write run: {command: ..., shell: true}`);
  });
export type RunSpec = z.output<typeof run>;

const httpFull = z.strictObject({
  url: text,
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]).default("GET"),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.unknown().default(null).describe("Sent as JSON; a text is sent as it is"),
  expect: z
    .array(z.int().min(100).max(599))
    .default([])
    .describe("Statuses that are success; else 200 to 299"),
  secrets: z
    .array(variable)
    .default([])
    .describe("Variables of vice's own environment that headers may name"),
});
const http = z.union([text.transform((url) => httpFull.parse({ url })), httpFull]);
export type HttpSpec = z.output<typeof http>;

const approveFull = z.strictObject({
  note: z.string().default(""),
  count: z.int().min(1).max(20).default(1),
  self: z.boolean().default(false).describe("Who started the run may agree too"),
});
const approve = z.union([text.transform((note) => approveFull.parse({ note })), approveFull]);
export type ApproveSpec = z.output<typeof approve>;

const manualFull = z.strictObject({
  note: z.string().default(""),
  checklist: z.array(text).max(50).default([]),
});
const manual = z.union([text.transform((note) => manualFull.parse({ note })), manualFull]);
export type ManualSpec = z.output<typeof manual>;

const pipelineFull = z.strictObject({ file: text, inputs: z.record(name, scalar).default({}) });
const pipeline = z.union([text.transform((file) => pipelineFull.parse({ file })), pipelineFull]);
export type PipelineRef = z.output<typeof pipeline>;

/** Kinds that are carried out by parts which bring their own form. */
const open = z.union([text, z.record(z.string(), z.unknown())]);

const retry = z
  .union([
    z
      .int()
      .min(0)
      .transform((times) => ({ times })),
    z.strictObject({ times: z.int().min(0).max(100), backoff: duration.optional() }),
  ])
  .transform(({ times, ...rest }) => ({
    times,
    backoffMs: "backoff" in rest ? (rest.backoff ?? 1000) : 1000,
  }));

const kinds = {
  ...{ run: run.optional(), wait: duration.optional(), http: http.optional(), approve: approve.optional() },
  ...{ manual: manual.optional(), pipeline: pipeline.optional() },
  ...{ deploy: open.optional(), verify: open.optional(), package: open.optional(), copy: open.optional() },
  ...{ template: open.optional(), restart: open.optional(), migrate: open.optional() },
};

const step = z
  .strictObject({
    ...kinds,
    needs: oneOrMore.default([]).describe("Steps that must have ended before"),
    if: text.optional().describe("Condition, as success() && outputs.build.changed == 'yes'"),
    matrix: z
      .record(name, z.array(scalar).min(1).max(100))
      .optional()
      .describe("One step for each combination"),
    retry: retry.default({ times: 0, backoffMs: 1000 }),
    timeout: duration.optional().describe("After this it is stopped and has failed"),
    group: name.optional().describe("Of the steps of one group only one runs at a time, in all runs"),
    outputs: z.array(name).optional().describe("Outputs that it must give"),
    idempotent: z
      .boolean()
      .default(false)
      .describe("May be done again when nobody knows whether it was done"),
  })
  .transform((given, ctx) => {
    const found = STEP_KINDS.filter((kind) => given[kind] !== undefined);
    const [kind] = found;
    if (kind === undefined || found.length > 1) {
      const has = found.length === 0 ? "has no kind" : `is ${found.join(" and ")} at once`;
      ctx.addIssue({ code: "custom", message: `a step is one of ${STEP_KINDS.join(", ")}; this one ${has}` });
      return z.NEVER;
    }
    const { needs, if: condition = null, matrix = {}, retry: again, timeout = null, group = null } = given;
    const common = { needs, if: condition, matrix, retry: again, timeoutMs: timeout, group };
    const { outputs = [], idempotent } = given;
    return { kind, spec: given[kind] as unknown, ...common, outputs, idempotent };
  });

export const pipelineSchema = z.strictObject({
  name: name.optional(),
  inputs: z
    .record(name, z.union([scalar, z.null()]))
    .default({})
    .describe("With their defaults; null = must be given"),
  env: variables,
  parallel: z.int().min(1).max(100).default(8).describe("Most steps at once"),
  timeout: duration.optional().describe("Of the whole run; after it the run is canceled"),
  steps: z
    .record(name, step)
    .refine((steps) => Object.keys(steps).length > 0, "a pipeline has at least one step"),
});
export type Pipeline = z.output<typeof pipelineSchema>;
