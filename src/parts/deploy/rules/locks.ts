/** `vice lock`, `vice unlock` and `vice locks`: one writer at a time for each service and environment. */
import { z } from "zod";
import { sayUntil } from "../../../domain/rules/say-moment.ts";
import { word } from "../../../domain/rules/word.ts";
import { sayAgo } from "../../../kit/ago.ts";
import { ViceError } from "../../../kit/errors.ts";
import { table } from "../../../kit/table.ts";
import { requireRole } from "../../config/index.ts";
import { deployCommand, durationOf, newInput, reasonInput, scopeOf } from "./define-command.ts";
import { holderOf } from "./holder.ts";
import { freeLock, isAlive, isHeldBy, type Lock, lockOn, locks } from "./lock-state.ts";
import { canonical, meantNames } from "./meant.ts";
import { takeWithin } from "./wait-for-lock.ts";
import { zoneHere } from "./zone-here.ts";

const lockSchema = z.strictObject({
  id: z.string(),
  service: z.string(),
  environment: z.string(),
  target: z.string().nullable(),
  holder: z.string(),
  by: z.string().nullable().describe("Who took it, as in the audit log"),
  reason: z.string(),
  at: z.string(),
  until: z
    .string()
    .nullable()
    .describe("When the lease ends without a sign of life; null: held until it is freed"),
  fencingToken: z.int().describe("Rises with each lock: a target refuses a smaller one than it has seen"),
  how: z.enum(["free", "stolen", "expired"]),
});

const place = {
  service: z.string().trim().min(1),
  environment: z.string().trim().min(1),
  target: z.string().trim().min(1).optional().describe("Only this target of the environment"),
};

const holderInput = z
  .string()
  .trim()
  .min(1)
  .optional()
  .describe("Who holds it, when you do not do so yourself: a pipeline, a job of yours");

export const lock = deployCommand({
  id: "deploy.lock",
  words: ["lock"],
  part: "deploy",
  summary: "Keep others from deploying a service to an environment, until it is unlocked or its lease ends.",
  examples: [
    'vice lock shop prod-eu --reason "migration by hand"',
    'vice lock shop prod-eu --lease 15m --wait 10m --reason "release 1.4.2"',
    'vice lock shop prod-eu --steal --reason "the holder is on holiday"',
  ],
  effect: "write",
  scope: "deploy",
  positional: ["service", "environment"],
  input: z.strictObject({
    ...place,
    reason: reasonInput,
    lease: z
      .string()
      .optional()
      .describe("Given up without a sign of life for so long; without it held until unlocked"),
    wait: z.string().optional().describe("Try again for so long when somebody holds it"),
    steal: z.boolean().default(false).describe("Take it from whoever holds it"),
    holder: holderInput,
    new: newInput,
  }),
  output: lockSchema,
  run: ({ target, reason, lease, wait, steal, holder, new: isNew, ...given }, ctx) => {
    const { service, environment } = meantNames(ctx, given, isNew);
    requireRole(ctx, "deployer", scopeOf({ service, environment }));
    return takeWithin(
      ctx,
      {
        ...{ service, environment, reason, steal, ...holderOf(ctx, holder) },
        target: target ?? null,
        leaseMs: lease === undefined ? null : durationOf(lease),
      },
      wait === undefined ? 0 : durationOf(wait),
    );
  },
  text: ({ service, environment, until, fencingToken, how }, { nowMs }) =>
    `${how === "stolen" ? "Taken over" : "Locked"}: ${service} in ${environment}${
      until === null ? "" : ` until ${sayUntil(until, nowMs, zoneHere())}`
    } (token ${fencingToken}).\nFree it: vice unlock ${word(service)} ${word(environment)} --fencing-token ${fencingToken}`,
});

export const unlock = deployCommand({
  id: "deploy.unlock",
  words: ["unlock"],
  part: "deploy",
  summary: "Free the lock of a service in an environment.",
  examples: [
    "vice unlock shop prod-eu",
    "vice unlock shop prod-eu --fencing-token 4711",
    'vice unlock shop prod-eu --reason "the job that held it was killed"',
  ],
  effect: "write",
  scope: "deploy",
  positional: ["service", "environment"],
  input: z.strictObject({
    ...place,
    reason: z
      .string()
      .trim()
      .min(1)
      .max(1000)
      .optional()
      .describe("Why; needed for the lock of somebody else. It stands in the audit log"),
    fencingToken: z.int().optional().describe("Free it only when this is still its fencing token"),
    holder: holderInput,
  }),
  output: lockSchema,
  run: async ({ target, reason, fencingToken, holder, ...given }, ctx) => {
    const { service, environment } = canonical(ctx, given);
    requireRole(ctx, "deployer", scopeOf({ service, environment }));
    const found = lockOn(ctx.services, { service, environment, target: target ?? null });
    if (found === null)
      throw new ViceError("not-found", {
        what: "lock of",
        name: `${service} in ${environment}`,
        hint: "List them: vice locks",
      });
    if (fencingToken !== undefined && fencingToken !== found.fencingToken)
      throw new ViceError("conflict", {
        message: `The lock is another one by now: ${found.holder} holds it with token ${found.fencingToken}. Nothing was changed.`,
        hint: "Look: vice locks",
      });
    const isOwn = fencingToken !== undefined || isHeldBy(found, holderOf(ctx, holder));
    if (!isOwn && reason === undefined && isAlive(found, ctx.now())) throw notYours(found, ctx.now());
    await freeLock(ctx, found.id, reason ?? "done");
    return found;
  },
  text: ({ service, environment, holder }) => `Free: ${service} in ${environment}, which ${holder} held.`,
});

function notYours(
  { service, environment, holder, at, reason, fencingToken }: Lock,
  nowMs: number,
): ViceError {
  return new ViceError("input.invalid", {
    message: `${holder} holds the lock of ${service} in ${environment} (${sayAgo(at, nowMs)}): ${reason}. It was not freed.`,
    hint: `Say why it is freed (--reason "..."), or which lock you mean (--fencing-token ${fencingToken}).`,
    holder,
    since: at,
  });
}

export const locksList = deployCommand({
  id: "deploy.locks",
  words: ["locks"],
  part: "deploy",
  summary: "Show what is locked, by whom, since when and why.",
  examples: ["vice locks"],
  effect: "read",
  positional: [],
  input: z.strictObject({}),
  output: z.strictObject({ items: z.array(lockSchema) }),
  list: "items",
  http: { method: "GET", path: "/v1/locks" },
  run: (_input, { services, now }) => ({ items: locks(services).filter((each) => isAlive(each, now())) }),
  text: ({ items }, style) =>
    items.length === 0
      ? "Nothing is locked."
      : table(
          items,
          [
            { title: "service", value: ({ service }) => service },
            {
              title: "environment",
              value: ({ environment, target }) => [environment, target].filter(Boolean).join(" · "),
            },
            { title: "holder", value: ({ holder }) => holder, flexible: true },
            { title: "since", value: ({ at }) => sayAgo(at, style.nowMs) },
            {
              title: "lease ends",
              value: ({ until }) => (until === null ? "-" : sayAgo(until, style.nowMs)),
            },
            { title: "reason", value: ({ reason }) => reason, flexible: true },
          ],
          style,
        ),
});
