/** `vice approval ask|list|withdraw` and `vice approve`: others than the one who asks agree to a deployment. */
import { z } from "zod";
import { foldName } from "../../../domain/tier.ts";
import { sayAgo } from "../../../kit/ago.ts";
import { ViceError } from "../../../kit/errors.ts";
import { uuidv7 } from "../../../kit/ids.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import type { Stands } from "../../../ports/standing.ts";
import { requireRole } from "../../config/index.ts";
import { recordEvents, saidEvent } from "../../data/index.ts";
import { assertMeant } from "./assert-meant.ts";
import { deployCommand, momentOf, newInput, reasonInput, scopeOf } from "./define-command.ts";
import { findStanding } from "./find-standing.ts";
import { nameOfActor } from "./who.ts";

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
});
type Asked = z.output<typeof askedSchema>;

interface Subject {
  service: string;
  environment: string;
  version: string | null;
}

/** A wish without a version is about whatever comes. */
const isAbout = (said: Subject, { service, environment, version }: Subject): boolean =>
  foldName(said.service) === foldName(service) &&
  foldName(said.environment) === foldName(environment) &&
  (said.version === null || version === null || said.version === version);

const approvalOf = (services: Services, { key, actor, at, data }: Stands<"approval">): Approval => ({
  id: key,
  service: data.service,
  environment: data.environment,
  version: data.version,
  by: actor,
  byName: nameOfActor(services, actor),
  at,
  expiresAt: data.expiresAt,
  note: data.note,
});

const askedOf = (services: Services, { actor, at, data }: Stands<"approval-asked">): Asked => ({
  ...data,
  by: actor,
  byName: nameOfActor(services, actor),
  at,
});

/** Approvals that fit, also old ones: the rules know how old one may be. An approval of another version does not fit. */
export const approvalsOf = (services: Services, about: Subject): Approval[] =>
  services.store.standing
    .list("approval")
    .map((row) => approvalOf(services, row))
    .filter((each) => isAbout(each, about) && (each.version === null || each.version === about.version));

/** Who asked last for it. */
export const requesterOf = (services: Services, about: Subject): string | null =>
  services.store.standing
    .list("approval-asked")
    .map((row) => askedOf(services, row))
    .findLast((each) => isAbout(each, about))?.by ?? null;

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
  run: async ({ service, environment, version = null, reason = null, new: isNew }, ctx) => {
    assertMeant(ctx.services, { service, environment }, isNew, ctx.now());
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
    `Asked. Somebody else says: vice approve ${service} ${environment}${version === null ? "" : ` --version ${version}`}`,
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
  output: approvalSchema,
  run: async ({ service, environment, version = null, expires, note = null, new: isNew }, ctx) => {
    assertMeant(ctx.services, { service, environment }, isNew, ctx.now());
    const about = { service, environment, version };
    requireRole(ctx, "approver", scopeOf({ service, environment }));
    if (requesterOf(ctx.services, about) === ctx.principal.id)
      throw new ViceError("deploy.not-allowed", {
        message: `${ctx.principal.name} asked for this deployment, and so cannot agree to it. Nothing was changed.`,
        hint: "Somebody else with a token or a session of his own does: vice token create",
      });
    const approvalId = uuidv7(ctx.now());
    const expiresAt = expires === undefined ? null : momentOf(expires, ctx.now());
    const data = { approvalId, ...about, expiresAt, note };
    await recordEvents(ctx, [saidEvent(ctx, "vice.approval.given.v1", approvalId, data)]);
    return approvalOf(ctx.services, findStanding(ctx.services, "approval", approvalId, NAMES));
  },
  text: ({ id, service, environment, version, expiresAt }) =>
    `Agreed: ${version ?? "the next version"} of ${service} may go to ${environment}${
      expiresAt === null ? "" : ` until ${expiresAt}`
    }.\nTake it back: vice approval withdraw ${id} --reason "..."`,
});

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
  run: (_input, { services }) => ({
    items: services.store.standing.list("approval").map((row) => approvalOf(services, row)),
    asked: services.store.standing.list("approval-asked").map((row) => askedOf(services, row)),
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
