/** What a deployment was, seen from what ran in the same place before: deploy, redeploy, rollback. Pure. */
import type { DeploymentKind } from "./activity.ts";

/** What identifies a release for comparison: the version, else the commit, else the digest. */
export function releaseOf(facts: {
  version: string | null;
  commitSha: string | null;
  artifact: { digest: string | null } | null;
}): string | null {
  return facts.version ?? facts.commitSha ?? facts.artifact?.digest ?? null;
}

/** What the place knows about the moment before this deployment started. */
export interface Before {
  /** The release that ran there; `null` = nothing ran or it is not known. */
  running: string | null;
  /** Whether this release has run there at any earlier time. */
  ranEarlier: boolean;
}

/**
 * @param reported what the source or a rule says: `config`, `teardown` and `rollback` are taken as they are
 * @param release see `releaseOf`; without one nothing can be compared and it is a `deploy`
 */
export function deploymentKindOf(
  reported: DeploymentKind | null,
  release: string | null,
  before: Before,
): DeploymentKind {
  if (reported !== null && reported !== "deploy") return reported;
  if (release === null) return "deploy";
  if (release === before.running) return "redeploy";
  return before.ranEarlier ? "rollback" : "deploy";
}
