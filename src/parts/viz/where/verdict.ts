/** Whether commits are part of what stands at another, as far as the known graph can say. */
import type { Services } from "../../../ports/services.ts";
import type { Part } from "./subject.ts";

export const STATES = ["there", "partly", "not-yet", "no-longer", "unknown"] as const;
export type State = (typeof STATES)[number];

export interface Verdict {
  state: Exclude<State, "no-longer">;
  /** How many of them are there, as far as is known. */
  there: number;
  /** Why it is not known. */
  reason: string | null;
}

const short = (sha: string): string => sha.slice(0, 8);

/** @param head what runs there; `null` = it says no commit */
export function verdictFor(parts: readonly Part[], head: string | null, { store }: Services): Verdict {
  if (parts.length === 0) return { state: "unknown", there: 0, reason: "no commit of it is known" };
  if (head === null) return { state: "unknown", there: 0, reason: "what runs there says no commit" };
  const all = parts.map(({ sha }) => store.commits.isIn(head, sha));
  const there = all.filter((each) => each.known && each.reaches).length;
  const isLacking = all.some((each) => each.known && !each.reaches);
  if (isLacking) return { state: there > 0 ? "partly" : "not-yet", there, reason: null };
  const [missing = null] = all.flatMap((each) => (each.known ? [] : [each.missing[0] ?? head]));
  if (missing === null) return { state: "there", there, reason: null };
  return { state: "unknown", there, reason: reasonOf(missing, head, store) };
}

function reasonOf(missing: string, head: string, { commits }: Services["store"]): string {
  if (commits.get(head) === null)
    return `commit ${short(head)} is not known, so only an equal sha would be seen`;
  return commits.get(missing) === null
    ? `commit ${short(missing)} is not known`
    : `what is before commit ${short(missing)} is not known`;
}
