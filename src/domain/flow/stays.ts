/** From the transitions of a ticket to its stays in columns: which one, since when, for how long. Pure. */
import { compareTransitions } from "../fold.ts";
import { foldName } from "../fold-name.ts";
import { isTerminal, type StoredTransition } from "../transition.ts";
import { columnOfLabels, type FlowRules, type Meaning, meaningOf } from "./meaning.ts";

/** One uninterrupted time in one column. Times are ISO 8601; `null` = not known, because a move was not heard of. */
export interface Stay {
  column: string;
  meaning: Meaning;
  enteredAt: string | null;
  leftAt: string | null;
  /** Milliseconds; of the current one until now. `null` = an end is not known, or it is done. */
  ms: number | null;
  /** The ticket stands here now. */
  current: boolean;
}

/** What one transition says about where the ticket stands. */
interface Sighting {
  at: string;
  column: string;
  /** Where it came from; `null` = not said. */
  from: string | null;
  meaning: Meaning;
  /** It entered the column at this very time; else it was only seen there. */
  moved: boolean;
  /** The tracker said "closed" without naming a column. */
  implied: boolean;
}

const same = (a: string, b: string): boolean => foldName(a) === foldName(b);

export function staysOf(transitions: readonly StoredTransition[], rules: FlowRules, nowMs: number): Stay[] {
  const sorted = [...transitions].sort(compareTransitions);
  const hasColumns = sorted.some(({ facts }) => facts.tags?.["column"] !== undefined);
  const sightings = hasColumns ? inColumns(sorted, rules) : byLabels(sorted, rules);
  return toStays(sightings, nowMs);
}

/** Trackers with columns: each move says from where to where; an update only says where the ticket stands. */
function inColumns(sorted: readonly StoredTransition[], rules: FlowRules): Sighting[] {
  return sorted.flatMap(({ at, step, facts }, n): Sighting[] => {
    const column = facts.tags?.["column"];
    if (column === undefined) {
      if (!isTerminal(step)) return [];
      return [{ at, column: "done", from: null, meaning: "done", moved: true, implied: true }];
    }
    const from = facts.tags?.["fromColumn"] ?? null;
    const moved = from !== null || (n === 0 && step !== "observed");
    return [{ at, column, from, meaning: meaningOf(column, step, rules), moved, implied: false }];
  });
}

/** Trackers that know open and closed: labels are the columns, and without one the ticket is just open. */
function byLabels(sorted: readonly StoredTransition[], rules: FlowRules): Sighting[] {
  const list: Sighting[] = [];
  let closed = false;
  let step: StoredTransition["step"] = "requested";
  for (const transition of sorted) {
    const { at, facts } = transition;
    if (transition.step !== "observed") {
      step = transition.step;
      closed = isTerminal(step);
    }
    if (closed) {
      if (transition.step !== "observed")
        list.push({ at, column: "closed", from: null, meaning: "done", moved: true, implied: false });
      continue;
    }
    const whole = facts.tags?.["title"] !== undefined || facts.tags?.["labels"] !== undefined;
    // Opening is told again by every delivery with few facts: that says nothing about labels.
    if (!whole && list.length > 0 && transition.step === "requested" && list.at(-1)?.meaning !== "done")
      continue;
    const label = columnOfLabels(
      (facts.tags?.["labels"] ?? "").split(/\s*,\s*/).filter(Boolean),
      rules.labels,
    );
    const column = label ?? (step === "running" ? "in progress" : "open");
    const meaning = label === null ? meaningOf(column, step, rules) : meaningOf(label, "observed", rules);
    list.push({ at, column, from: null, meaning, moved: true, implied: false });
  }
  return list;
}

function toStays(sightings: readonly Sighting[], nowMs: number): Stay[] {
  const stays: Stay[] = [];
  // The last one is where the ticket stands; whether nobody named that column is kept beside.
  let isImplied = false;
  for (const sighting of sightings) {
    const current = stays.at(-1);
    const { column, meaning, implied } = sighting;
    if (current !== undefined && same(current.column, column)) continue;
    if (current?.meaning === "done" && implied) continue;
    if (current !== undefined && isImplied && meaning === "done") current.column = column;
    else stays.push(...moveOn(stays, sighting));
    isImplied = implied;
  }
  const last = stays.at(-1);
  if (last !== undefined && last.meaning !== "done")
    last.ms = between(last.enteredAt, new Date(nowMs).toISOString());
  return stays;
}

/** Ends the stay that was current. @returns what comes after it */
function moveOn(stays: readonly Stay[], { at, column, from, meaning, moved }: Sighting): Stay[] {
  const current = stays.at(-1);
  const missed = from !== null && (current === undefined || !same(current.column, from));
  if (current !== undefined) {
    const leftAt = moved && !missed ? at : null;
    Object.assign(current, { leftAt, ms: between(current.enteredAt, leftAt), current: false });
  }
  const skipped = missed && !same(from, column) ? [unseen(from, at, meaningBefore(stays, from))] : [];
  const enteredAt = moved ? at : null;
  return [...skipped, { column, meaning, enteredAt, leftAt: null, ms: null, current: true }];
}

/** It stood there until then; since when nobody said. */
const unseen = (column: string, leftAt: string, meaning: Meaning): Stay => ({
  ...{ column, meaning, enteredAt: null, leftAt, ms: null, current: false },
});

const meaningBefore = (stays: readonly Stay[], column: string): Meaning =>
  stays.find((stay) => same(stay.column, column))?.meaning ??
  meaningOf(column, "observed", { columns: {}, labels: [] });

function between(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : Math.max(0, Date.parse(to) - Date.parse(from));
}
