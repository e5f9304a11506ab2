/** The fold: from the set of transitions of one activity to its state. Pure, and blind to the order of arrival. */
import type { Activity, Kind, Status } from "./activity.ts";
import { type Facts, isTerminal, type ObjectKey, STEPS, type StoredTransition } from "./transition.ts";

/** State of an activity before names are resolved and before it is related to its neighbours. */
export interface FoldedActivity
  extends Omit<Activity, "service" | "team" | "environment" | "tier" | "tenant" | "primaryId"> {
  /** Facts as reported, later ones filling and refining earlier ones: the input of the name rules. */
  reported: Facts;
}

/** Sorting by (time, rank, key) makes the fold a function of the set. */
export function compareTransitions(a: StoredTransition, b: StoredTransition): number {
  return compare(a.at, b.at) || STEPS[a.step].rank - STEPS[b.step].rank || compare(a.key, b.key);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Facts from lower ranks never overwrite; among equals the later one wins; `null` never erases. */
function mergeFacts(sorted: readonly StoredTransition[]): Facts {
  const merged: Record<string, unknown> = {};
  const tags: Record<string, string> = {};
  const rankOf: Record<string, number> = {};
  for (const { facts, step } of sorted) {
    for (const [key, value] of Object.entries(facts)) {
      if (value === null || value === undefined || key === "tags") continue;
      if (EARLIEST.has(key) && key in merged) {
        if (String(value) < String(merged[key])) merged[key] = value;
        continue;
      }
      if (key in merged && (rankOf[key] ?? 0) > STEPS[step].rank && step !== "observed") continue;
      merged[key] =
        key === "kind" && key in merged ? strongerKind(merged[key] as Kind, value as Kind) : value;
      rankOf[key] = STEPS[step].rank;
    }
    for (const [key, value] of Object.entries(facts.tags ?? {})) {
      const former = tags[key];
      tags[key] = former !== undefined && FIRST_TAGS.has(key) && former < value ? former : value;
    }
  }
  return { ...merged, tags: sortKeys(tags) } as Facts;
}

const EARLIEST = new Set(["startedAt", "createdAt"]);

/** Times in tags of which the first counts: a second review does not make the first one later. */
const FIRST_TAGS = new Set(["firstReviewAt", "firstApprovalAt", "firstCommitAt"]);

/** A run that one delivery calls a build and another a deployment is a deployment. */
const strongerKind = (a: Kind, b: Kind): Kind =>
  a === "deployment" || b === "deployment" ? "deployment" : b;

function sortKeys(tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).sort(([a], [b]) => compare(a, b)));
}

interface Life {
  status: Status | null;
  finish: StoredTransition | null;
  running: StoredTransition | null;
  reopenings: number;
}

/** The first terminal step sets the finish; later ones count only where the source reopens the same id. */
function walk(sorted: readonly StoredTransition[]): Life {
  const life: Life = { status: null, finish: null, running: null, reopenings: 0 };
  let rank = -1;
  for (const transition of sorted) {
    const { rank: stepRank, status } = STEPS[transition.step];
    if (status === null) continue;
    if (transition.step === "running" && life.running === null) life.running = transition;
    if (life.finish !== null) {
      if (!transition.reopens || isTerminal(transition.step)) continue;
      life.finish = null;
      life.reopenings += 1;
      rank = -1;
    }
    if (stepRank < rank) continue;
    rank = stepRank;
    life.status = status;
    if (isTerminal(transition.step)) life.finish = transition;
  }
  return life;
}

/**
 * Folds the transitions of one activity.
 * @param transitions at least one, in any order, each with the same `activityId`
 * @param traceId the trace id given when the activity was first stored (it never changes)
 */
export function fold(
  object: ObjectKey,
  transitions: readonly StoredTransition[],
  traceId: string,
): FoldedActivity {
  const sorted = transitions.length > 1 ? [...transitions].sort(compareTransitions) : transitions;
  const first = sorted[0];
  if (first === undefined) throw new Error("fold needs at least one transition");
  const facts =
    sorted.length > 1 ? mergeFacts(sorted) : { ...first.facts, tags: sortKeys(first.facts.tags ?? {}) };
  const life = walk(sorted);
  const startedAt = facts.startedAt ?? life.running?.at ?? null;
  const finishedAt = life.finish === null ? null : (life.finish.facts.finishedAt ?? life.finish.at);
  const ended = life.finish !== null;
  const paired =
    startedAt !== null && finishedAt !== null ? Date.parse(finishedAt) - Date.parse(startedAt) : null;
  const reportedMs = ended ? (facts.durationMs ?? null) : null;
  const pairedMs = paired !== null && paired >= 0 ? paired : null;
  return {
    id: first.activityId,
    kind: facts.kind ?? "action",
    deploymentKind: facts.deploymentKind ?? null,
    source: object.source,
    instance: object.instance === "" ? null : object.instance,
    externalId: object.externalId === "" ? null : object.externalId,
    attempt: object.attempt + life.reopenings,
    repository: facts.repository ?? null,
    status: life.status,
    version: facts.version ?? null,
    commitSha: facts.commitSha ?? null,
    ref: facts.ref ?? null,
    artifact: facts.artifact ?? null,
    startedAt,
    finishedAt,
    durationMs: reportedMs ?? pairedMs,
    durationFrom: reportedMs !== null ? "reported" : pairedMs !== null ? "paired" : null,
    occurredAt: finishedAt ?? startedAt ?? facts.createdAt ?? first.at,
    actor: facts.actor ?? null,
    url: facts.url ?? null,
    traceId,
    parentId: facts.parentId ?? null,
    verified: sorted.every((transition) => transition.verified),
    tags: facts.tags ?? {},
    error: ended && life.status === "succeeded" ? null : (facts.error ?? null),
    reported: facts,
  };
}
