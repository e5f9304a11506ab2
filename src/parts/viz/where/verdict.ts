/** Whether commits are part of what stands at another, as far as the known graph can say, and were not taken back there. */
import type { StoredCommit } from "../../../ports/commits.ts";
import type { Services } from "../../../ports/services.ts";
import type { Part } from "./subject.ts";
import type { TakenBack } from "./taken-back.ts";

export const STATES = ["there", "partly", "not-yet", "no-longer", "taken-back", "unknown"] as const;
export type State = (typeof STATES)[number];

export interface Verdict {
  state: Exclude<State, "no-longer">;
  /** How many of them are there and hold, as far as is known. */
  there: number;
  /** The revert that took back what is not there for that reason. */
  takenBackBy: StoredCommit | null;
  /** Why it is not known. */
  reason: string | null;
}

const short = (sha: string): string => sha.slice(0, 8);

/** @param head what runs there; `null` = it says no commit */
export function verdictFor(
  parts: readonly Part[],
  head: string | null,
  { store }: Services,
  takenBack: TakenBack,
): Verdict {
  const nothing = { there: 0, takenBackBy: null };
  if (parts.length === 0) return { ...nothing, state: "unknown", reason: "no commit of it is known" };
  if (head === null) return { ...nothing, state: "unknown", reason: "what runs there says no commit" };
  const all = parts.map(({ sha }) => ({ sha, found: store.commits.isIn(head, sha) }));
  const reached = all.filter(({ found }) => found.known && found.reaches);
  const undone = undoneIn(
    reached.map(({ sha }) => sha),
    head,
    store,
    takenBack,
  );
  const there = reached.length - undone.length;
  const [takenBackBy = null] = undone;
  const said = { there, takenBackBy, reason: null };
  if (takenBackBy !== null) return { ...said, state: there > 0 ? "partly" : "taken-back" };
  const isLacking = all.some(({ found }) => found.known && !found.reaches);
  if (isLacking) return { ...said, state: there > 0 ? "partly" : "not-yet" };
  const [missing = null] = all.flatMap(({ found }) => (found.known ? [] : [found.missing[0] ?? head]));
  if (missing === null) return { ...said, state: "there" };
  return { ...said, state: "unknown", reason: reasonOf(missing, head, store) };
}

/** The revert of each that was taken back, unless a later commit of the same work, made on top of it, brought it again. */
function undoneIn(
  shas: readonly string[],
  head: string,
  { commits }: Services["store"],
  takenBack: TakenBack,
): StoredCommit[] {
  const takers = shas.map((sha) => takenBack.at(head, sha));
  const holding = shas.filter((_, at) => takers[at] === null);
  const isAbove = (sha: string, taker: string): boolean => {
    const found = commits.isIn(sha, taker);
    return sha !== taker && found.known && found.reaches;
  };
  return takers
    .filter((taker) => taker !== null)
    .filter(({ sha }) => !holding.some((one) => isAbove(one, sha)));
}

function reasonOf(missing: string, head: string, { commits }: Services["store"]): string {
  if (commits.get(head) === null)
    return `commit ${short(head)} is not known, so only an equal sha would be seen`;
  return commits.get(missing) === null
    ? `commit ${short(missing)} is not known`
    : `what is before commit ${short(missing)} is not known`;
}
