/** `vice freeze add|lift|override|list`: times without deployments, beside those that projects write down. */
import { z } from "zod";
import { sayMoment, sayUntil } from "../../../domain/rules/say-moment.ts";
import { sayAgo } from "../../../kit/ago.ts";
import { ViceError } from "../../../kit/errors.ts";
import { uuidv7 } from "../../../kit/ids.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import type { Stands } from "../../../ports/standing.ts";
import { requireRole } from "../../config/index.ts";
import { recordEvents, saidEvent } from "../../data/index.ts";
import {
  deployCommand,
  momentOf,
  newInput,
  reasonInput,
  saidSchema,
  sayAbout,
  scopeInput,
} from "./define-command.ts";
import { findStanding } from "./find-standing.ts";
import { overridden, overridesNow } from "./freeze-overrides.ts";
import { projectWindow, projectWindows, sayWindow } from "./freeze-windows.ts";
import { meantScope } from "./meant-scope.ts";
import { scopeNow } from "./scope-now.ts";
import { nameOfActor } from "./who.ts";
import { zoneHere } from "./zone-here.ts";

const frozen = z.strictObject({
  ...saidSchema,
  from: z.string(),
  to: z.string().nullable().describe("null: until it is lifted"),
});

const frozenOf = (
  services: Services,
  { key, at, actor, data }: Stands<"freeze">,
): z.output<typeof frozen> => ({
  id: key,
  scope: scopeNow(services, data.scope),
  reason: data.reason,
  at,
  by: actor,
  byName: nameOfActor(services, actor),
  from: data.from,
  to: data.to,
});

const NAMES = { what: "freeze", list: "vice freeze list" };

export const freezeAdd = deployCommand({
  id: "deploy.freeze",
  words: ["freeze", "add"],
  part: "deploy",
  summary:
    "Freeze: no deployments there for a time. Without flags: everywhere, from now, until it is lifted.",
  examples: [
    'vice freeze add --tier production --from 2026-12-20T16:00Z --to 2027-01-02T08:00Z --reason "year end"',
    'vice freeze add --environment prod-eu --to 4h --reason "audit"',
  ],
  effect: "write",
  scope: "deploy",
  positional: [],
  input: z.strictObject({
    ...scopeInput,
    from: z.string().optional().describe("A moment or a duration from now; without it now"),
    to: z.string().optional().describe("A moment or a duration from now; without it until it is lifted"),
    reason: reasonInput,
    new: newInput,
  }),
  output: frozen,
  run: async ({ reason, from, to, new: isNew, ...given }, ctx) => {
    const nowMs = ctx.now();
    const scope = meantScope(ctx, given, isNew);
    requireRole(ctx, "deployer", scope);
    const freezeId = uuidv7(nowMs);
    const [begin, end] = [momentOf(from ?? "0s", nowMs), to === undefined ? null : momentOf(to, nowMs)];
    if (end !== null && end <= begin)
      throw new ViceError("input.invalid", {
        message: `The freeze would end (${end}) before it begins (${begin}). Nothing was changed.`,
        hint: "Say a later --to.",
      });
    const data = { freezeId, scope, from: begin, to: end, reason };
    await recordEvents(ctx, [saidEvent(ctx, "vice.freeze.declared.v1", freezeId, data)]);
    return frozenOf(ctx.services, findStanding(ctx.services, "freeze", freezeId, NAMES));
  },
  text: ({ id, scope, from, to, reason }, { nowMs }) =>
    `Frozen: ${sayAbout(scope)} from ${sayMoment(from, nowMs, zoneHere())} until ${sayUntil(to, nowMs, zoneHere())}: ${reason}\nEarlier: vice freeze lift ${id} --reason "..."`,
});

export const freezeLift = deployCommand({
  id: "deploy.freeze-lift",
  words: ["freeze", "lift"],
  part: "deploy",
  summary: "Lift a freeze before its time.",
  examples: ['vice freeze lift 0193f1c2 --reason "the audit is done"'],
  effect: "write",
  scope: "deploy",
  positional: ["id"],
  input: z.strictObject({
    id: z.string().trim().min(1).describe("Of the freeze, or its unique start"),
    reason: reasonInput,
  }),
  output: frozen,
  run: async ({ id, reason }, ctx) => {
    const found = findStanding(ctx.services, "freeze", id, NAMES);
    requireRole(ctx, "deployer", found.data.scope);
    await recordEvents(ctx, [
      saidEvent(ctx, "vice.freeze.lifted.v1", found.key, { freezeId: found.key, reason }),
    ]);
    return frozenOf(ctx.services, found);
  },
  text: ({ scope }) => `Lifted: ${sayAbout(scope)} may be deployed again.`,
});

export const freezeList = deployCommand({
  id: "deploy.freeze-list",
  words: ["freeze", "list"],
  part: "deploy",
  summary: "Show the freezes that were declared and are not over, and the windows that projects write down.",
  examples: ["vice freeze list"],
  effect: "read",
  positional: [],
  input: z.strictObject({}),
  output: z.strictObject({
    items: z.array(frozen),
    overrides: z.array(overridden).describe("That let deployments pass now"),
    windows: z.array(projectWindow).describe("Of registered projects; those that are over are left out"),
  }),
  list: "items",
  http: { method: "GET", path: "/v1/freezes" },
  run: (_input, { services, now }) => ({
    items: services.store.standing
      .list("freeze")
      .filter(({ data }) => data.to === null || Date.parse(data.to) > now())
      .map((row) => frozenOf(services, row)),
    overrides: overridesNow(services, now()),
    windows: projectWindows(services, now()),
  }),
  note: ({ overrides }) =>
    overrides
      .map(
        ({ id, scope, until, reason, byName }) =>
          `Overridden${byName === null ? "" : ` by ${byName}`} until ${sayUntil(until, Date.now(), zoneHere())} for ${sayAbout(scope)}: ${reason} (${id})`,
      )
      .join("\n"),
  text: ({ items, windows }, style) => {
    const rows = [
      ...items.map(({ scope, from, to, byName, reason, id }) => ({
        ...{ about: sayAbout(scope), reason, id, by: byName ?? "-" },
        from: sayAgo(from, style.nowMs),
        to: to === null ? "further notice" : sayAgo(to, style.nowMs),
      })),
      ...windows.map((window) => ({
        ...{ about: sayWindow(window), reason: window.reason, id: "", by: `project ${window.project}` },
        from: window.holds ? "now" : window.when,
        to: window.until === null ? "-" : sayAgo(window.until, style.nowMs),
      })),
    ];
    if (rows.length === 0) return "Nothing is frozen, and no registered project has a window.";
    return table(
      rows,
      [
        { title: "frozen", value: ({ about }) => about },
        { title: "from", value: ({ from }) => from },
        { title: "to", value: ({ to }) => to },
        { title: "by", value: ({ by }) => by },
        { title: "reason", value: ({ reason }) => reason, flexible: true },
        { title: "id", value: ({ id }) => id },
      ],
      style,
    );
  },
});
