/** The shapes in which the flow of work is answered, shared by its commands. */
import { z } from "zod";
import type { Activity } from "../../../domain/activity.ts";
import type { FlowRules } from "../../../domain/flow/meaning.ts";
import { MEANINGS } from "../../../domain/flow/meaning.ts";
import { type TicketFlow, ticketFlow } from "../../../domain/flow/ticket-flow.ts";
import { nameOf } from "../../../domain/trace/name-of.ts";
import type { Services } from "../../../ports/services.ts";

export const duration = z.number().nullable().describe("Milliseconds; null = not known");

export const spreadSchema = z.strictObject({ p50: duration, p85: duration, p95: duration });

const columnTimeSchema = z.strictObject({
  column: z.string(),
  meaning: z.enum(MEANINGS),
  ms: duration,
  visits: z.int(),
});

export const staySchema = z.strictObject({
  column: z.string(),
  meaning: z.enum(MEANINGS),
  enteredAt: z.string().nullable(),
  leftAt: z.string().nullable(),
  ms: duration,
  current: z.boolean(),
});

const share = z.number().min(0).max(1);

export const efficiencyShape = {
  efficiency: share.nullable().describe("work / (work + queue); null = see efficiencyReason"),
  efficiencyRange: z
    .strictObject({ least: share, most: share })
    .nullable()
    .describe("What it is at least and at most, whatever the time was that is not known"),
  efficiencyReason: z.string().nullable().describe("Why efficiency is null"),
};

/** One ticket in a list. */
export const ticketSchema = z.strictObject({
  id: z.string(),
  name: z.string().describe("SHOP-12 Pay by card"),
  service: z.string().nullable(),
  team: z.string().nullable(),
  source: z.string(),
  url: z.string().nullable(),
  column: z.string().nullable().describe("Where it stands"),
  state: z.enum(MEANINGS),
  canceled: z.boolean(),
  createdAt: z.string(),
  startedAt: z.string().nullable().describe("First entered a column of work"),
  doneAt: z.string().nullable(),
  leadMs: duration.describe("Done - created, in milliseconds"),
  cycleMs: duration.describe("Done - started, in milliseconds"),
  ageMs: duration.describe("Of one that is not done, in milliseconds"),
  queueMs: z.number(),
  workMs: z.number(),
  unknownMs: z.number().describe("Of this time nobody told where it stood"),
  ...efficiencyShape,
  unknownStays: z.int().describe("Stays with an end that nobody told; in no sum"),
  columns: z.array(columnTimeSchema),
});

export type Ticket = z.output<typeof ticketSchema>;

export const rulesOf = ({ config }: Pick<Services, "config">): FlowRules => config.flow;

/** An activity of kind ticket and how it flowed. */
export interface Flowing {
  activity: Activity;
  flow: TicketFlow;
}

export const flowing = (services: Services, activity: Activity, nowMs: number): Flowing => ({
  activity,
  flow: ticketFlow(services.store.flows.transitions(activity.id), rulesOf(services), nowMs),
});

export function toTicket({ activity, flow }: Flowing): Ticket {
  const { stays, ...rest } = flow;
  const { id, service, team, source, url } = activity;
  return {
    ...{ id, name: nameOf(activity), service, team, source, url },
    column: stays.at(-1)?.column ?? null,
    ...rest,
  };
}
