/** Whether two activities that carry the same anchor belong together, and the words for why. Pure. */
import type { Activity } from "../activity.ts";
import { type Anchor, anchorsOf, REASONS, type Reason, SPAN_PLACE } from "./anchors.ts";

/** A directed link between two activities, from cause to effect. */
export interface Link {
  from: string;
  to: string;
  reason: Reason;
  /** For people. */
  words: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A branch's name is used again: its builds belong to the change while that is worked on. */
const BEFORE_CHANGE_MS = 7 * DAY_MS;
const AFTER_CHANGE_MS = HOUR_MS;
/** By so much the clocks of a tool and of what reports for it differ, where both name one run. */
export const CLOCKS_MS = 5000;

const ms = (iso: string | null): number | null => (iso === null ? null : Date.parse(iso));
const beganMs = (activity: Activity): number => ms(activity.startedAt) ?? Date.parse(activity.occurredAt);
const endedMs = (activity: Activity): number => ms(activity.finishedAt) ?? Number.POSITIVE_INFINITY;

/** When an activity went on, in milliseconds since 1970; `endedMs` is infinite while it goes on. */
export interface Went {
  kind: Activity["kind"];
  beganMs: number;
  endedMs: number;
}

export const wentOf = (activity: Activity): Went => ({
  kind: activity.kind,
  beganMs: beganMs(activity),
  endedMs: endedMs(activity),
});

/** What is worked on again later (a ticket, a change) may begin after its effect; a build may not. */
export function fitsInTime(cause: Went, effect: Went, reason: Reason): boolean {
  const began = effect.beganMs;
  if (reason === "branch")
    return began >= cause.beganMs - BEFORE_CHANGE_MS && began <= cause.endedMs + AFTER_CHANGE_MS;
  const slackMs = reason === "run" ? CLOCKS_MS : 0;
  return cause.kind === "ticket" || cause.kind === "change" || cause.beganMs <= effect.endedMs + slackMs;
}

/** The most trusted link from one to the other; `null` = they carry nothing in common, or stand the other way round. */
export const joined = (cause: Activity, effect: Activity): Link | null =>
  joinedBy(cause, anchorsOf(cause), effect, anchorsOf(effect));

/** The same where the anchors are known: who joins many makes those of each once. */
export function joinedBy(
  cause: Activity,
  given: readonly Anchor[],
  effect: Activity,
  carried: readonly Anchor[],
): Link | null {
  const theirs = new Map(carried.map((anchor) => [anchor.key, anchor]));
  const [from, to] = [wentOf(cause), wentOf(effect)];
  const shared = given.filter((anchor) => {
    const other = theirs.get(anchor.key);
    return (
      anchor.gives && other !== undefined && anchor.place < other.place && fitsInTime(from, to, anchor.reason)
    );
  });
  const best = shared.sort((a, b) => REASONS.indexOf(a.reason) - REASONS.indexOf(b.reason))[0];
  if (best === undefined) return null;
  const isSameRun = best.reason === "run" && theirs.get(best.key)?.place === SPAN_PLACE;
  const words = isSameRun ? `the same ${wordsFor(best)}` : wordsFor(best);
  return { from: cause.id, to: effect.id, reason: best.reason, words };
}

/** `commit 4bf92f35`, `ticket SHOP-12`, `branch fix-login`. */
function wordsFor({ reason, key }: Anchor): string {
  const rest = key.slice(reason.length + 1);
  if (reason === "commit") return `commit ${rest.slice(0, 8)}`;
  if (reason === "digest") return `artifact ${rest.slice(0, 19)}`;
  if (reason === "span") return `span link to trace ${rest.slice(0, 8)}`;
  if (reason === "run") return `run ${rest}`;
  if (reason === "branch" || reason === "version") return `${reason} ${rest.slice(rest.indexOf(" ") + 1)}`;
  return `${reason} ${rest.replace(/^.*(?=#)/, "")}`;
}
