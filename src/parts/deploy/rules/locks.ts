/** `vice lock`, `vice unlock` and `vice locks`: one writer at a time for each service and environment. */
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { sayAgo } from "../../../kit/ago.ts";
import type { CommandContext } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { requireRole } from "../../config/index.ts";
import { assertMeant } from "./assert-meant.ts";
import { deployCommand, durationOf, newInput, reasonInput, scopeOf } from "./define-command.ts";
import { freeLock, isAlive, type Lock, type LockWish, lockOn, locks, takeLock } from "./lock-state.ts";

const lockSchema = z.strictObject({
  id: z.string(),
  service: z.string(),
  environment: z.string(),
  target: z.string().nullable(),
  holder: z.string(),
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

/** Between two tries of `--wait`. */
const TRY_EVERY_MS = 500;

/** @throws ViceError `deploy.not-allowed` when the time is over */
async function takeWithin(ctx: CommandContext<Services>, wish: LockWish, waitMs: number): Promise<Lock> {
  const end = ctx.now() + waitMs;
  for (;;) {
    try {
      return await takeLock(ctx, wish);
    } catch (error) {
      const held = error instanceof ViceError && error.code === "deploy.not-allowed";
      if (!held || ctx.now() >= end || ctx.signal.aborted) throw error;
      ctx.progress(null, error.message);
      await wait(Math.min(TRY_EVERY_MS, Math.max(1, end - ctx.now())), undefined, { signal: ctx.signal });
    }
  }
}

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
    holder: z
      .string()
      .trim()
      .min(1)
      .optional()
      .describe("Who holds it, when that is not you: a pipeline, a job"),
    new: newInput,
  }),
  output: lockSchema,
  run: ({ service, environment, target, reason, lease, wait: span, steal, holder, new: isNew }, ctx) => {
    assertMeant(ctx.services, { service, environment }, isNew, ctx.now());
    requireRole(ctx, "deployer", scopeOf({ service, environment }));
    return takeWithin(
      ctx,
      {
        service,
        environment,
        target: target ?? null,
        reason,
        steal,
        holder: holder ?? ctx.principal.name,
        leaseMs: lease === undefined ? null : durationOf(lease),
      },
      span === undefined ? 0 : durationOf(span),
    );
  },
  text: ({ service, environment, until, fencingToken, how }) =>
    `${how === "stolen" ? "Taken over" : "Locked"}: ${service} in ${environment}${
      until === null ? "" : ` until ${until}`
    } (token ${fencingToken}).\nFree it: vice unlock ${service} ${environment}`,
});

export const unlock = deployCommand({
  id: "deploy.unlock",
  words: ["unlock"],
  part: "deploy",
  summary: "Free the lock of a service in an environment.",
  examples: ["vice unlock shop prod-eu"],
  effect: "write",
  scope: "deploy",
  positional: ["service", "environment"],
  input: z.strictObject({
    ...place,
    reason: z.string().trim().min(1).max(1000).default("done"),
    fencingToken: z.int().optional().describe("Free it only when this is still its fencing token"),
  }),
  output: lockSchema,
  run: async ({ service, environment, target, reason, fencingToken }, ctx) => {
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
    await freeLock(ctx, found.id, reason);
    return found;
  },
  text: ({ service, environment, holder }) => `Free: ${service} in ${environment}, which ${holder} held.`,
});

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
