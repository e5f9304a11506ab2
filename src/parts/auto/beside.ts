/** What stands beside a run: how people are called, who is in its groups, and in a list what it deploys. */
import { isSettled, type RunState, stepOf } from "../../domain/pipeline/run-state.ts";
import type { CommandContext } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { nameOfActor } from "../data/index.ts";
import { waitsBeside } from "./inner-run.ts";
import type { Beside, RunView } from "./run-view.ts";

export const besideOf = async (
  state: RunState,
  { services }: Pick<CommandContext<Services>, "services">,
): Promise<Beside> => ({
  nameOf: namesIn(services),
  held: heldBeside(state, services),
  waits: await waitsBeside(state, services),
});

/** Asks for each name once. */
export function namesIn(services: Services): Beside["nameOf"] {
  const known = new Map<string | null, string | null>();
  return (actor) => {
    const name = known.get(actor) ?? nameOfActor(services, actor);
    known.set(actor, name);
    return name;
  };
}

/** A deployment by vice is an activity with the id of its run. */
export function deploymentOf(id: string, { store }: Services, nowMs: number): RunView["deployment"] {
  const activity = store.read.activity(id, nowMs);
  if (activity === null || activity.kind !== "deployment") return null;
  const { service, environment, version, tags, error } = activity;
  const { operation = null, outcome = null, project = null } = tags;
  const known = { project, service, environment, version, operation, outcome };
  return { ...known, former: null, reason: error, changed: false };
}

function heldBeside(state: RunState, { store }: Services): ReadonlyMap<string, string> {
  const held = new Map<string, string>();
  const isOpen = ({ key }: { key: string }): boolean => !isSettled(stepOf(state, key));
  if (!state.plan.steps.some((step) => step.group !== null && isOpen(step))) return held;
  for (const id of store.runs.open()) {
    const other = id === state.head.id ? null : store.runs.get(id);
    for (const { group, key } of other?.plan.steps ?? [])
      if (group !== null && other !== null && stepOf(other, key).status === "running") held.set(group, id);
  }
  return held;
}
