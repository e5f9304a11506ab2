/** `vice freeze add|lift|override|list`: times without deployments, beside those that projects write down. */
import { z } from "zod";
import { sayAgo } from "../../../kit/ago.ts";
import { ViceError } from "../../../kit/errors.ts";
import { uuidv7 } from "../../../kit/ids.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import type { Stands } from "../../../ports/standing.ts";
import { requireRole } from "../../config/index.ts";
import { recordEvents, saidEvent } from "../../data/index.ts";
import { assertMeant } from "./assert-meant.ts";
import {
  deployCommand,
  momentOf,
  newInput,
  reasonInput,
  saidSchema,
  sayAbout,
  scopeInput,
  scopeOf,
  scopeSchema,
} from "./define-command.ts";
import { findStanding } from "./find-standing.ts";
import { nameOfActor } from "./who.ts";

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
  scope: data.scope,
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
    assertMeant(ctx.services, given, isNew, ctx.now());
    const nowMs = ctx.now();
    const scope = scopeOf(given);
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
  text: ({ id, scope, from, to, reason }) =>
    `Frozen: ${sayAbout(scope)} from ${from} to ${to ?? "further notice"}: ${reason}\nEarlier: vice freeze lift ${id} --reason "..."`,
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

const overridden = z.strictObject({
  id: z.string(),
  scope: scopeSchema,
  until: z.string(),
  reason: z.string(),
});

export const freezeOverride = deployCommand({
  id: "deploy.freeze-override",
  words: ["freeze", "override"],
  part: "deploy",
  summary: "Let deployments pass the freezes of a service or an environment for a short time, with a reason.",
  examples: ['vice freeze override --service shop --environment prod-eu --for 1h --reason "security fix"'],
  effect: "danger",
  scope: "deploy",
  positional: [],
  input: z.strictObject({
    ...scopeInput,
    for: z.string().default("1h").describe("How long"),
    reason: reasonInput,
    new: newInput,
  }),
  output: overridden,
  run: async ({ reason, for: span, new: isNew, ...given }, ctx) => {
    assertMeant(ctx.services, given, isNew, ctx.now());
    const scope = scopeOf(given);
    if (scope.service === null && scope.environment === null)
      throw new ViceError("input.invalid", {
        message: "An override is for a service, an environment or both. Nothing was changed.",
        hint: "Say --service S --environment E.",
      });
    requireRole(ctx, "approver", scope);
    const overrideId = uuidv7(ctx.now());
    const until = momentOf(span, ctx.now());
    const data = { overrideId, scope, until, reason };
    await recordEvents(ctx, [saidEvent(ctx, "vice.freeze.overridden.v1", overrideId, data)]);
    return { id: overrideId, scope, until, reason };
  },
  text: ({ scope, until }) =>
    `Until ${until} no freeze holds for ${sayAbout(scope)}. It stands in the audit log.`,
});

export const freezeList = deployCommand({
  id: "deploy.freeze-list",
  words: ["freeze", "list"],
  part: "deploy",
  summary: "Show the freezes that were declared and are not over.",
  examples: ["vice freeze list"],
  effect: "read",
  positional: [],
  input: z.strictObject({}),
  output: z.strictObject({
    items: z.array(frozen),
    overrides: z.array(overridden).describe("That let deployments pass now"),
  }),
  list: "items",
  http: { method: "GET", path: "/v1/freezes" },
  run: (_input, { services, now }) => ({
    items: services.store.standing
      .list("freeze")
      .filter(({ data }) => data.to === null || Date.parse(data.to) > now())
      .map((row) => frozenOf(services, row)),
    overrides: services.store.standing
      .list("override")
      .filter(({ data }) => Date.parse(data.until) > now())
      .map(({ key, data: { scope, until, reason } }) => ({ id: key, scope, until, reason })),
  }),
  note: ({ overrides }) =>
    overrides
      .map(({ scope, until, reason }) => `Overridden until ${until} for ${sayAbout(scope)}: ${reason}`)
      .join("\n"),
  text: ({ items }, style) =>
    items.length === 0
      ? "No freeze was declared. Those of a project stand in its vice.yaml."
      : table(
          items,
          [
            { title: "frozen", value: ({ scope }) => sayAbout(scope) },
            { title: "from", value: ({ from }) => sayAgo(from, style.nowMs) },
            { title: "to", value: ({ to }) => (to === null ? "further notice" : sayAgo(to, style.nowMs)) },
            { title: "by", value: ({ byName }) => byName ?? "-" },
            { title: "reason", value: ({ reason }) => reason, flexible: true },
            { title: "id", value: ({ id }) => id },
          ],
          style,
        ),
});
