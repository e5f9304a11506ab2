/** The form of `pipeline:` in vice.yaml, and what it reads as. */
import { z } from "zod";
import { copyForm, packageForm, templateForm } from "./file-forms.ts";
import {
  type CommandSpec,
  commandForm,
  duration,
  name,
  oneOrMore,
  scalar,
  secretNames,
  text,
  variable,
  variables,
} from "./forms.ts";
import { scheduleForm } from "./schedule-form.ts";

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

const run = commandForm("run");
export type RunSpec = CommandSpec;

/** Asked before it begins too: what was done is not done again. */
const migrate = commandForm("migrate");
const MIGRATIONS = "migrations";

const httpFull = z.strictObject({
  url: text,
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]).default("GET"),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.unknown().default(null).describe("Sent as JSON; a text is sent as it is"),
  expect: z
    .array(z.int().min(100).max(599))
    .default([])
    .describe("Statuses that are success; else 200 to 299"),
  secrets: secretNames("Variables of vice's own environment that headers may name"),
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

const deployFull = z.strictObject({
  service: text.optional().describe("Default: the one of the project at hand"),
  environment: text.optional().describe("Default: the first in the order of promotion"),
  version: text.optional(),
  set: z.record(variable, scalar).default({}).describe("Values for this deployment alone"),
  waitFor: duration.optional().describe("So long it waits until it is allowed"),
});
/** `shop`, `shop prod-eu`, `shop to prod-eu`, or the long form. */
const deploy = z.union([
  text.transform((given) => {
    const [service, environment] = given.split(/\s+(?:to\s+)?/);
    return deployFull.parse({ service, environment });
  }),
  deployFull,
]);
export type DeploySpec = z.output<typeof deploy>;

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
  ...{ deploy: deploy.optional(), verify: open.optional(), restart: deploy.optional() },
  ...{ package: packageForm.optional(), copy: copyForm.optional(), template: templateForm.optional() },
  ...{ migrate: migrate.optional() },
};

const step = z
  .strictObject({
    ...kinds,
    needs: oneOrMore(name).default([]).describe("Steps that must have ended before"),
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
    const { needs, if: condition = null, matrix = {}, retry: again, timeout = null, idempotent } = given;
    const isBlind = given.migrate?.done === null && (idempotent || again.times > 0);
    if (isBlind) {
      const message =
        "a migration is not tried again blindly; write migrate: {command: ..., done: ...}, which says whether it was done";
      ctx.addIssue({ code: "custom", path: ["migrate"], message });
    }
    // Two migrations at once are never meant.
    const { group = given.migrate === undefined ? null : MIGRATIONS } = given;
    const common = { needs, if: condition, matrix, retry: again, timeoutMs: timeout, group };
    const { outputs = [] } = given;
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
  schedule: scheduleForm.optional().describe("When a server carries it out by itself"),
  outputs: z
    .record(name, text)
    .default({})
    .describe("What a pipeline that carries out this one may use, as outputs of its step"),
  steps: z
    .record(name, step)
    .refine((steps) => Object.keys(steps).length > 0, "a pipeline has at least one step"),
});
export type Pipeline = z.output<typeof pipelineSchema>;
