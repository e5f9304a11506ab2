/** What GitLab's words for states and tiers mean here. */
import { TIERS, type Tier } from "../../../domain/activity.ts";
import { guessTier } from "../../../domain/tier.ts";
import type { Step } from "../../../domain/transition.ts";
import { text } from "../shaping.ts";

/**
 * States of deployments, pipelines and jobs (GitLab docs "Deployments API", "Pipelines API", "Jobs API").
 * `completed` is in no document, but in recorded rows of the deployments API.
 */
const STEP_OF: Readonly<Record<string, Step>> = {
  created: "requested",
  waiting_for_resource: "queued",
  waiting_for_callback: "queued",
  preparing: "queued",
  pending: "queued",
  scheduled: "waiting",
  manual: "waiting",
  blocked: "waiting",
  running: "running",
  success: "succeeded",
  completed: "succeeded",
  failed: "failed",
  canceled: "canceled",
  skipped: "canceled",
};

/** @returns the step; a state that we do not know says nothing about ours */
export function stepOf(status: unknown): Step {
  const word = text(status)?.toLowerCase() ?? "";
  return (Object.hasOwn(STEP_OF, word) ? STEP_OF[word] : null) ?? "observed";
}

/**
 * GitLab's five tiers have our names (GitLab docs "Environments", "Deployment tier of environments"). It has none for
 * previews and calls `review/...` development: there it knows less than the name says, so `null`.
 */
export function tierOf(tier: unknown, environment: unknown): Tier | null {
  if (guessTier(text(environment)) === "ephemeral") return null;
  const word = text(tier)?.toLowerCase();
  return TIERS.find((known) => known === word) ?? null;
}

/** Seconds, also fractional ones, as whole milliseconds. */
export const secondsToMs = (seconds: unknown): number | null =>
  typeof seconds === "number" && Number.isFinite(seconds) && seconds >= 0 && seconds < 1e9
    ? Math.round(seconds * 1000)
    : null;
