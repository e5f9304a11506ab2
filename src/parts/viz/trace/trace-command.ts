/** `vice trace`: one piece of work from the wish to the users, across tools, and where its time went. */
import { z } from "zod";
import { KINDS, STATUSES } from "../../../domain/activity.ts";
import type { Command } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { withTakenBack } from "./taken-back-since.ts";
import { waterfall } from "./waterfall.ts";

const idInput = z.object({
  id: z
    .string()
    .trim()
    .min(1)
    .describe(
      "Trace or activity id, or its unique start; a whole commit sha; SHOP-12, #15, group/app!15, or the address of one",
    ),
});

const spanSchema = z.strictObject({
  id: z.string(),
  parentId: z
    .string()
    .nullable()
    .describe("What it is a part of, else the nearest that led to it; null = nothing in this trace"),
  kind: z.enum(KINDS),
  name: z.string(),
  service: z.string().nullable(),
  team: z.string().nullable(),
  environment: z.string().nullable(),
  status: z.enum(STATUSES).nullable(),
  createdAt: z
    .string()
    .optional()
    .describe("When a ticket was made, where it was begun later: between the two it waited"),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  occurredAt: z.string(),
  source: z.string(),
  url: z.string().nullable(),
  links: z
    .array(z.strictObject({ to: z.string(), reason: z.string() }))
    .readonly()
    .describe("What it led to, each with the reason why that is thought"),
});

const traceOutput = z.strictObject({
  traceId: z.string(),
  spans: z.array(spanSchema).readonly().describe("Parents before their children, siblings by start"),
  criticalPath: z.array(z.string()).readonly().describe("What the end waited for, in the order of time"),
  truncated: z.boolean().describe("There is more than was gathered"),
  takenBack: z
    .array(
      z.strictObject({
        service: z.string().nullable(),
        environment: z.string().nullable(),
        at: z.string().nullable(),
        by: z.string().nullable().describe("The revert; null = another deployment, as a rollback"),
      }),
    )
    .readonly()
    .optional()
    .describe("Production places that do not have it any more, as vice where says"),
});

export const trace: Command<Services, typeof idInput, typeof traceOutput> = {
  id: "viz.trace",
  words: ["trace"],
  part: "viz",
  summary: "Show one piece of work across tools: ticket, change, build, deployment, and what it waited for.",
  examples: [
    "vice trace 0193f1c2",
    "vice trace SHOP-12",
    "vice trace '#15'",
    "vice trace 4bf92f3577b34da6a3ce929d0e0e4736 --json",
  ],
  effect: "read",
  positional: ["id"],
  input: idInput,
  output: traceOutput,
  list: "spans",
  http: { method: "GET", path: "/v1/traces/:id" },
  run: ({ id }, { services, now }) =>
    withTakenBack(services.store.traces.written(id, now()), services, now()),
  text: waterfall,
};
