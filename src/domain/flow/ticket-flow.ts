/** How one ticket flows: time in each column, waiting against work, lead time, age. Pure. */
import { foldName } from "../fold-name.ts";
import { isTerminal, type StoredTransition } from "../transition.ts";
import { type Efficiency, efficiencyOf, type Spent } from "./efficiency.ts";
import type { FlowRules, Meaning } from "./meaning.ts";
import { type Stay, staysOf } from "./stays.ts";

/** All stays in one column, added up. */
export interface ColumnTime {
  column: string;
  meaning: Meaning;
  /** Milliseconds, the current stay until now; `null` = of no stay both ends are known. */
  ms: number | null;
  visits: number;
}

/** All durations in milliseconds; `null` = not known (or not yet). */
export interface TicketFlow extends Spent, Efficiency {
  stays: Stay[];
  /** In the order in which they were first entered; without those that mean done. */
  columns: ColumnTime[];
  state: Meaning;
  createdAt: string;
  /** First entered a column of work. */
  startedAt: string | null;
  /** Entered the column of done in which it stands. */
  doneAt: string | null;
  canceled: boolean;
  /** Done − created. */
  leadMs: number | null;
  /** Done − started. */
  cycleMs: number | null;
  /** Now − created, of one that is not done. */
  ageMs: number | null;
  /** Stays with an end that nobody told: their time is in no sum. */
  unknownStays: number;
}

export function ticketFlow(
  transitions: readonly StoredTransition[],
  rules: FlowRules,
  nowMs: number,
): TicketFlow {
  const stays = staysOf(transitions, rules, nowMs);
  const last = stays.at(-1);
  const state = last?.meaning ?? "queue";
  const createdAt = earliest(transitions);
  const startedAt = stays.find(
    ({ meaning, enteredAt }) => meaning === "work" && enteredAt !== null,
  )?.enteredAt;
  const doneAt = last?.meaning === "done" ? last.enteredAt : null;
  const sum = (meaning: Meaning): number =>
    stays.reduce((ms, stay) => ms + (stay.meaning === meaning ? (stay.ms ?? 0) : 0), 0);
  const leadMs = doneAt === null ? null : Math.max(0, Date.parse(doneAt) - Date.parse(createdAt));
  const ageMs = state === "done" ? null : Math.max(0, nowMs - Date.parse(createdAt));
  const [queueMs, workMs] = [sum("queue"), sum("work")];
  // Between being done and being opened again it neither waited nor was it worked on.
  const told = queueMs + workMs + sum("done");
  const spent = { queueMs, workMs, unknownMs: Math.max(0, (leadMs ?? ageMs ?? told) - told) };
  return {
    stays,
    columns: columnTimes(stays),
    state,
    createdAt,
    startedAt: startedAt ?? null,
    doneAt,
    canceled: state === "done" && lastEnd(transitions) === "canceled",
    leadMs,
    cycleMs:
      doneAt === null || startedAt == null ? null : Math.max(0, Date.parse(doneAt) - Date.parse(startedAt)),
    ageMs,
    ...spent,
    ...efficiencyOf(spent, "no time in a column is known"),
    unknownStays: stays.filter(({ meaning, ms }) => meaning !== "done" && ms === null).length,
  };
}

/** Created, or seen first. */
function earliest(transitions: readonly StoredTransition[]): string {
  const times = transitions.map(({ at, facts }) =>
    facts.createdAt !== null && facts.createdAt !== undefined && facts.createdAt < at ? facts.createdAt : at,
  );
  return times.reduce((a, b) => (b < a ? b : a), times[0] ?? "");
}

const lastEnd = (transitions: readonly StoredTransition[]): string | null =>
  transitions
    .filter(({ step }) => isTerminal(step))
    .reduce<StoredTransition | null>((a, b) => (a === null || b.at >= a.at ? b : a), null)?.step ?? null;

function columnTimes(stays: readonly Stay[]): ColumnTime[] {
  const columns = new Map<string, ColumnTime>();
  for (const { column, meaning, ms } of stays) {
    if (meaning === "done") continue;
    const key = foldName(column);
    const former = columns.get(key);
    columns.set(key, {
      column: former?.column ?? column,
      meaning,
      ms: ms === null ? (former?.ms ?? null) : (former?.ms ?? 0) + ms,
      visits: (former?.visits ?? 0) + 1,
    });
  }
  return [...columns.values()];
}
