/** `vice approval ask|list|withdraw` and `vice approve`: others than the one who asks agree to a deployment. */
import { z } from "zod";
import { sayUntil } from "../../../domain/rules/say-moment.ts";
import { word } from "../../../domain/rules/word.ts";
import { sayAgo } from "../../../kit/ago.ts";
import { ViceError } from "../../../kit/errors.ts";
import { uuidv7 } from "../../../kit/ids.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import type { Stands } from "../../../ports/standing.ts";
import { requireRole } from "../../config/index.ts";
import { recordEvents, saidEvent } from "../../data/index.ts";
import { openWishes, placeNow, type Subject, standingApprovals } from "./approval-state.ts";
import { deployCommand, momentOf, newInput, reasonInput, scopeOf } from "./define-command.ts";
import { findStanding } from "./find-standing.ts";
import { meantNames } from "./meant.ts";
import { isPerson, personOf } from "./persons.ts";
import type { SayingContext } from "./rule-context.ts";
import { nameOfActor } from "./who.ts";
import { zoneHere } from "./zone-here.ts";

const subject = {
  service: z.string().trim().min(1),
  environment: z.string().trim().min(1),
  version: z.string().trim().min(1).optional().describe("Only for this version; without it for the next one"),
};

const approvalSchema = z.strictObject({
  id: z.string(),
  service: z.string(),
  environment: z.string(),
  version: z.string().nullable(),
  by: z.string().nullable().describe("As in the audit log"),
  byName: z.string().nullable().describe("What people call them"),
  at: z.string(),
  expiresAt: z.string().nullable(),
  note: z.string().nullable(),
});
type Approval = z.output<typeof approvalSchema>;

const askedSchema = z.strictObject({
  service: z.string(),
  environment: z.string(),
  version: z.string().nullable(),
  by: z.string().nullable().describe("As in the audit log"),
  byName: z.string().nullable().describe("What people call them"),
  at: z.string(),
  reason: z.string().nullable(),
  run: z.string().optional().describe("The run that waits for it"),
});
type Asked = z.output<typeof askedSchema>;

const approvalOf = (services: Services, { key, actor, at, data }: Stands<"approval">): Approval => ({
  id: key,
  ...placeNow(services, data),
  version: data.version,
  by: actor,
  byName: nameOfActor(services, actor),
  at,
  expiresAt: data.expiresAt,
  note: data.note,
});

const askedOf = (services: Services, { actor, at, data }: Stands<"approval-asked">): Asked => ({
  ...data,
  ...placeNow(services, data),
  by: actor,
  byName: nameOfActor(services, actor),
  at,
});

export const askApproval = deployCommand({
  id: "deploy.approval-ask",
  words: ["approval", "ask"],
  part: "deploy",
  summary: "Ask others to agree to a deployment.",
  examples: ['vice approval ask shop prod-eu --version v1.4.2 --reason "the new checkout"'],
  effect: "write",
  scope: "deploy",
  positional: ["service", "environment"],
  input: z.strictObject({ ...subject, reason: z.string().trim().min(1).max(1000).optional(), new: newInput }),
  output: askedSchema,
  run: async ({ version = null, reason = null, new: isNew, ...given }, ctx) => {
    const { service, environment } = meantNames(ctx, given, isNew);
    requireRole(ctx, "deployer", scopeOf({ service, environment }));
    const data = { service, environment, version, reason };
    await recordEvents(ctx, [saidEvent(ctx, "vice.approval.asked.v1", `${service}/${environment}`, data)]);
    return {
      ...data,
      by: ctx.principal.id,
      byName: ctx.principal.name,
      at: new Date(ctx.now()).toISOString(),
    };
  },
  text: ({ service, environment, version }) =>
    `Asked. Somebody else says: vice approve ${word(service)} ${word(environment)}${version === null ? "" : ` --version ${word(version)}`}`,
});

export const approve = deployCommand({
  id: "deploy.approve",
  words: ["approve"],
  part: "deploy",
  summary: "Agree to a deployment that somebody else asked for.",
  examples: [
    "vice approve shop prod-eu --version v1.4.2",
    'vice approve shop prod-eu --expires 4h --note "seen on staging"',
  ],
  effect: "write",
  scope: "deploy",
  positional: ["service", "environment"],
  input: z.strictObject({
    ...subject,
    expires: z.string().optional().describe("For how long it counts; the project may say less"),
    note: z.string().trim().min(1).max(1000).optional(),
    new: newInput,
  }),
  output: approvalSchema.extend({
    already: z.boolean().describe("You had said so before; nothing was changed"),
  }),
  run: async ({ version = null, expires, note = null, new: isNew, ...given }, ctx) => {
    const about = { ...meantNames(ctx, given, isNew), version };
    requireRole(ctx, "approver", scopeOf(about));
    assertOther(ctx, about);
    const former = expires === undefined && note === null ? ownOf(ctx, about) : null;
    if (former !== null) return { ...approvalOf(ctx.services, former), already: true };
    const approvalId = uuidv7(ctx.now());
    const expiresAt = expires === undefined ? null : momentOf(expires, ctx.now());
    const admin = ctx.principal.scopes.includes("admin") ? { admin: true } : {};
    const data = { approvalId, ...about, expiresAt, note, ...admin };
    await recordEvents(ctx, [saidEvent(ctx, "vice.approval.given.v1", approvalId, data)]);
    const made = findStanding(ctx.services, "approval", approvalId, NAMES);
    return { ...approvalOf(ctx.services, made), already: false };
  },
  text: ({ id, service, environment, version, expiresAt, at, already }, { nowMs }) =>
    `${already ? `You agreed already (${sayAgo(at, nowMs)})` : "Agreed"}: ${version ?? "the next version"} of ${service} may go to ${environment}${
      expiresAt === null ? "" : ` until ${sayUntil(expiresAt, nowMs, zoneHere())}`
    }.\nTake it back: vice approval withdraw ${id} --reason "..."`,
});

/** @throws ViceError `deploy.not-allowed` for who asked, by whatever identity */
function assertOther(ctx: SayingContext, about: Subject): void {
  const { services, principal } = ctx;
  if (!standingApprovals(ctx, about).requesters.some((person) => isPerson(services, principal, person)))
    return;
  throw new ViceError("deploy.not-allowed", {
    message: `${principal.name} asked for this deployment, and so cannot agree to it. Nothing was changed.`,
    hint: "Somebody else with a token or a session of his own does: vice token create",
  });
}

/** What the same person said already, and what still counts for just this. */
const ownOf = (ctx: SayingContext, about: Subject): Stands<"approval"> | null =>
  standingApprovals(ctx, about).given.findLast(
    ({ actor, data }) =>
      data.version === about.version &&
      (data.expiresAt === null || ctx.now() < Date.parse(data.expiresAt)) &&
      isPerson(ctx.services, ctx.principal, personOf(ctx.services, actor ?? "")),
  ) ?? null;

const NAMES = { what: "approval", list: "vice approval list" };

export const withdrawApproval = deployCommand({
  id: "deploy.approval-withdraw",
  words: ["approval", "withdraw"],
  part: "deploy",
  summary: "Take an approval back.",
  examples: ['vice approval withdraw 0193f1c2 --reason "a test is red"'],
  effect: "write",
  scope: "deploy",
  positional: ["id"],
  input: z.strictObject({
    id: z.string().trim().min(1).describe("Of the approval, or its unique start"),
    reason: reasonInput,
  }),
  output: approvalSchema,
  run: async ({ id, reason }, ctx) => {
    const found = findStanding(ctx.services, "approval", id, NAMES);
    requireRole(ctx, "approver", scopeOf(found.data));
    const data = { approvalId: found.key, reason };
    await recordEvents(ctx, [saidEvent(ctx, "vice.approval.withdrawn.v1", found.key, data)]);
    return approvalOf(ctx.services, found);
  },
  text: ({ service, environment }) => `Taken back: the approval of ${service} in ${environment}.`,
});

export const approvalsList = deployCommand({
  id: "deploy.approval-list",
  words: ["approval", "list"],
  part: "deploy",
  summary: "Show which deployments wait for somebody to agree, and who agreed to what.",
  examples: ["vice approval list"],
  effect: "read",
  positional: [],
  input: z.strictObject({}),
  output: z.strictObject({ items: z.array(approvalSchema), asked: z.array(askedSchema) }),
  list: "items",
  http: { method: "GET", path: "/v1/approvals" },
  run: (_input, ctx) => ({
    items: ctx.services.store.standing.list("approval").map((row) => approvalOf(ctx.services, row)),
    asked: openWishes(ctx).map((row) => askedOf(ctx.services, row)),
  }),
  text: ({ items, asked }, style) => {
    const rows = [
      ...asked.map((each) => ({ ...each, state: "asked", id: "" })),
      ...items.map((each) => ({ ...each, state: "agreed" })),
    ].sort((a, b) => b.at.localeCompare(a.at));
    if (rows.length === 0) return "Nobody asked for an approval, and nobody gave one.";
    return table(
      rows,
      [
        { title: "service", value: ({ service }) => service },
        { title: "environment", value: ({ environment }) => environment },
        { title: "version", value: ({ version }) => version ?? "any" },
        { title: "", value: ({ state }) => state },
        { title: "by", value: ({ byName }) => byName ?? "-" },
        { title: "when", value: ({ at }) => sayAgo(at, style.nowMs) },
        { title: "id", value: ({ id }) => id },
      ],
      style,
    );
  },
});
