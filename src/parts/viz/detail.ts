/** One deployment or activity whole: facts, transitions, raw deliveries, corrections. */
import { z } from "zod";
import { KINDS, STATUSES } from "../../domain/activity.ts";
import { activitySchema } from "../../domain/activity-schema.ts";
import { nameOf } from "../../domain/trace/name-of.ts";
import type { Command } from "../../kit/command.ts";
import { sayDuration } from "../../kit/duration.ts";
import { ViceError } from "../../kit/errors.ts";
import { printable, table } from "../../kit/table.ts";
import type { StoredDelivery } from "../../ports/deliveries.ts";
import type { Services } from "../../ports/services.ts";
import type { Linked } from "../../ports/traces.ts";
import { hasRelease, sayActor, sayRelease, sayStatus } from "./say.ts";

const linkedSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(KINDS),
  name: z.string(),
  status: z.enum(STATUSES).nullable(),
  source: z.string(),
  reason: z.string().describe("Why they are thought to belong together"),
});

const linked = ({ activity, link }: Linked): z.output<typeof linkedSchema> => ({
  ...{ id: activity.id, kind: activity.kind, name: nameOf(activity), status: activity.status },
  ...{ source: activity.source, reason: link.words },
});

const detailOutput = activitySchema.extend({
  transitions: z.array(
    z.strictObject({
      step: z.string(),
      at: z.string(),
      receivedAt: z.string(),
      deliveryId: z.string().nullable(),
      verified: z.boolean(),
      facts: z.record(z.string(), z.unknown()),
    }),
  ),
  links: z.array(z.strictObject({ to: z.string(), reason: z.string() })),
  causes: z.array(linkedSchema).describe("What led to it"),
  effects: z.array(linkedSchema).describe("What it led to"),
  deliveries: z.array(
    z.strictObject({
      id: z.string(),
      source: z.string(),
      instance: z.string(),
      receivedAt: z.string(),
      verified: z.boolean(),
      flagged: z.boolean().describe("The same delivery id came before with another body"),
      outcome: z.string(),
      contentType: z.string(),
      headers: z.record(z.string(), z.string()),
      body: z.string().nullable().describe("Raw; null when retention dropped it, or `bodyLeftOut`"),
      bodyLeftOut: z
        .boolean()
        .optional()
        .describe("True: the newest ones filled this answer; ask /v1/deliveries/{id}"),
    }),
  ),
  history: z.array(
    z.strictObject({
      type: z.enum(["amended", "voided", "restored"]),
      at: z.string(),
      actor: z.string().nullable(),
      reason: z.string(),
    }),
  ),
  excluded: z.string().nullable().describe("Why it does not count, when it does not"),
});

const idInput = z.object({ id: z.string().describe("Id, or its unique start of at least 6 characters") });

/** In the terminal; all of them are in the JSON. */
const MOST_LINKED = 20;

/** Fewer hex digits would fit too much. */
const SHORTEST = 6;

/** @throws ViceError `not-found` */
function wholeId(id: string, services: Services): string {
  const hex = id.trim().replaceAll("-", "");
  if (/^[0-9a-f]+$/i.test(hex) && hex.length < SHORTEST)
    throw new ViceError("not-found", {
      message: `"${id}" is too short for the start of an id: it needs at least ${SHORTEST} characters.`,
      hint: "List them: vice deployments, vice activities",
    });
  return services.store.resolveId(id);
}

/** Bytes of bodies in one answer: a change that was told of a thousand times has more than anybody reads at once. */
const MOST_BODIES = 2 * 1024 * 1024;

/** In their order; the newest with their bodies. */
function shownOf(deliveries: readonly StoredDelivery[]): z.input<typeof detailOutput>["deliveries"] {
  let left = MOST_BODIES;
  const newestFirst = deliveries.toReversed().map((delivery, at) => {
    const { id, source, instance, receivedAt, verified, flagged, outcome, contentType, headers, body } =
      delivery;
    const facts = { id, source, instance, receivedAt, verified, flagged, outcome, contentType, headers };
    left -= body?.byteLength ?? 0;
    if (body !== null && left < 0 && at > 0) return { ...facts, body: null, bodyLeftOut: true };
    return { ...facts, body: body === null ? null : Buffer.from(body).toString("utf8") };
  });
  return newestFirst.toReversed();
}

function read(
  id: string,
  services: Services,
  nowMs: number,
  kind?: "deployment",
): z.input<typeof detailOutput> {
  const detail = services.store.read.detail(wholeId(id, services), nowMs);
  if (detail === null || (kind !== undefined && detail.activity.kind !== kind)) {
    const other =
      detail === null ? undefined : `That is a ${detail.activity.kind}: vice activities show ${id}`;
    throw new ViceError("not-found", { what: kind ?? "activity", name: id, hint: other });
  }
  const { activity, transitions, deliveries, history, excluded } = detail;
  const { causes, effects } = services.store.traces.links(activity.id, nowMs);
  const links = [
    ...(activity.parentId === null ? [] : [{ to: activity.parentId, reason: "parent" }]),
    ...(activity.primaryId === null
      ? []
      : [{ to: activity.primaryId, reason: "another system reported the same deployment" }]),
    ...effects.map(({ activity: { id }, link }) => ({ to: id, reason: link.words })),
  ];
  return {
    ...activity,
    transitions: transitions.map(({ step, at, receivedAt, deliveryId, verified, facts }) => ({
      ...{ step, at, receivedAt, deliveryId, verified },
      facts: facts as Record<string, unknown>,
    })),
    links,
    causes: causes.map(linked),
    effects: effects.map(linked),
    deliveries: shownOf(deliveries),
    history,
    excluded,
  };
}

type Detail = z.output<typeof detailOutput>;

/** Tickets, changes and the like have none: only of what should have one it is said that it is unknown. */
function text(detail: Detail, style: Parameters<Command<Services>["text"]>[1]): string {
  const facts: Array<[string, string | null]> = [
    ["id", detail.id],
    ["status", sayStatus(detail)],
    ["service", detail.service],
    ["team", detail.team],
    ["environment", detail.environment],
    ["version", hasRelease(detail) ? sayRelease(detail) : null],
    ["commit", detail.commitSha],
    ["ref", detail.ref],
    ["kind", [detail.kind, detail.deploymentKind].filter(Boolean).join(", ")],
    ["started", detail.startedAt],
    ["finished", detail.finishedAt],
    [
      "took",
      detail.durationMs === null ? null : `${sayDuration(detail.durationMs)} (${detail.durationFrom})`,
    ],
    ["by", sayActor(detail)],
    [
      "reported by",
      `${detail.source}${detail.instance === null ? "" : ` (${detail.instance})`}${detail.verified ? "" : ", not verified"}`,
    ],
    ["link", detail.url],
    ["error", detail.error],
    ["left out", detail.excluded],
  ];
  const lines = facts
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${style.color("dim", name.padEnd(12))} ${printable(value ?? "")}`);
  const steps = table(
    detail.transitions,
    [
      { title: "at", value: (each) => each.at },
      { title: "step", value: (each) => each.step },
      { title: "delivery", value: (each) => each.deliveryId ?? "-" },
    ],
    style,
  );
  const corrections = detail.history.map(
    ({ type, at, actor, reason }) => `${at}  ${type} by ${actor ?? "unknown"}: ${printable(reason)}`,
  );
  const around = [
    ...detail.causes.map((each) => ["came of", each] as const),
    ...detail.effects.map((each) => ["led to", each] as const),
  ].map(
    ([word, { kind, name, reason }]) =>
      `${style.color("dim", word.padEnd(12))} ${printable(`${kind} ${name} (${reason})`)}`,
  );
  const linkedLines = around.length === 0 ? [] : ["", ...around.slice(0, MOST_LINKED)];
  return [...lines, ...linkedLines, "", steps, ...(corrections.length > 0 ? ["", ...corrections] : [])].join(
    "\n",
  );
}

export const showDeployment: Command<Services, typeof idInput, typeof detailOutput> = {
  id: "viz.deployment",
  words: ["deployments", "show"],
  part: "viz",
  summary: "Show one deployment with its transitions and raw deliveries.",
  examples: ["vice deployments show 0193f1c2", "vice deployments show 0193f1c2 --json"],
  effect: "read",
  positional: ["id"],
  input: idInput,
  output: detailOutput,
  http: { method: "GET", path: "/v1/deployments/:id" },
  run: ({ id }, { services, now }) => read(id, services, now(), "deployment"),
  text,
};

export const showActivity: Command<Services, typeof idInput, typeof detailOutput> = {
  id: "viz.activity",
  words: ["activities", "show"],
  part: "viz",
  summary: "Show one activity with its transitions and raw deliveries.",
  examples: ["vice activities show 0193f1c2"],
  effect: "read",
  positional: ["id"],
  input: idInput,
  output: detailOutput,
  http: { method: "GET", path: "/v1/activities/:id" },
  run: ({ id }, { services, now }) => read(id, services, now()),
  text,
};
