/** `vice deploy pause|resume|abort`: what a person says to a deployment on its way, by the names of what it deploys. */
import { z } from "zod";
import { foldName } from "../../../../domain/fold-name.ts";
import type { RunState } from "../../../../domain/pipeline/run-state.ts";
import type { CommandContext } from "../../../../kit/command.ts";
import { ViceError } from "../../../../kit/errors.ts";
import type { Said } from "../../../../ports/auto.ts";
import type { Services } from "../../../../ports/services.ts";
import { followRun, runView } from "../../../auto/index.ts";
import { requireRole } from "../../../config/index.ts";
import { deployCommand, reasonInput } from "../../rules/define-command.ts";
import { exitOf, nextFor, sayDeployment } from "../run-result.ts";

const where = {
  service: z.string().trim().min(1).optional().describe("Default: the only one on its way"),
  environment: z.string().trim().min(1).optional(),
};
type Where = { service?: string | undefined; environment?: string | undefined };
type Context = CommandContext<Services>;

/** @throws ViceError `not-found`, `input.invalid` when several are on their way */
function onItsWay({ service, environment }: Where, ctx: Context): RunState {
  const { store } = ctx.services;
  const fits = (wanted: string | undefined, name: string): boolean =>
    wanted === undefined || foldName(wanted) === foldName(name);
  const found = store.runs.open().flatMap((id) => {
    const state = store.runs.get(id);
    const deployment = state?.plan.deployment;
    if (state === null || deployment === undefined) return [];
    const named = fits(service, deployment.service) || fits(service, deployment.project);
    return named && fits(environment, deployment.environment) ? [state] : [];
  });
  const [first, ...others] = found;
  if (first === undefined)
    throw new ViceError("not-found", {
      message: `Nothing is being deployed ${service === undefined ? "" : `of ${service} `}now. Nothing was changed.`,
      hint: `See what was: vice deploy history${service === undefined ? "" : ` ${service}`}`,
    });
  if (others.length > 0)
    throw new ViceError("input.invalid", {
      message: `${found.length} deployments are on their way: ${found.map(({ plan }) => plan.name).join("; ")}.`,
      hint: "Name the service and the environment.",
    });
  const { deployment } = first.plan;
  if (deployment !== undefined) {
    const { tier, team } = deployment;
    requireRole(ctx, "deployer", {
      service: deployment.service,
      environment: deployment.environment,
      tier,
      team,
    });
  }
  return first;
}

async function say(said: Said, ctx: Context, wait: boolean) {
  await ctx.services.auto.say(said, ctx.principal.id);
  return followRun(said.data.runId, ctx, !wait);
}

const common = { words: null, part: "deploy", effect: "write", scope: "deploy", output: runView } as const;

export const abort = deployCommand({
  ...common,
  id: "deploy.abort",
  summary: "Stop a deployment and go back to what ran before; with --now everything stops where it is.",
  examples: [
    'vice deploy abort shop prod-eu --reason "wrong version"',
    'vice deploy abort --now --reason "..."',
  ],
  positional: ["service", "environment"],
  input: z.object({
    ...where,
    reason: reasonInput,
    now: z.boolean().default(false).describe("Nothing more is done, also not going back"),
  }),
  run: ({ reason, now, ...names }, ctx) => {
    const { id: runId } = onItsWay(names, ctx).head;
    const how = now ? "abort" : "cancel";
    return say({ type: "vice.run.cancel-asked.v1", data: { runId, how, reason } }, ctx, true);
  },
  text: sayDeployment,
  // That it is stopped is what was wanted; that it is not back, or was there already, is not.
  exit: (run) => (exitOf(run) === 22 || run.deployment?.outcome === "succeeded" ? 22 : 0),
  note: nextFor,
});

const turn = (verb: "pause" | "resume", summary: string) =>
  deployCommand({
    ...common,
    id: `deploy.${verb}`,
    summary,
    examples: [`vice deploy ${verb} shop prod-eu --reason "look at the numbers first"`],
    positional: ["service", "environment"],
    input: z.object({ ...where, reason: reasonInput }),
    run: ({ reason, ...names }, ctx) => {
      const { head } = onItsWay(names, ctx);
      const type = verb === "pause" ? "vice.run.paused.v1" : "vice.run.resumed.v1";
      return say({ type, data: { runId: head.id, reason } }, ctx, verb === "resume");
    },
    text: sayDeployment,
    exit: (run) => (verb === "pause" ? 0 : exitOf(run)),
    note: nextFor,
  });

export const pause = turn("pause", "Let what runs come to its end, and begin no further step.");
export const resume = turn("resume", "Go on with what was paused.");
