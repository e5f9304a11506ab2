/** The words of the DORA metrics: which there are, by which rules they can be counted, and what an answer looks like. */
import type { Incident } from "./delivered.ts";
import type { Cause } from "./outcome.ts";

export const DORA_METRICS = [
  "deploymentFrequency",
  "changeLeadTime",
  "changeFailRate",
  "failedDeploymentRecoveryTime",
  "reworkRate",
] as const;
export type DoraMetric = (typeof DORA_METRICS)[number];

export const DORA_RULES = ["vice", "datadog", "devlake", "gitlab", "fourkeys"] as const;
export type DoraRule = (typeof DORA_RULES)[number];

export const UNITS = {
  deploymentFrequency: "per_day",
  changeLeadTime: "seconds",
  changeFailRate: "ratio",
  failedDeploymentRecoveryTime: "seconds",
  reworkRate: "ratio",
} as const;

/** One number. `value: null` says why in `reason`; a number may have a reason too, when it should be read with care. */
export interface Figure {
  value: number | null;
  /** How many things it was made from: deployments, commits, failures. */
  count: number;
  reason: string | null;
  /** What nine of ten stay below, for times. */
  p90?: number | null;
  /** Failures that are not repaired yet, and so are not in the value. */
  open?: number;
  /** The value may be off by this share (it comes from a histogram); without it, it is exact. */
  error?: number;
  /** The days that it was counted over, where fewer than the period's: those since the first deployment known. */
  days?: number;
  /** Of several services: how many somebody watches; only these are in the value. */
  services?: Watched;
}

/** Of the services that deployed: how many there are, and of how many it would be known that something failed. */
export interface Watched {
  all: number;
  watched: number;
}
export type Figures = Record<DoraMetric, Figure>;

/** A commit that a deployment brought. Times in milliseconds since 1970. */
export interface Lead {
  sha: string;
  committedMs: number;
}

/** A merged change that a deployment brought, for the rules that count changes instead of commits. */
export interface LeadChange {
  id: string;
  /** `null` = nobody said when. */
  openedMs: number | null;
  mergedMs: number;
  /** The earliest commit of its branch; `null` = its commits are not known. */
  firstCommitMs: number | null;
}

/** Why a deployment gives no lead time. */
export const LEAD_REASONS = {
  first: "it is the first one known there, and with nothing before it nobody can say what it brought",
  "no-commit": "it does not say which commit it deployed",
  "base-no-commit": "the one before it does not say which commit it deployed",
  unknown: "its commits are not known here",
  none: "it brought no commit that was not live there before",
  several: "its version is known with several commits, and nobody can say which of them it is",
} as const;
export type LeadReason = keyof typeof LEAD_REASONS;

/** One deployment with everything that rules ask of it. */
export interface DoraRow {
  id: string;
  service: string;
  environment: string;
  tenant: string;
  atMs: number;
  kind: string;
  release: string | null;
  /** See `BITS` in `outcome.ts`. */
  bits: number;
  leads: readonly Lead[];
  leadReason: LeadReason | null;
  /** What told the commit of its version, where its own tool did not; `null` = it did, or nothing does. */
  commitFrom: "build" | "pipeline" | "deployment" | null;
  /** `null` = nobody looked. */
  changes: readonly LeadChange[] | null;
  recoveryMs: number | null;
  gapMs: number | null;
  causes: readonly Cause[];
  /** Incidents that are linked to it. */
  incidents: ReadonlyArray<Pick<Incident, "id" | "beganMs" | "endedMs" | "toldMs">>;
  /** Whether it is the first of its delivery: one run that deployed several services is one delivery. */
  isFirstOfDelivery: boolean;
  /** Whether anything would have told that it failed; see `Known`. */
  isWatched: boolean;
}

/** What is known beyond the period, to tell "nothing happened" from "nobody would have noticed". */
export interface Known {
  /** Since when deployments are known there: the beginning of the day of the first one; `null` = none ever was. */
  firstMs: number | null;
  /**
   * The services that deployed, and how many of them are watched: something told once that one of their deployments
   * failed (an incident, a rollback, a revert, a hotfix), or looks after deployments whether they work (a check).
   * `null` = all of them are.
   */
  services: Watched | null;
  /** Why lead times are missing, when they are. */
  leadReason: LeadReason | null;
}
