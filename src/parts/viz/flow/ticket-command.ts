/** `vice flow ticket SHOP-12`: the swimlanes of one ticket, and of an epic with everything below it. */
import { z } from "zod";
import type { Activity } from "../../../domain/activity.ts";
import { sayRange } from "../../../domain/flow/efficiency.ts";
import { type PieceOfWork, pieceOfWork } from "../../../domain/flow/piece-of-work.ts";
import { pieceOf } from "../../../domain/trace/work.ts";
import type { Command } from "../../../kit/command.ts";
import { count } from "../../../kit/count.ts";
import { sayDuration } from "../../../kit/duration.ts";
import { ViceError } from "../../../kit/errors.ts";
import { printable, table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { inSlices } from "../in-slices.ts";
import { keyOf } from "../say.ts";
import {
  duration,
  type Flowing,
  flowing,
  staySchema,
  type Ticket,
  ticketSchema,
  toTicket,
} from "./flow-shapes.ts";

/** An epic of epics; deeper is not looked. */
const DEEPEST = 5;
const MOST_BELOW = 500;
const BAR = 28;

const input = z.object({
  ticket: z.string().trim().min(1).describe("Key (SHOP-12), number (#12), address or id"),
});
const output = z.strictObject({
  ticket: ticketSchema,
  stays: z.array(staySchema).describe("In the order of time"),
  below: z.array(ticketSchema).describe("Its sub-tasks; of an epic its tickets and theirs"),
  whole: z
    .strictObject({
      startedAt: z.string().nullable(),
      endedAt: z.string().nullable(),
      leadMs: duration.describe("Last end - first start of all parts, in milliseconds"),
      reason: z.string().nullable().describe("Why leadMs is null"),
      parts: z.int(),
      open: z.int(),
      services: z.array(z.string()),
      sources: z.array(z.string()),
    })
    .describe("The ticket and everything that belongs to it as one piece of work"),
});

export const ticketFlowCommand: Command<Services, typeof input, typeof output> = {
  id: "viz.flow-ticket",
  words: ["flow", "ticket"],
  part: "viz",
  summary: "Show how long a ticket stood in each column; of an epic the one lead time of all its parts.",
  examples: ["vice flow ticket SHOP-12", "vice flow ticket '#12' --json"],
  effect: "read",
  positional: ["ticket"],
  input,
  output,
  http: { method: "GET", path: "/v1/flow/tickets/:ticket", queryPath: "/v1/flow/ticket" },
  run: async ({ ticket }, { services, now }) => {
    const nowMs = now();
    const top = flowing(services, findTicket(services, ticket, nowMs), nowMs);
    const below = await inSlices(descendants(services, top.activity.id, nowMs), (each) =>
      flowing(services, each, nowMs),
    );
    return {
      ticket: toTicket(top),
      stays: top.flow.stays,
      below: below.map(toTicket),
      whole: wholeOf(services, [top, ...below], nowMs),
    };
  },
  text: ({ ticket, stays, below, whole }, style) => {
    const longest = Math.max(...stays.map(({ ms }) => ms ?? 0), 1);
    const bar = (ms: number | null, meaning: string): string =>
      ms === null
        ? "?"
        : (meaning === "work" ? "█" : "░").repeat(Math.max(1, Math.round((ms / longest) * BAR)));
    const lanes = table(
      stays,
      [
        { title: "column", value: (row) => row.column, flexible: true },
        { title: "means", value: (row) => row.meaning },
        { title: "since", value: (row) => row.enteredAt?.slice(0, 16).replace("T", " ") ?? "not known" },
        {
          title: "for",
          value: (row) => (row.meaning === "done" ? "" : row.ms === null ? "not known" : sayDuration(row.ms)),
          align: "right",
        },
        {
          title: "█ work  ░ waiting",
          value: (row) => (row.meaning === "done" ? "" : bar(row.ms, row.meaning)),
        },
      ],
      style,
    );
    const stands =
      ticket.leadMs === null
        ? `open for ${sayDuration(ticket.ageMs ?? 0)}`
        : `${ticket.canceled ? "canceled" : "done"} after ${sayDuration(ticket.leadMs)}`;
    return [
      `${style.color("bold", printable(ticket.name))}: ${stands}${sayEfficiency(ticket)}.`,
      lanes,
      ...(whole.parts === 1 ? [] : ["", sayWhole(whole)]),
      `What it led to, and what that waited for: vice trace ${keyOf(ticket)}`,
      ...below.map(
        (each) =>
          `  ${printable(`${each.name}: ${each.column ?? each.state}`)}${each.leadMs === null ? "" : `, ${sayDuration(each.leadMs)}`}`,
      ),
    ].join("\n");
  },
};

function sayEfficiency({ efficiency, efficiencyRange, efficiencyReason, unknownMs }: Ticket): string {
  if (efficiency !== null) return `, flow efficiency ${Math.round(efficiency * 100)} %`;
  if (efficiencyRange === null) return `, flow efficiency not known: ${efficiencyReason}`;
  return `, flow efficiency ${sayRange(efficiencyRange)}: of ${sayDuration(unknownMs)} nobody told where it stood`;
}

function sayWhole({ parts, leadMs, reason, services }: z.output<typeof output>["whole"]): string {
  const lead = leadMs === null ? `lead time not known: ${reason}` : `one lead time of ${sayDuration(leadMs)}`;
  return `With all its parts (${count(parts, "activity", "activities")}, ${count(services.length, "service")}): ${lead}.`;
}

/** @throws ViceError `not-found`, `input.invalid` when several are called so */
function findTicket({ store }: Services, text: string, nowMs: number): Activity {
  const ids = store.flows.named("ticket", text);
  const named = ids.map((id) => store.read.activity(id, nowMs)).filter((each) => each !== null);
  const [first] = named;
  if (first !== undefined && named.length === 1) return first;
  if (first !== undefined)
    throw new ViceError("input.invalid", {
      message: `${count(named.length, "ticket")} are called "${text}": ${named.map(({ url, id }) => url ?? id).join(", ")}.`,
      hint: `Name one by its address: vice flow ticket ${first.url ?? first.id}`,
    });
  const byId = /^[0-9a-f-]{6,36}$/i.test(text) ? store.read.activity(store.resolveId(text), nowMs) : null;
  if (byId?.kind === "ticket") return byId;
  throw new ViceError("not-found", { what: "ticket", name: text, hint: "See what is open: vice flow" });
}

/** Everything below a ticket, each once however the parents are wired. */
function descendants({ store }: Services, top: string, nowMs: number): Activity[] {
  const seen = new Set([top]);
  let level = [top];
  for (let deep = 0; deep < DEEPEST && level.length > 0; deep++) {
    const next = level.flatMap((id) => store.flows.children(id)).filter((id) => !seen.has(id));
    for (const id of next) if (seen.size <= MOST_BELOW) seen.add(id);
    level = [...new Set(next)];
  }
  seen.delete(top);
  return [...seen].map((id) => store.read.activity(id, nowMs)).filter((each) => each !== null);
}

interface Counted {
  kind: Activity["kind"];
  startedAt: string | null;
  finishedAt: string | null;
  occurredAt: string;
  open: boolean;
  service: string | null;
  source: string;
}

/** Tickets whose traces are looked at; of a bigger epic the traces of the others are not in its lead time. */
const MOST_TRACES = 100;

/** Tickets begin when they are created and end when they are done; what came of them (changes, builds, deployments) counts too. */
function wholeOf(
  { store }: Services,
  tickets: readonly Flowing[],
  nowMs: number,
): PieceOfWork & { services: string[]; sources: string[] } {
  const parts = new Map(
    tickets.map(
      ({ activity: { id, service, source }, flow: { createdAt, doneAt, state } }): [string, Counted] => [
        id,
        {
          ...{ kind: "ticket", startedAt: createdAt, finishedAt: doneAt, occurredAt: doneAt ?? createdAt },
          ...{ open: state !== "done", service, source },
        },
      ],
    ),
  );
  for (const { activity } of tickets.slice(0, MOST_TRACES))
    for (const span of pieceOf(store.traces.trace(activity.id, nowMs).spans, activity.id)) {
      // Tickets beside it (of another epic) belong to another piece of work.
      if (span.kind === "ticket" || span.kind === "sprint" || parts.has(span.id)) continue;
      const { id, kind, startedAt, finishedAt, occurredAt, status, service, source } = span;
      const open = status === "running" || status === "pending";
      parts.set(id, { kind, startedAt, finishedAt, occurredAt, open, service, source });
    }
  const all = [...parts.values()];
  const names = (pick: (part: Counted) => string | null): string[] =>
    [...new Set(all.map(pick).filter((name) => name !== null))].sort();
  return {
    ...pieceOfWork(all, ({ open }) => open),
    services: names(({ service }) => service),
    sources: names(({ source }) => source),
  };
}
