/** Which of the things that happened around a moment most likely has to do with it. Pure, and said in words. */
import type { Kind, Tier } from "../activity.ts";
import { sayDuration } from "../say-duration.ts";

export interface Happened {
  /** When it had its effect, milliseconds since 1970. */
  ms: number;
  kind: Kind | "rule";
  failed: boolean;
  /** The same service as asked for, one that is linked with it, another one; `null` = no service was asked for. */
  relation: "same" | "linked" | "other" | null;
  /** How they are linked, in words. */
  link: string | null;
  /** What its environment is for; `null` = it has none, or nobody said. */
  tier: Tier | null;
  /** Commits of a deployment; `null` = not known. */
  commits: number | null;
}

export interface Ranked {
  /** 0..1; only the order has a meaning. */
  score: number;
  /** Why it stands where it stands, the weightiest first. */
  why: string[];
}

/** At half of this distance something counts half as much. */
const HALF_SHARE = 1 / 4;
/** What comes after the moment did not cause it; it may be the answer to it. */
const AFTER = 0.3;

const RELATION = { same: 1, linked: 0.5, other: 0.15 } as const;

/** How often such a thing is what changed something for users. */
const KIND: Partial<Record<Happened["kind"], number>> = {
  deployment: 1,
  exposure: 0.9,
  rule: 0.6,
  incident: 0.9,
  action: 0.5,
  pipeline: 0.35,
  build: 0.3,
  stage: 0.25,
};
const OTHER_KIND = 0.2;

/** How many users see what happens in an environment. */
const TIER: Readonly<Record<Tier, number>> = {
  production: 1,
  staging: 0.3,
  testing: 0.2,
  development: 0.15,
  ephemeral: 0.1,
  other: 0.5,
};
/** Of something that has no environment, as a build, or whose environment nobody named the use of. */
const NO_TIER = 0.9;

function sayDistance(ms: number): string {
  if (Math.abs(ms) < 30_000) return "at that moment";
  return `${sayDuration(ms)} ${ms < 0 ? "before" : "after"}`;
}

const ofSize = (commits: number): number => 0.8 + 0.2 * Math.min(1, Math.log2(1 + commits) / 6);

/**
 * nearness × relation × kind × environment × size: nearness halves with every quarter of the window, what came after counts
 * 0.3; the same service 1, a linked one 0.5, another 0.15; production 1, staging 0.3, a preview 0.1; size from 0.8 (no commit) to 1 (64 commits and more), 0.9 when not known.
 * @param withinMs the window before and after the moment
 */
export function rankOf(happened: Happened, atMs: number, withinMs: number): Ranked {
  const { ms, kind, relation, link, tier, commits, failed } = happened;
  const distance = ms - atMs;
  const nearness = 0.5 ** (Math.abs(distance) / (withinMs * HALF_SHARE)) * (distance > 0 ? AFTER : 1);
  const related = relation === null ? 1 : RELATION[relation];
  const size = kind !== "deployment" || commits === null ? 0.9 : ofSize(commits);
  const place = tier === null ? NO_TIER : TIER[tier];
  const score = nearness * related * (KIND[kind] ?? OTHER_KIND) * place * size;
  const why = [
    sayDistance(distance),
    relation === "same" ? "the same service" : relation === "linked" ? (link ?? "a linked service") : null,
    tier === "production" ? "in production" : null,
    kind === "deployment" && commits !== null ? `${commits} commit${commits === 1 ? "" : "s"}` : null,
    failed ? "it failed" : null,
  ];
  return { score: Math.round(score * 1e6) / 1e6, why: why.filter((each) => each !== null) };
}
