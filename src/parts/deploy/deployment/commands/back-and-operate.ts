/** `vice rollback`, and `vice deploy start|stop|restart`: what is done with releases that are known. */
import { z } from "zod";
import type { Release } from "../../../../domain/deploy/release.ts";
import type { CommandContext } from "../../../../kit/command.ts";
import { ViceError } from "../../../../kit/errors.ts";
import { nearest } from "../../../../kit/nearest.ts";
import type { Services } from "../../../../ports/services.ts";
import { deployCommand } from "../../rules/define-command.ts";
import { carryOut, deployableFor, howInput, plannedFor, whereInput } from "../carry-out.ts";
import type { Deployable } from "../find-deployable.ts";
import { planViewOf } from "../plan-view.ts";
import { bare, formerReleases, isLeftInBetween, runningRelease } from "../releases.ts";
import { answering } from "./deploy.ts";

const planInput = z.boolean().default(false).describe("Only say what would be done");

export const rollback = deployCommand({
  id: "deploy.rollback",
  words: ["rollback"],
  part: "deploy",
  summary:
    "Go back to a release that ran there healthily before; freezes and approvals do not stand in the way.",
  examples: [
    "vice rollback shop prod-eu",
    "vice rollback shop prod-eu --to v1.4.1",
    "vice rollback shop --plan",
  ],
  effect: "write",
  scope: "deploy",
  positional: ["service", "environment"],
  input: z.object({
    ...whereInput,
    to: z.string().trim().min(1).optional().describe("A version that ran there; default: the one before"),
    ...howInput,
    plan: planInput,
  }),
  run: async ({ to, wait, detach, plan, ...where }, ctx) => {
    const deployable = deployableFor(where, ctx);
    const release = releaseBefore(deployable, to ?? null, ctx);
    const made = await plannedFor(deployable, { operation: "rollback", release, wait }, ctx);
    if (plan) return { planned: planViewOf(made), run: null, note: made.note };
    return { planned: null, run: await carryOut(made, { detach }, ctx), note: made.note };
  },
  ...answering,
});

/** @throws ViceError `not-found` with what could be gone back to */
function releaseBefore(
  { service, environment }: Deployable,
  to: string | null,
  { services, now }: CommandContext<Services>,
): Release {
  const running = runningRelease(services, service, environment.name);
  // What is recorded is then what is to be gone back to.
  const isLeft = isLeftInBetween(services, service, environment.name, now());
  const before = formerReleases(services, service, environment.name, now()).filter(
    ({ id }) => isLeft || id !== running?.id,
  );
  const found =
    to === null
      ? before.find(({ version }) => isLeft || version !== running?.version)
      : before.find(({ version, commitSha, id }) => version === to || commitSha === to || id === to);
  if (found !== undefined) return bare(found);
  const known = before.flatMap(({ version }) => version ?? []);
  const where = `${service} in ${environment.name}`;
  throw new ViceError("not-found", {
    message:
      to === null
        ? `There is nothing to go back to: no other release of ${where} is known to have been well. Nothing was done.`
        : `${to} is not known to have run as ${where}. Nothing was done.`,
    ...(to === null ? {} : { nearest: nearest(to, known) }),
    hint:
      known.length === 0
        ? `See: vice deploy history ${service} ${environment.name}`
        : `There are: ${[...new Set(known)].slice(0, 10).join(", ")}`,
  });
}

const SUMMARIES = {
  start: "Start what was stopped: the release that ran there.",
  stop: "Stop what runs there; nothing else is changed.",
  restart: "Stop and start what runs there.",
} as const;

const operate = (operation: keyof typeof SUMMARIES) =>
  deployCommand({
    id: `deploy.${operation}`,
    words: null,
    part: "deploy",
    summary: SUMMARIES[operation],
    examples: [`vice deploy ${operation} shop staging`],
    effect: "write",
    scope: "deploy",
    positional: ["service", "environment"],
    input: z.object({ ...whereInput, ...howInput, plan: planInput }),
    run: async ({ wait, detach, plan, ...where }, ctx) => {
      const made = await plannedFor(deployableFor(where, ctx), { operation, wait }, ctx);
      if (plan) return { planned: planViewOf(made), run: null, note: made.note };
      return { planned: null, run: await carryOut(made, { detach }, ctx), note: made.note };
    },
    ...answering,
  });

export const start = operate("start");
export const stop = operate("stop");
export const restart = operate("restart");
