/** Finds out whether a deployment was made to repair something: rollback, revert, hotfix, or said to fix one. Pure. */
import type { Activity } from "../activity.ts";

export type Remedy = "rollback" | "revert" | "hotfix" | "fix";

type Said = Pick<Activity, "deploymentKind" | "ref" | "tags">;

/** `Revert "Add cards"`, as git and the forges write it. */
const REVERT = /^[ \t]*revert(?:ed|s)?\b[ :]*["“'(]|^[ \t]*this reverts commit [0-9a-f]{7,}/im;
/** Branch and label names that Datadog DORA Metrics takes as recovery by default ("Change failure detection"): hotfix, incident. */
const HOTFIX = /(?:^|[/_\-\s,:])(?:hot-?fix|incident)(?:$|[/_\-\s,:])/i;
const REVERT_BRANCH = /^(?:refs\/heads\/)?revert-\d+-/i;

/** Tags in which sources and people say what was changed. */
const TITLES = ["title", "message", "commitMessage", "description"] as const;
const LABELS = ["labels", "label", "type", "branch", "headBranch"] as const;

/** The first that applies: a rollback, an explicit `fixes`, a revert by title or branch, a hotfix by label or branch. */
export function remedyOf({ deploymentKind, ref, tags }: Said): Remedy | null {
  if (deploymentKind === "rollback") return "rollback";
  if (tags["fixes"]) return "fix";
  const branches = [ref, tags["branch"], tags["headBranch"]].filter((name) => typeof name === "string");
  // As the readers of pull and merge requests mark them.
  if (tags["revert"] === "true") return "revert";
  if (TITLES.some((key) => REVERT.test(tags[key] ?? "")) || branches.some((name) => REVERT_BRANCH.test(name)))
    return "revert";
  if (tags["hotfix"] === "true") return "hotfix";
  const labels = LABELS.map((key) => tags[key]);
  return [ref, ...labels].some((word) => typeof word === "string" && HOTFIX.test(word)) ? "hotfix" : null;
}
