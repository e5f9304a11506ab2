/** A transition: one thing that one delivery says about one activity. State is a fold over the set of them. */
import type { Actor, Artifact, DeploymentKind, Kind, Tier } from "./activity.ts";

/**
 * The steps an activity goes through, in rank order. `observed` says nothing about the state: it only fills facts
 * (a Heroku stage found later, a build that tells when its release began).
 */
export const STEPS = {
  observed: { rank: 0, status: null },
  requested: { rank: 1, status: "pending" },
  queued: { rank: 2, status: "pending" },
  waiting: { rank: 3, status: "pending" },
  running: { rank: 4, status: "running" },
  succeeded: { rank: 5, status: "succeeded" },
  failed: { rank: 5, status: "failed" },
  canceled: { rank: 5, status: "canceled" },
} as const;
export type Step = keyof typeof STEPS;

export const isTerminal = (step: Step): boolean => STEPS[step].rank === 5;

/**
 * What names an activity at its source. Together with `attempt` it makes the stable id, so `identityKind` must not
 * depend on anything that only some of the deliveries carry: a Jenkins run is always `build` here, also when a
 * parameter or a rule makes it a deployment (`facts.kind`).
 */
export interface ObjectKey {
  identityKind: string;
  source: string;
  instance: string;
  externalId: string;
  attempt: number;
}

/** Everything a delivery may say beside the step. Absent or `null` = this delivery does not know. */
export interface Facts {
  kind?: Kind | null;
  deploymentKind?: DeploymentKind | null;
  /** The name the tool used, before any rule. */
  service?: string | null;
  team?: string | null;
  repository?: string | null;
  environment?: string | null;
  tier?: Tier | null;
  tenant?: string | null;
  version?: string | null;
  /** 40 or 64 hex, else leave it out and put a short one into `tags.shortSha`. */
  commitSha?: string | null;
  ref?: string | null;
  artifact?: Artifact | null;
  /** When the work began. Never a creation or queue time. ISO 8601. */
  startedAt?: string | null;
  /** When it ended, if that differs from `at` of the terminal transition. ISO 8601. */
  finishedAt?: string | null;
  /** When the source made the object; used for `occurredAt` when there is neither start nor finish. */
  createdAt?: string | null;
  /** Duration as the source reports it, in milliseconds. */
  durationMs?: number | null;
  actor?: Actor | null;
  url?: string | null;
  /** W3C trace id (32 hex) that the source handed on. */
  traceId?: string | null;
  /** Id of the parent activity. */
  parentId?: string | null;
  tags?: Record<string, string>;
  error?: string | null;
}

/** One normalised observation, as an adapter returns it. */
export interface Transition {
  object: ObjectKey;
  step: Step;
  /** Source time of this step (ISO 8601); `null` = the source gave none and the receive time counts. */
  at: string | null;
  /** The source opens the same id again after it closed (tickets, changes): a later terminal step then counts. */
  reopens?: boolean;
  facts: Facts;
}

/** A transition as it is folded: with its resolved time, its id and where it came from. */
export interface StoredTransition {
  activityId: string;
  step: Step;
  at: string;
  reopens: boolean;
  /** Content key: equal for equal content, so that a repetition is recognised. */
  key: string;
  facts: Facts;
  verified: boolean;
  deliveryId: string | null;
  receivedAt: string;
}
