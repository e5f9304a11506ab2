/** Finds out from the commits and changes that a deployment brought whether it was made to repair something. Pure. */

import type { Activity } from "../activity.ts";
import { mentionsOf } from "../commits/mentions.ts";
import { isWholeSha } from "../commits/sha.ts";
import { type Remedy, remedyOf } from "./remedy.ts";

/** A commit of a deployment. */
export interface Brought {
  sha: string;
  message: string | null;
  /** Was not live in its place before. */
  isNew: boolean;
  /** Merged changes that it belongs to and that say what they repair; `id` is anything that is one for each. */
  changes: ReadonlyArray<{ id: number | string; remedy: Remedy }>;
}

/** `Revert "Revert ..."` and `Reapply "..."` (git since 2.43) bring something back: that is planned. */
const BRINGS_BACK = /^(?:Reapply "|revert:? "(?:revert:?|reapply) ")/i;

/** Why a merged change was not planned; `null` = nothing says so, or it is not merged. */
export function remedyOfChange(activity: Activity): Remedy | null {
  if (activity.kind !== "change" || activity.status !== "succeeded") return null;
  return remedyOf(activity);
}

/** Whole shas under which a change may have been brought: its merge commit and its head. */
export function shasOfChange({ commitSha, tags }: Pick<Activity, "commitSha" | "tags">): string[] {
  const all = [tags["mergeCommitSha"], commitSha].map((sha) => sha?.toLowerCase() ?? "");
  return [...new Set(all.filter(isWholeSha))];
}

/**
 * A revert, when a new commit takes back what was live: what is taken back by the same deployment was never live. Then
 * what the changes say.
 */
export function remedyOfBrought(brought: readonly Brought[]): Remedy | null {
  const targets = brought.map(({ message }) => takesBack(message, brought));
  if (targets.some((target, at) => target === "live" && brought[at]?.isNew === true)) return "revert";
  const inside = new Set(
    brought.flatMap(({ changes }, at) => (targets[at] === "own" ? changes.map(({ id }) => id) : [])),
  );
  const told = brought
    .filter(({ isNew }) => isNew)
    .flatMap(({ changes }) => changes)
    .filter(({ id, remedy }) => remedy !== "revert" || !inside.has(id))
    .map(({ remedy }) => remedy);
  return told.find((remedy) => remedy === "revert") ?? told[0] ?? null;
}

/** `own` = a commit of the same deployment; `null` = nothing. */
function takesBack(message: string | null, batch: readonly Brought[]): "live" | "own" | null {
  if (message === null || !/revert/i.test(message) || BRINGS_BACK.test(message)) return null;
  const { reverts, revertsSubject } = mentionsOf(message);
  if (reverts.length > 0)
    return reverts.every((start) => batch.some(({ sha }) => sha.startsWith(start))) ? "own" : "live";
  if (revertsSubject === null) return null;
  return batch.some((each) => subjectOf(each.message) === revertsSubject) ? "own" : "live";
}

const subjectOf = (message: string | null): string => message?.split("\n", 1)[0]?.trim() ?? "";
