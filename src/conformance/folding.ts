/** From readings to folded rows, as the store would show them: what conformance and table tests compare. */
import { type FoldedActivity, fold } from "../domain/fold.ts";
import type { Facts, ObjectKey, StoredTransition, Transition } from "../domain/transition.ts";
import { activityId, sha256Hex } from "../kit/ids.ts";
import type { Reading, Source } from "../ports/source.ts";

const NAMED = ["service", "team", "environment", "tier", "tenant"] as const satisfies ReadonlyArray<
  keyof Facts
>;

/** A folded activity with the names as reported; `null`s are left out, and so are trace id and reported facts. */
export type Row = Record<string, unknown>;

interface Story {
  object: ObjectKey;
  transitions: StoredTransition[];
}

/** Transitions of all accepted readings; `receivedAt` stands in where the source gave no time. */
export function transitionsOf(
  source: Source,
  readings: readonly Reading[],
): Array<[Transition, StoredTransition]> {
  return readings.flatMap((reading) => {
    const result = source.normalise(reading);
    if (result.outcome !== "accepted") return [];
    return result.transitions.map((one): [Transition, StoredTransition] => [
      one,
      storedOf(one, reading.receivedAt),
    ]);
  });
}

/** As the store keeps it. */
export function storedOf(transition: Transition, receivedAt: string): StoredTransition {
  const { object, step, at, reopens = false, facts } = transition;
  return {
    activityId: activityId(object),
    step,
    at: at ?? receivedAt,
    reopens,
    key: sha256Hex(JSON.stringify([object, step, at, reopens, facts])),
    facts,
    verified: true,
    deliveryId: null,
    receivedAt,
  };
}

/** Folds readings to rows, sorted by kind and external id. */
export const rowsOf = (source: Source, readings: readonly Reading[]): Row[] =>
  rowsFrom(transitionsOf(source, readings));

/** The same from transitions that somebody already has (a poller's). */
export function rowsFrom(told: ReadonlyArray<readonly [Transition, StoredTransition]>): Row[] {
  const stories = new Map<string, Story>();
  for (const [{ object }, transition] of told) {
    const story = stories.get(transition.activityId) ?? { object, transitions: [] };
    story.transitions.push(transition);
    stories.set(transition.activityId, story);
  }
  const folded = [...stories.values()].map(({ object, transitions }) =>
    fold(object, transitions, "0".repeat(32)),
  );
  return folded.map(rowOf).sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

const sortKey = (row: Row): string => `${row.kind} ${row.externalId} ${row.attempt}`;

function rowOf({ reported, traceId: _, ...rest }: FoldedActivity): Row {
  const names = Object.fromEntries(NAMED.map((name) => [name, reported[name]]));
  return withoutNulls({ ...rest, ...names });
}

/** Leaves out `null`, `undefined` and empty objects, at every depth. */
export function withoutNulls(row: Row): Row {
  const entries = Object.entries(row).map(
    ([key, value]) => [key, isRow(value) ? withoutNulls(value) : value] as const,
  );
  return Object.fromEntries(entries.filter(([, value]) => !isNothing(value)));
}

const isRow = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || (isRow(value) && Object.keys(value).length === 0);
