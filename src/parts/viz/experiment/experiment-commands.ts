/** `vice experiment start|stop|verdict|list`: a hypothesis, the metric that shows it, and what came of it. */
import { z } from "zod";
import type { Command } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { parseMoment } from "../../../kit/moment.ts";
import { printable, table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { recordEvents, saidEvent } from "../../data/index.ts";
import { assertMayAsk, assertPushed } from "../series/read-metric.ts";
import { experimentSchema, experiments, findExperiment, judge, verdictSchema } from "./experiments.ts";

const name = z.string().trim().min(1).max(100).describe("What it is called");
const moment = z.string().optional();

/** @throws ViceError `input.invalid` */
function momentOf(text: string | undefined, nowMs: number): string {
  const ms = text === undefined ? nowMs : parseMoment(text, nowMs);
  if (ms !== null) return new Date(ms).toISOString();
  throw new ViceError("input.invalid", {
    message: `"${text}" is no moment.`,
    hint: "Write 2026-11-20T14:32Z, yesterday or 2 hours ago.",
  });
}

/** `5%`, `0.05`. */
const share = z
  .string()
  .default("0%")
  .transform((text, ctx) => {
    const match = /^(\d+(?:\.\d+)?)\s*(%)?$/.exec(text.trim());
    if (match === null) ctx.addIssue({ code: "custom", message: `"${text}" is no share; write 5% or 0.05` });
    return match === null ? 0 : Number(match[1]) / (match[2] === undefined ? 1 : 100);
  });

const startInput = z.object({
  name,
  hypothesis: z.string().trim().min(1).max(1000).describe("What is believed"),
  metric: z.string().trim().min(1).describe("A pushed series, or prom:QUERY or prom:NAME of a Prometheus"),
  expect: z.enum(["up", "down"]).describe("Where the metric should go"),
  by: share.describe("Smallest change that counts, as 5%"),
  service: z.string().optional(),
  from: moment.describe("When it began; default: now"),
  later: z.boolean().default(false).describe("Take a series that nobody has pushed yet: it will come"),
});

const start: Command<Services, typeof startInput, typeof experimentSchema> = {
  id: "viz.experiment-start",
  words: ["experiment", "start"],
  part: "viz",
  summary: "Note a hypothesis and the metric that will show whether it holds.",
  examples: [
    'vice experiment start pay-by-card --hypothesis "People finish more often" --metric orders --expect up --by 5%',
  ],
  effect: "write",
  positional: ["name"],
  input: startInput,
  output: experimentSchema,
  run: async ({ name: said, hypothesis, metric, expect, by, service, from, later }, ctx) => {
    assertMayAsk(metric, ctx.services, ctx.principal.scopes);
    if (!later) assertPushed(metric, ctx.services, "It will come later? Then start with --later");
    const running = experiments(ctx.services).find((each) => each.name === said && each.to === null);
    if (running !== undefined)
      throw new ViceError("input.invalid", {
        message: `The experiment "${said}" runs since ${running.from}.`,
        hint: `End it first: vice experiment stop ${said}`,
      });
    const data = {
      ...{ name: said, hypothesis, metric, direction: expect, by, service: service ?? null },
      from: momentOf(from, ctx.now()),
    };
    await recordEvents(ctx, [saidEvent(ctx, "vice.experiment.started.v1", said, data)]);
    return findExperiment(ctx.services, said);
  },
  text: ({ name: said, metric, direction, from }) =>
    printable(
      `${said} looks whether ${metric} goes ${direction}, since ${from}. Later: vice experiment verdict ${said}`,
    ),
};

const stopInput = z.object({
  name,
  to: moment.describe("When it ended; default: now"),
  reason: z.string().optional(),
});
const stopOutput = experimentSchema.extend({ judged: verdictSchema.nullable() });

const stop: Command<Services, typeof stopInput, typeof stopOutput> = {
  id: "viz.experiment-stop",
  words: ["experiment", "stop"],
  part: "viz",
  summary: "End an experiment, and say what came of it.",
  examples: ["vice experiment stop pay-by-card"],
  effect: "write",
  positional: ["name"],
  input: stopInput,
  output: stopOutput,
  run: async ({ name: said, to, reason }, ctx) => {
    const { from, to: ended } = findExperiment(ctx.services, said);
    const end = momentOf(to, ctx.now());
    if (ended !== null)
      throw new ViceError("input.invalid", {
        message: `The experiment "${said}" ended at ${ended}.`,
        hint: `What came of it: vice experiment verdict ${said}`,
      });
    if (end <= from)
      throw new ViceError("input.invalid", {
        message: `It began at ${from}: it cannot have ended before.`,
        hint: "Give another --to.",
      });
    const data = { name: said, to: end, reason: reason ?? null };
    await recordEvents(ctx, [saidEvent(ctx, "vice.experiment.stopped.v1", said, data)]);
    const stopped = findExperiment(ctx.services, said);
    // That it ended holds, whether or not its metric can be read now.
    const judged = await judge(stopped, ctx.services, ctx.now()).catch(() => null);
    return { ...stopped, judged };
  },
  text: ({ judged, ...experiment }) => sayVerdict(experiment, judged),
};

const verdictInput = z.object({ name });
const verdictOutput = experimentSchema.extend({ judged: verdictSchema });

const verdict: Command<Services, typeof verdictInput, typeof verdictOutput> = {
  id: "viz.experiment-verdict",
  words: ["experiment", "verdict"],
  part: "viz",
  summary: "Say whether the metric of an experiment went where the hypothesis said, and by which method.",
  examples: ["vice experiment verdict pay-by-card", "vice experiment verdict pay-by-card --json"],
  effect: "read",
  positional: ["name"],
  input: verdictInput,
  output: verdictOutput,
  http: { method: "GET", path: "/v1/experiments/:name" },
  run: async ({ name: said }, { services, now }) => {
    const experiment = findExperiment(services, said);
    return { ...experiment, judged: await judge(experiment, services, now()) };
  },
  text: ({ judged, ...experiment }) => sayVerdict(experiment, judged),
};

const figure = (value: number | null): string =>
  value === null ? "not known" : String(Number(value.toPrecision(4)));

function sayVerdict(
  { name: said, hypothesis, metric }: z.output<typeof experimentSchema>,
  judged: z.output<typeof verdictSchema> | null,
): string {
  if (judged === null) return printable(`${said} ended. Its metric ${metric} could not be read now.`);
  const change =
    judged.change === null ? "" : ` (${judged.change < 0 ? "" : "+"}${(judged.change * 100).toFixed(1)} %)`;
  return [
    printable(`${said}: ${judged.verdict}, ${judged.why}.`),
    printable(`Hypothesis: ${hypothesis}`),
    printable(
      `${metric}: ${figure(judged.before)} before, ${figure(judged.after)} after${change}, ${judged.points.before} and ${judged.points.after} points.`,
    ),
    `Method: ${judged.method}.`,
  ].join("\n");
}

const listOutput = z.strictObject({ items: z.array(experimentSchema) });

const list: Command<Services, z.ZodObject, typeof listOutput> = {
  id: "viz.experiment-list",
  words: ["experiment", "list"],
  part: "viz",
  summary: "List experiments, newest first.",
  examples: ["vice experiment list"],
  effect: "read",
  positional: [],
  input: z.object({}),
  output: listOutput,
  list: "items",
  http: { method: "GET", path: "/v1/experiments" },
  run: (_input, { services }) => ({ items: experiments(services) }),
  text: ({ items }, style) =>
    items.length === 0
      ? "No experiment was started. See: vice experiment start --help"
      : table(
          items,
          [
            { title: "experiment", value: (row) => row.name, flexible: true },
            { title: "metric", value: (row) => `${row.metric} ${row.direction}`, flexible: true },
            { title: "from", value: (row) => row.from.slice(0, 16) },
            { title: "to", value: (row) => row.to?.slice(0, 16) ?? "runs" },
            { title: "hypothesis", value: (row) => row.hypothesis, flexible: true },
          ],
          style,
        ),
};

export const experimentCommands = [start, stop, verdict, list] as ReadonlyArray<Command<Services>>;
