/** The normal form: how every deployment, build, change, ticket or local action reads, whatever system reported it. */

/** Anything in the delivery of software that takes time. */
export const KINDS = [
  "deployment",
  "build",
  "pipeline",
  "stage",
  "change",
  "ticket",
  "sprint",
  "check",
  "exposure",
  "incident",
  "action",
] as const;
export type Kind = (typeof KINDS)[number];

/** `abandoned` is computed when read (started, never ended, past its time) and never stored. */
export const STATUSES = ["pending", "running", "succeeded", "failed", "canceled", "abandoned"] as const;
export type Status = (typeof STATUSES)[number];

/** What people move when they get to it: that nothing was told of it for days says nothing, so it is never abandoned. */
export const PATIENT_KINDS: readonly Kind[] = ["ticket", "change", "sprint", "incident"];

const OPEN: readonly (Status | null)[] = ["running", "pending"];

/** Whether what began at this moment is taken for abandoned. */
export function isAbandoned(
  { kind, status }: { kind: Kind; status: Status | null },
  beganMs: number,
  { nowMs, abandonAfterMs }: { nowMs: number; abandonAfterMs: number },
): boolean {
  return OPEN.includes(status) && !PATIENT_KINDS.includes(kind) && nowMs - beganMs > abandonAfterMs;
}

export const DEPLOYMENT_KINDS = ["deploy", "redeploy", "rollback", "config", "teardown"] as const;
export type DeploymentKind = (typeof DEPLOYMENT_KINDS)[number];

export const TIERS = ["production", "staging", "testing", "development", "ephemeral", "other"] as const;
export type Tier = (typeof TIERS)[number];

export interface Artifact {
  name: string | null;
  digest: string | null;
}

/** Who did it, as the source names the person or the robot. */
export interface Actor {
  name: string | null;
  login: string | null;
}

/**
 * One activity in the normal form (CONTRACT section 2). All keys are always present; `null` = not known.
 * Times are ISO 8601 UTC with milliseconds; `durationMs` is in milliseconds.
 */
export interface Activity {
  id: string;
  kind: Kind;
  deploymentKind: DeploymentKind | null;
  source: string;
  instance: string | null;
  externalId: string | null;
  attempt: number;
  service: string | null;
  team: string | null;
  repository: string | null;
  environment: string | null;
  tier: Tier | null;
  tenant: string | null;
  status: Status | null;
  version: string | null;
  commitSha: string | null;
  ref: string | null;
  artifact: Artifact | null;
  startedAt: string | null;
  finishedAt: string | null;
  durationMs: number | null;
  durationFrom: "reported" | "paired" | null;
  occurredAt: string;
  actor: Actor | null;
  url: string | null;
  traceId: string;
  parentId: string | null;
  primaryId: string | null;
  verified: boolean;
  tags: Record<string, string>;
  error: string | null;
}

export type Deployment = Activity & { kind: "deployment" };
