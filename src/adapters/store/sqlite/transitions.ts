/** Which events an activity is folded from: each content counts once, and the same content from elsewhere is kept in reserve. */
import type { EventData, LogEvent } from "../../../domain/event.ts";
import type { StoredTransition } from "../../../domain/transition.ts";
import { sha256Hex } from "../../../kit/ids.ts";
import type { Connection } from "./connection.ts";

export type Observed = LogEvent<"vice.activity.observed.v1">;

/** The same content (by webhook and by poll) is kept so many times, so that it stays when one delivery is read anew. */
const COPIES = 2;

/**
 * Recognises the same content reported again. Person ids are random, so they stand at the end: what sorts by the key
 * sorts by content first.
 */
export function transitionKey({ step, at, reopens, facts }: EventData["vice.activity.observed.v1"]): string {
  const { actor, ...rest } = facts;
  const content = sha256Hex(JSON.stringify([step, at, reopens, rest])).slice(0, 24);
  return actor?.login ? `${content}.${actor.login.slice(-8)}` : content;
}

/** What is stored of an activity, and whether an event says anything new about it. */
export interface Known {
  transitions: StoredTransition[];
  /** How often each content is there, proven and not proven apart. */
  copies: Map<string, number>;
}

export const nothingKnown = (): Known => ({ transitions: [], copies: new Map() });

export function readKnown(db: Connection, n: number): Known {
  const rows = db.all(
    "SELECT t.key, e.body FROM transition t JOIN event e ON e.seq = t.seq WHERE t.n = ? ORDER BY t.seq",
    n,
  );
  const known = nothingKnown();
  for (const row of rows)
    add(known, toTransition(JSON.parse(row["body"] as string) as Observed, row["key"] as string));
  return known;
}

const copyKey = ({ key, verified }: StoredTransition): string => `${key}${verified ? "+" : "-"}`;

/** @returns whether the event is worth keeping */
export function addEvent(known: Known, event: Observed, key: string): boolean {
  const transition = toTransition(event, key);
  if ((known.copies.get(copyKey(transition)) ?? 0) >= COPIES) return false;
  add(known, transition);
  return true;
}

function add(known: Known, transition: StoredTransition): void {
  known.transitions.push(transition);
  known.copies.set(copyKey(transition), (known.copies.get(copyKey(transition)) ?? 0) + 1);
}

/** Each content once; it is proven when one of the deliveries that said it was. */
export function eachOnce(transitions: readonly StoredTransition[]): StoredTransition[] {
  const once = new Map<string, StoredTransition>();
  for (const each of transitions) {
    const before = once.get(each.key);
    if (before === undefined) once.set(each.key, each);
    else if (each.verified && !before.verified) once.set(each.key, { ...before, verified: true });
  }
  return [...once.values()];
}

/** @param key of `transitionKey`, as it was stored with the event */
export function toTransition(event: Observed, key: string): StoredTransition {
  const { step, at, reopens, facts, verified } = event.data;
  return {
    activityId: event.subject ?? "",
    step,
    at,
    reopens,
    key,
    facts,
    verified,
    deliveryId: event.delivery?.id ?? null,
    receivedAt: event.receivedAt,
  };
}
