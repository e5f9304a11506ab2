/** `vice flow board`: everything that is in flight now, whatever tool does it. */
import { z } from "zod";
import { type Activity, KINDS } from "../../../domain/activity.ts";
import { nameOf } from "../../../domain/trace/name-of.ts";
import type { Command } from "../../../kit/command.ts";
import { sayDuration } from "../../../kit/duration.ts";
import { printable, table } from "../../../kit/table.ts";
import { LASTING_KINDS, type LastingKind } from "../../../ports/flow.ts";
import type { Services } from "../../../ports/services.ts";
import { inSlices } from "../in-slices.ts";
import { sayUnknown, unknownFilters, unknownIn } from "../unknown-names.ts";
import { flowing } from "./flow-shapes.ts";

/** Of each sort; more are counted as `truncated`. */
const MOST = 500;

const input = z.object({
  service: z.string().optional(),
  team: z.string().optional(),
  waiting: z.boolean().default(false).describe("Tickets that wait, too"),
});
const itemSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(KINDS),
  name: z.string(),
  service: z.string().nullable(),
  team: z.string().nullable(),
  environment: z.string().nullable(),
  status: z.string().nullable(),
  column: z.string().nullable().describe("Of a ticket: where it stands"),
  since: z.string().nullable().describe("When it began; of a ticket when it entered the column"),
  ageMs: z.number().nullable().describe("Milliseconds since then; null = not known"),
  actor: z.string().nullable(),
  source: z.string(),
  url: z.string().nullable(),
  parentId: z.string().nullable(),
});
type Item = z.output<typeof itemSchema>;
const output = z.strictObject({
  items: z.array(itemSchema).describe("By kind, in the order of delivery; longest in flight first"),
  counts: z.record(z.string(), z.int()).describe("By kind"),
  truncated: z.boolean(),
  unknown: unknownFilters,
});

/** From the idea to what runs. */
const ORDER: readonly Activity["kind"][] = [
  "incident",
  "ticket",
  "change",
  "pipeline",
  "build",
  "stage",
  "check",
  "deployment",
  "exposure",
  "action",
  "sprint",
];

export const board: Command<Services, typeof input, typeof output> = {
  id: "viz.flow-board",
  words: ["flow", "board"],
  part: "viz",
  summary: "Show everything in flight: tickets in work, open changes, running builds and deployments.",
  examples: ["vice flow board", "vice flow board --team payments"],
  effect: "read",
  positional: ["service"],
  input,
  output,
  list: "items",
  http: { method: "GET", path: "/v1/flow/board" },
  run: async ({ service, team, waiting }, { services, now }) => {
    const nowMs = now();
    const lasting = await inSlices(LASTING_KINDS, (kind) =>
      services.store.flows.lasting({ kind, service, team }, MOST, nowMs),
    );
    const short = await inSlices(["running", "pending"] as const, (status) =>
      services.store.read.activities({ service, team, status }, MOST, null, nowMs),
    );
    const isLasting = ({ kind }: Activity): boolean => LASTING_KINDS.includes(kind as LastingKind);
    const long = lasting.flatMap((page) => page.items);
    const items = [
      ...(await inSlices(long, (each) => lastingItem(services, each, waiting, nowMs))).flat(),
      ...short
        .flatMap((page) => page.items)
        .filter((each) => !isLasting(each))
        .map((each) => itemOf(each, null, each.startedAt ?? each.occurredAt, nowMs)),
    ].sort(
      (a, b) =>
        ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) ||
        (b.ageMs ?? 0) - (a.ageMs ?? 0) ||
        (a.id < b.id ? -1 : 1),
    );
    const counts: Record<string, number> = {};
    for (const { kind } of items) counts[kind] = (counts[kind] ?? 0) + 1;
    const unknown = unknownIn({ service, team }, items, services);
    const truncated = lasting.some((page) => page.truncated) || short.some((page) => page.next !== null);
    return { items, counts, truncated, ...(unknown === undefined ? {} : { unknown }) };
  },
  note: sayUnknown,
  text: ({ items, unknown }, style) => {
    if (items.length === 0) return unknown === undefined ? "Nothing is in flight." : "";
    return table(
      items,
      [
        { title: "kind", value: (row) => row.kind },
        { title: "what", value: (row) => printable(row.name), flexible: true },
        { title: "service", value: (row) => row.service ?? "-", flexible: true },
        { title: "stands", value: (row) => row.column ?? row.status ?? "-" },
        { title: "for", value: (row) => (row.ageMs === null ? "-" : sayDuration(row.ageMs)), align: "right" },
        { title: "by", value: (row) => row.actor ?? "-", flexible: true },
        { title: "tool", value: (row) => row.source },
      ],
      style,
    );
  },
};

function itemOf(activity: Activity, column: string | null, since: string | null, nowMs: number): Item {
  const { id, kind, service, team, environment, status, actor, source, url, parentId } = activity;
  return {
    ...{ id, kind, name: nameOf(activity), service, team, environment, status, column, since },
    ageMs: since === null ? null : Math.max(0, nowMs - Date.parse(since)),
    actor: actor?.name ?? actor?.login ?? null,
    ...{ source, url, parentId },
  };
}

/** Tickets are in flight while they are in a column of work; changes, incidents and sprints while they are open. */
function lastingItem(services: Services, activity: Activity, waiting: boolean, nowMs: number): Item[] {
  if (activity.kind === "sprint" && activity.status !== "running") return [];
  if (activity.kind !== "ticket") return [itemOf(activity, null, openedAt(services, activity), nowMs)];
  const { flow } = flowing(services, activity, nowMs);
  if (flow.state === "done" || (flow.state === "queue" && !waiting)) return [];
  const last = flow.stays.at(-1);
  return [itemOf(activity, last?.column ?? null, last?.enteredAt ?? null, nowMs)];
}

/** When it was opened: started, else created; `occurredAt` of an open one may be its last update. */
export function openedAt({ store }: Services, { id, startedAt, occurredAt }: Activity): string {
  const told = store.flows
    .transitions(id)
    .map(({ facts, at }) => facts.createdAt ?? at)
    .sort()[0];
  const known = [startedAt, told].filter((at) => at !== null && at !== undefined).sort();
  return known[0] ?? occurredAt;
}
