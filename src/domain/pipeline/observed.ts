/** What a run says as activities: it is a deployment (or a pipeline) with its steps as stages below it. Pure. */

import type { Actor } from "../activity.ts";
import { outcomeOf } from "../deploy/outcome.ts";
import type { Facts, ObjectKey, Step } from "../transition.ts";
import type { PlannedStep } from "./plan.ts";
import type { RunFact } from "./run-events.ts";
import { type RunState, stepOf } from "./run-state.ts";

export interface Observed {
  object: ObjectKey;
  /** `run` = the id of the run names it; else it has the computed one of its object. */
  id: "run" | "object";
  step: Step;
  at: string;
  facts: Facts;
}

/** @param after the state with the fact in it */
export function observedOf(after: RunState, fact: RunFact, actor: Actor | null): Observed[] {
  const { type, time } = fact;
  if (type === "vice.run.planned.v1") return [aboutRun(after, "queued", time, beginning(after, actor))];
  if (type === "vice.run.started.v1" && after.plan.deployment === undefined)
    return [aboutRun(after, "running", time, { startedAt: time })];
  if (type === "vice.run.ended.v1") return [aboutRun(after, endOf(after), time, ending(after))];
  if (type !== "vice.step.ended.v1") return [];
  const { step: key, attempt, retryAt } = fact.data;
  const step = after.plan.steps.find((each) => each.key === key);
  if (step === undefined || retryAt !== null || attempt === 0) return [];
  const begins = after.plan.deployment !== undefined && step.kind === "gate" && isFine(after, key);
  return [
    aboutStep(after, step, time),
    // A deployment that waits to be allowed has not begun.
    ...(begins ? [aboutRun(after, "running", time, { startedAt: time })] : []),
  ];
}

const isFine = (state: RunState, key: string): boolean => stepOf(state, key).status === "succeeded";

function aboutRun({ head, plan }: RunState, step: Step, at: string, facts: Facts): Observed {
  const identityKind = plan.deployment === undefined ? "pipeline" : "deployment";
  return { object: objectOf(identityKind, head.id), id: "run", step, at, facts };
}

const objectOf = (identityKind: string, externalId: string): ObjectKey => ({
  ...{ identityKind, source: "vice", instance: "", externalId, attempt: 1 },
});

function beginning({ head, plan }: RunState, actor: Actor | null): Facts {
  const { deployment } = plan;
  const common = { actor, createdAt: head.plannedAt, ...parentOf(head.parent?.runId ?? null) };
  if (deployment === undefined)
    return { kind: "pipeline", ...common, tags: { name: plan.name, run: head.id } };
  const { service, environment, tier, team, release, operation, project, fixes } = deployment;
  const { version, commitSha, artifact } = release;
  return {
    ...{ kind: "deployment", ...common, service, environment, tier, team, version, commitSha },
    ...(artifact === null ? {} : { artifact: { name: artifact.name, digest: artifact.digest } }),
    ...(KIND_OF[operation] === undefined ? {} : { deploymentKind: KIND_OF[operation] }),
    tags: { project, operation, run: head.id, ...(fixes === undefined ? {} : { fixes }) },
  };
}

const parentOf = (parentId: string | null): Facts => (parentId === null ? {} : { parentId });

/** What is operated without another version coming there. */
const KIND_OF: Readonly<Record<string, NonNullable<Facts["deploymentKind"]>>> = {
  ...{ restart: "config", stop: "teardown" },
};

/** What was never allowed to begin did not fail: it counts as canceled. */
function endOf(state: RunState): Step {
  const { status } = state.head;
  if (status === "succeeded") return "succeeded";
  const outcome = state.plan.deployment === undefined ? null : outcomeOf(state).outcome;
  if (outcome === "succeeded") return "succeeded";
  return status === "failed" && outcome !== "refused" ? "failed" : "canceled";
}

function ending(state: RunState): Facts {
  const { head, plan } = state;
  const finishedAt = head.endedAt;
  if (plan.deployment === undefined) {
    const wrong = plan.steps.find(({ key }) => stepOf(state, key).status === "failed");
    const error = wrong === undefined ? null : `${wrong.key}: ${stepOf(state, wrong.key).error ?? "failed"}`;
    return { finishedAt, error };
  }
  const { outcome, reason } = outcomeOf(state);
  return { finishedAt, error: outcome === "succeeded" ? null : reason, tags: { outcome }, ...urlOf(state) };
}

/** Where it can be seen, when a step said so. */
function urlOf(state: RunState): Facts {
  const found = [...state.plan.steps]
    .reverse()
    .map(({ key }) => stepOf(state, key).outputs["url"])
    .find((url) => url !== undefined && /^https?:\/\//.test(url));
  return found === undefined ? {} : { url: found };
}

const STEP_OF: Readonly<Record<string, Step>> = {
  succeeded: "succeeded",
  failed: "failed",
  unknown: "failed",
};

function aboutStep(state: RunState, { key, kind }: PlannedStep, at: string): Observed {
  const { head, plan } = state;
  const { status, intendedAt, error, attempt } = stepOf(state, key);
  const place = plan.deployment;
  const about = place === undefined ? {} : { service: place.service, environment: place.environment };
  return {
    object: objectOf("stage", `${head.id}/${key}`),
    id: "object",
    step: STEP_OF[status] ?? "canceled",
    at,
    facts: {
      ...{ kind: "stage", ...about, startedAt: intendedAt, finishedAt: at, parentId: head.id, error },
      tags: { name: key, step: kind, run: head.id, ...(attempt > 1 ? { attempts: String(attempt) } : {}) },
    },
  };
}
