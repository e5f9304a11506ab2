/** What a project file asks of its environments, in the form that the rules work with. */
import type { Tier } from "../activity.ts";
import type { FreezeWindow } from "./freeze.ts";

export interface EnvironmentPolicy {
  name: string;
  tier: Tier | null;
  /** Environments in which the same version must have succeeded before; empty = none. */
  after: readonly string[];
  approvals: ApprovalPolicy | null;
  freezes: readonly FreezeWindow[];
  /** Most commits in one deployment; `null` = any number. */
  maxCommits: number | null;
  /** Most lines that one deployment adds and deletes together; `null` = any number. */
  maxLines: number | null;
}

export interface ApprovalPolicy {
  /** How many must agree, each another one and none of them the one who asked. */
  count: number;
  /** Role that they need in this environment; anybody who may approve when empty. */
  roles: readonly string[];
  /** An approval older than this counts no more; `null` = it does not age. */
  expiresAfterMs: number | null;
}

/** A registered project, as far as vice could read it. */
export interface Registered {
  project: string;
  /** `null` = a newer vice wrote it, or it is damaged: what it asks is not known. */
  policy: ProjectPolicy | null;
  /** Names of its services; of one that cannot be read `null` when not even these are known. */
  services: readonly string[] | null;
}

/** In the order of promotion. */
export interface ProjectPolicy {
  project: string;
  team: string | null;
  services: readonly string[];
  environments: readonly EnvironmentPolicy[];
}
