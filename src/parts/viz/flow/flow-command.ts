/** `vice flow [service]`: how the work of a service or a team flows, and where its time goes. */
import { z } from "zod";
import { sayRange } from "../../../domain/flow/efficiency.ts";
import { flowOf } from "../../../domain/flow/flow.ts";
import { MEANINGS } from "../../../domain/flow/meaning.ts";
import type { Command, TextStyle } from "../../../kit/command.ts";
import { count } from "../../../kit/count.ts";
import { sayDuration } from "../../../kit/duration.ts";
import { printable, table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { inSlices } from "../in-slices.ts";
import { sayUnknown, unknownFilters, unknownIn } from "../unknown-names.ts";
import { duration, efficiencyShape, flowing, spreadSchema, ticketSchema, toTicket } from "./flow-shapes.ts";

/** Tickets that are looked at: open ones first. */
const MOST = 2000;
const SHOWN = 10;
const DAY_MS = 86_400_000;

const input = z.object({
  service: z.string().optional(),
  team: z.string().optional(),
  days: z.int().min(1).max(3650).default(90).describe("What was done in these days"),
});
const output = z.strictObject({
  service: z.string().nullable(),
  team: z.string().nullable(),
  days: z.int(),
  inProgress: z.int().describe("Tickets in a column of work now"),
  waiting: z.int().describe("Tickets that wait now"),
  done: z.int(),
  canceled: z.int(),
  leadMs: spreadSchema.describe("Done - created"),
  cycleMs: spreadSchema.describe("Done - first worked on"),
  ...efficiencyShape,
  columns: z.array(
    z.strictObject({
      column: z.string(),
      meaning: z.enum(MEANINGS),
      now: z.int(),
      oldestMs: duration,
      left: z.int().describe("Stays that ended in these days"),
      p50Ms: duration,
      p95Ms: duration,
      share: z.number().nullable().describe("Of all known time, 0..1"),
    }),
  ),
  items: z.array(ticketSchema).describe("Not done, longest open first"),
  truncated: z.boolean().describe(`Whether only ${MOST} tickets were looked at`),
  unknown: unknownFilters,
});
type Output = z.output<typeof output>;

export const flow: Command<Services, typeof input, typeof output> = {
  id: "viz.flow",
  words: ["flow"],
  part: "viz",
  summary: "Show how work flows through the columns of a board: in progress, waiting, time in each.",
  examples: ["vice flow", "vice flow shop", "vice flow --team payments --days 30 --json"],
  effect: "read",
  positional: ["service"],
  input,
  output,
  list: "items",
  http: { method: "GET", path: "/v1/flow" },
  run: async ({ service, team, days }, { services, now }) => {
    const nowMs = now();
    const fromMs = nowMs - days * DAY_MS;
    const { items, truncated } = services.store.flows.lasting(
      { kind: "ticket", service, team, endedSinceMs: fromMs },
      MOST,
      nowMs,
    );
    const all = await inSlices(items, (activity) => flowing(services, activity, nowMs));
    const unknown = unknownIn({ service, team }, items, services);
    return {
      ...{ service: service ?? null, team: team ?? null, days },
      ...flowOf(
        all.map((each) => each.flow),
        fromMs,
      ),
      items: all
        .filter((each) => each.flow.state !== "done")
        .map(toTicket)
        .sort((a, b) => (b.ageMs ?? 0) - (a.ageMs ?? 0)),
      truncated,
      ...(unknown === undefined ? {} : { unknown }),
    };
  },
  note: sayUnknown,
  text: (said, style) => {
    const { inProgress, waiting, done, items, unknown } = said;
    if (inProgress + waiting + done + said.canceled === 0)
      return unknown === undefined
        ? "No ticket is known. Connect a tracker (Jira, GitHub, GitLab): vice source list"
        : "";
    return [head(said), "", columnTable(said, style), ...oldest(items, style)].join("\n");
  },
};

function head(said: Output): string {
  const { days, inProgress, waiting, done, canceled, leadMs, cycleMs } = said;
  const { efficiency, efficiencyRange: range, efficiencyReason: reason } = said;
  const spread = ({ p50, p85 }: Output["leadMs"]): string =>
    p50 === null ? "not known" : `${sayDuration(p50)}, 85 % within ${sayDuration(p85 ?? p50)}`;
  const flowing =
    efficiency === null
      ? `Flow efficiency is ${range === null ? "not known" : sayRange(range)}: ${reason}.`
      : `Flow efficiency ${Math.round(efficiency * 100)} %: the rest of the time work waited.`;
  return [
    `${count(inProgress, "ticket")} in progress, ${waiting} waiting. Last ${days} days: ${done} done${canceled === 0 ? "" : `, ${canceled} canceled`}.`,
    `Lead time ${spread(leadMs)}; from first work on ${spread(cycleMs)}.`,
    flowing,
  ].join("\n");
}

const or = (ms: number | null): string => (ms === null ? "-" : sayDuration(ms));

function columnTable({ columns }: Output, style: TextStyle): string {
  return table(
    columns,
    [
      { title: "column", value: (row) => row.column, flexible: true },
      { title: "means", value: (row) => row.meaning },
      { title: "now", value: (row) => String(row.now), align: "right" },
      { title: "oldest", value: (row) => or(row.oldestMs), align: "right" },
      { title: "p50", value: (row) => or(row.p50Ms), align: "right" },
      { title: "p95", value: (row) => or(row.p95Ms), align: "right" },
      {
        title: "of time",
        value: (row) => (row.share === null ? "-" : `${Math.round(row.share * 100)} %`),
        align: "right",
      },
    ],
    style,
  );
}

function oldest(items: Output["items"], style: TextStyle): string[] {
  if (items.length === 0) return [];
  const shown = items.slice(0, SHOWN);
  const more = items.length > SHOWN ? [style.color("dim", `${items.length - SHOWN} more: --json`)] : [];
  const rows = table(
    shown,
    [
      { title: "open longest", value: (row) => printable(row.name), flexible: true },
      { title: "service", value: (row) => row.service ?? "-", flexible: true },
      { title: "stands in", value: (row) => row.column ?? "-" },
      { title: "age", value: (row) => or(row.ageMs), align: "right" },
    ],
    style,
  );
  return ["", rows, ...more];
}
