/** `vice incident open|close|list`: something is broken for users, said by hand; linked to the deployment that ran then. */
import { z } from "zod";
import type { Activity } from "../../../domain/activity.ts";
import type { EventData } from "../../../domain/event.ts";
import { timeToRestore } from "../../../domain/metrics/restore.ts";
import { sayAgo } from "../../../kit/ago.ts";
import type { Command } from "../../../kit/command.ts";
import { count } from "../../../kit/count.ts";
import { sayDuration } from "../../../kit/duration.ts";
import { ViceError } from "../../../kit/errors.ts";
import { activityId, uuidv7 } from "../../../kit/ids.ts";
import { MOMENT_WORDS, readMoment } from "../../../kit/moment.ts";
import { nearest } from "../../../kit/nearest.ts";
import { printable, table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { dataCommand } from "../define-command.ts";
import { recordEvents, saidEvent } from "../log/record-events.ts";
import { takesNames } from "../names/takes-names.ts";
import { type Context, incidentSchema, shown } from "./incident-shape.ts";

type Observed = EventData["vice.activity.observed.v1"];

const reason = z.string().trim().min(1).max(1000);
const openInput = z.object({
  service: z.string().trim().min(1),
  reason: reason.describe("What is broken, in a few words"),
  environment: z.string().optional().describe("Where; without it anywhere in production"),
  severity: z.string().trim().min(1).max(40).optional().describe("As you call it: sev1, P2, high"),
  since: z.string().optional().describe(`When it began; now without it; ${MOMENT_WORDS}`),
  told: z
    .string()
    .optional()
    .describe(`When somebody was told of it; now without it, not before it began; ${MOMENT_WORDS}`),
  deployment: z
    .string()
    .optional()
    .describe("Id of the deployment that caused it; none = no change did; without it what ran then"),
  url: z.string().optional().describe("Where it is worked on"),
  new: z.boolean().default(false).describe("The service is not known here yet"),
});

const openIncident = dataCommand({
  id: "incident.open",
  words: ["incident", "open"],
  part: "data",
  summary:
    "Say that something is broken for users: it counts for the change fail rate, and rules may hold deployments.",
  examples: [
    'vice incident open shop --reason "checkout loses orders" --severity sev1',
    'vice incident open shop --environment prod-eu --since "20 minutes ago" --reason "wrong prices"',
    'vice incident open shop --reason "data centre lost power" --deployment none',
  ],
  effect: "write",
  positional: ["service"],
  input: openInput,
  output: incidentSchema,
  http: { method: "POST", path: "/v1/incidents" },
  run: async (given, ctx) => {
    const nowMs = ctx.now();
    if (!given.new) assertKnown(given.service, ctx.services);
    const sinceMs = given.since === undefined ? nowMs : readMoment(given.since, nowMs);
    if (sinceMs > nowMs)
      throw new ViceError("input.invalid", {
        message: `It would begin in the future (${new Date(sinceMs).toISOString()}).`,
        hint: 'Say when it began: --since "20 minutes ago"',
      });
    const object = {
      identityKind: "incident",
      source: "vice",
      instance: "",
      externalId: uuidv7(nowMs),
      attempt: 1,
    };
    const at = new Date(sinceMs).toISOString();
    const toldMs = given.told === undefined ? nowMs : readMoment(given.told, nowMs);
    const toldAt = new Date(Math.min(Math.max(toldMs, sinceMs), nowMs)).toISOString();
    await observe(ctx, { object, step: "running", at, facts: factsOf(given, at, toldAt, ctx) });
    return shown(findIncident(activityId(object), ctx), ctx);
  },
  text: ({ id, service, deployment }) =>
    [
      printable(
        `Open: an incident of ${service}${deployment === null ? "" : `, linked to ${deployment.version ?? "the deployment"} in ${deployment.environment ?? "?"}`}.`,
      ),
      `When it is over: vice incident close ${id.slice(0, 13)} --reason "..."`,
    ].join("\n"),
});

function factsOf(
  given: z.output<typeof openInput>,
  at: string,
  toldAt: string,
  ctx: Context,
): Observed["facts"] {
  const { service, environment, severity, url, deployment } = given;
  const cause =
    deployment === undefined || deployment === "none" ? deployment : ctx.services.store.resolveId(deployment);
  return {
    ...{ kind: "incident", service, environment: environment ?? null, startedAt: at, url: url ?? null },
    actor: { name: ctx.principal.name, login: null },
    tags: {
      title: given.reason,
      toldAt,
      ...(severity === undefined ? {} : { severity }),
      ...(cause === undefined ? {} : { deployment: cause }),
    },
  };
}

const observe = (ctx: Context, said: Pick<Observed, "object" | "step" | "at" | "facts">): Promise<void> => {
  const data: Observed = { ...said, reopens: true, verified: true, generation: 0 };
  return recordEvents(ctx, [saidEvent(ctx, "vice.activity.observed.v1", activityId(said.object), data)]);
};

/** @throws ViceError `not-found` with the nearest name */
function assertKnown(service: string, { store }: Services): void {
  const known = store.names.reported().flatMap(({ service: own, name }) => [own ?? name, name]);
  if (known.includes(service)) return;
  throw new ViceError("not-found", {
    ...{ what: "service", name: service, nearest: nearest(service, known) },
    hint: "If it is only not known here yet: --new",
  });
}

/** @throws ViceError `not-found` for what is no incident */
function findIncident(id: string, { services, now }: Context): Activity {
  const activity = services.store.read.activity(services.store.resolveId(id), now());
  if (activity?.kind === "incident") return activity;
  throw new ViceError("not-found", { what: "incident", name: id, hint: "List them: vice incident list" });
}

const closeIncident = dataCommand({
  id: "incident.close",
  words: ["incident", "close"],
  part: "data",
  summary: "Say that an incident is over.",
  examples: [
    'vice incident close 0193f1c2 --reason "rolled back to v1.4.1"',
    "vice incident close 0193f1c2 --at 14:32",
  ],
  effect: "write",
  positional: ["id"],
  input: z.object({
    id: z.string().trim().min(1).describe("Id, or its unique start"),
    reason: reason.optional().describe("What ended it"),
    at: z.string().optional().describe(`When; now without it; ${MOMENT_WORDS}`),
  }),
  output: incidentSchema,
  run: async ({ id, reason: why, at }, ctx) => {
    const activity = findIncident(id, ctx);
    const before = shown(activity, ctx);
    if (before.status === "closed")
      throw new ViceError("conflict", {
        message: `It is closed already, since ${before.until}. Nothing was changed.`,
        hint: "List those that are open: vice incident list",
      });
    const endMs = at === undefined ? ctx.now() : readMoment(at, ctx.now());
    if (endMs < Date.parse(before.since))
      throw new ViceError("input.invalid", {
        message: `It would end before it began (${before.since}).`,
        hint: "Say a later time: --at",
      });
    await end(activity, new Date(endMs).toISOString(), why, ctx);
    return shown(findIncident(activity.id, ctx), ctx);
  },
  text: ({ service, durationMs }) =>
    printable(
      `Closed: the incident of ${service ?? "?"} lasted ${durationMs === null ? "?" : sayDuration(durationMs)}.`,
    ),
});

/** One that vice opened is ended; what another system opened is corrected, and that system's own word stays in the log. */
async function end(activity: Activity, at: string, why: string | undefined, ctx: Context): Promise<void> {
  const { source, instance, externalId, attempt } = activity;
  if (source === "vice" && externalId !== null) {
    const object = { identityKind: "incident", source, instance: instance ?? "", externalId, attempt };
    const facts = { finishedAt: at, ...(why === undefined ? {} : { tags: { resolution: why } }) };
    await observe(ctx, { object, step: "succeeded", at, facts });
    return;
  }
  const data = { facts: { finishedAt: at }, status: "succeeded" as const, reason: why ?? "closed by hand" };
  await recordEvents(ctx, [saidEvent(ctx, "vice.activity.amended.v1", activity.id, data)]);
}

/** What is not ended reads as one of these, the last when nothing was heard of it for long. */
const OPEN = ["running", "pending", "abandoned"] as const;

const listInput = z.object({
  service: z.string().optional(),
  all: z.boolean().default(false).describe("Closed ones too"),
  since: z.string().optional().describe(`Of those that began or ended since; ${MOMENT_WORDS}`),
  limit: z.int().min(1).max(1000).default(200),
});
const listOutput = z.strictObject({
  items: z.array(incidentSchema),
  timeToRestore: z
    .strictObject({
      meanSeconds: z.number().nullable(),
      medianSeconds: z.number().nullable(),
      count: z.int(),
      open: z.int(),
    })
    .describe("Of the listed ones (MTTR)"),
});

const listIncidents: Command<Services> = dataCommand({
  id: "incident.list",
  words: ["incident", "list"],
  part: "data",
  summary: "List incidents: open ones, or all with how long they lasted.",
  examples: ["vice incident list", "vice incident list shop --all --since 90d"],
  effect: "read",
  positional: ["service"],
  input: listInput,
  output: listOutput,
  list: "items",
  http: { method: "GET", path: "/v1/incidents" },
  run: ({ service, all, since, limit }, ctx) => {
    const nowMs = ctx.now();
    const sinceMs = since === undefined ? undefined : readMoment(since, nowMs);
    // An old one that is open is not lost behind the many that ended since.
    const found = (all ? [undefined] : OPEN).flatMap(
      (status) =>
        ctx.services.store.read.activities({ kind: "incident", service, sinceMs, status }, limit, null, nowMs)
          .items,
    );
    const items = found
      .map((each) => shown(each, ctx))
      .filter(({ status }) => all || status === "open")
      .slice(0, limit);
    const lasted = items.map((each) => ({
      beganMs: Date.parse(each.since),
      endedMs: each.until === null ? null : Date.parse(each.until),
    }));
    return { items, timeToRestore: timeToRestore(lasted) };
  },
  text: ({ items, timeToRestore: restored }, style) => {
    if (items.length === 0) return "No incident is open. All of them: vice incident list --all";
    const list = table(
      items,
      [
        { title: "since", value: ({ since }) => sayAgo(since, style.nowMs) },
        { title: "service", value: ({ service }) => service ?? "-", flexible: true },
        { title: "severity", value: ({ severity }) => severity ?? "-" },
        { title: "what", value: ({ title }) => title ?? "-", flexible: true },
        {
          title: "lasted",
          value: ({ durationMs }) => (durationMs === null ? "open" : sayDuration(durationMs)),
          align: "right",
        },
        {
          title: "deployment",
          value: ({ deployment }) => deployment?.version ?? deployment?.id.slice(0, 8) ?? "-",
        },
        { title: "id", value: ({ id }) => id.slice(0, 13) },
      ],
      style,
    );
    const { meanSeconds, medianSeconds } = restored;
    if (meanSeconds === null || medianSeconds === null) return list;
    const mean = `${sayDuration(meanSeconds * 1000)} on average, ${sayDuration(medianSeconds * 1000)} median`;
    return `${list}\n\nTime to restore: ${mean}, of ${count(restored.count, "incident")}.`;
  },
});

export const incidentCommands = [openIncident, closeIncident, listIncidents].map(takesNames);
