/** How the work of a service or a team flows: in progress, waiting, done, and where the time goes. Pure. */

import { foldName } from "../fold-name.ts";
import { quantile } from "../quantile.ts";
import { type Efficiency, efficiencyOf } from "./efficiency.ts";
import type { Meaning } from "./meaning.ts";
import type { TicketFlow } from "./ticket-flow.ts";

/** One column over many tickets; milliseconds, `null` = of nobody known. */
export interface ColumnFlow {
  column: string;
  meaning: Meaning;
  /** Tickets that stand there now. */
  now: number;
  /** How long the one that stands there longest has done so. */
  oldestMs: number | null;
  /** Stays that ended in the period, and how long they took. */
  left: number;
  p50Ms: number | null;
  p95Ms: number | null;
  /** Share of all known time that was spent here, 0..1. */
  share: number | null;
}

export interface Flow extends Efficiency {
  inProgress: number;
  waiting: number;
  /** Done in the period; canceled ones are counted apart. */
  done: number;
  canceled: number;
  leadMs: { p50: number | null; p85: number | null; p95: number | null };
  cycleMs: { p50: number | null; p85: number | null; p95: number | null };
  /** In the order in which tickets go through them. */
  columns: ColumnFlow[];
}

/** @param fromMs start of the period, which ends now; milliseconds since 1970 */
export function flowOf(tickets: readonly TicketFlow[], fromMs: number): Flow {
  const ended = tickets.filter(({ doneAt }) => doneAt !== null && Date.parse(doneAt) >= fromMs);
  const done = ended.filter(({ canceled }) => !canceled);
  const known = (pick: (ticket: TicketFlow) => number | null): number[] =>
    done.map(pick).filter((ms) => ms !== null);
  const sum = (pick: (ticket: TicketFlow) => number): number => total(done.map(pick));
  const spent = {
    workMs: sum(({ workMs }) => workMs),
    queueMs: sum(({ queueMs }) => queueMs),
    unknownMs: sum(({ unknownMs }) => unknownMs),
  };
  return {
    inProgress: tickets.filter(({ state }) => state === "work").length,
    waiting: tickets.filter(({ state }) => state === "queue").length,
    done: done.length,
    canceled: ended.length - done.length,
    leadMs: spread(known(({ leadMs }) => leadMs)),
    cycleMs: spread(known(({ cycleMs }) => cycleMs)),
    ...efficiencyOf(spent, "no ticket with known times was done"),
    columns: columnFlows(tickets, fromMs),
  };
}

const spread = (values: readonly number[]): Flow["leadMs"] => ({
  p50: quantile(values, 0.5),
  p85: quantile(values, 0.85),
  p95: quantile(values, 0.95),
});

interface Gathered {
  column: string;
  meaning: Meaning;
  standing: number[];
  unknown: number;
  left: number[];
  /** Sum and count of the places at which tickets came there, for the order. */
  places: number[];
}

function columnFlows(tickets: readonly TicketFlow[], fromMs: number): ColumnFlow[] {
  const columns = new Map<string, Gathered>();
  for (const { stays } of tickets) {
    stays.forEach((stay, place) => {
      if (stay.meaning === "done") return;
      const key = foldName(stay.column);
      const made = columns.get(key) ?? {
        ...{ column: stay.column, meaning: stay.meaning, standing: [], unknown: 0, left: [], places: [] },
      };
      columns.set(key, made);
      made.places.push(place);
      if (stay.current && stay.ms === null) made.unknown += 1;
      else if (stay.current) made.standing.push(stay.ms ?? 0);
      else if (stay.ms !== null && stay.leftAt !== null && Date.parse(stay.leftAt) >= fromMs)
        made.left.push(stay.ms);
    });
  }
  const list = [...columns.values()].sort((a, b) => mean(a.places) - mean(b.places));
  const all = list.reduce((ms, { left }) => ms + total(left), 0);
  return list.map(({ column, meaning, standing, unknown, left }) => ({
    ...{ column, meaning, now: standing.length + unknown, left: left.length },
    oldestMs: standing.length === 0 ? null : Math.max(...standing),
    p50Ms: quantile(left, 0.5),
    p95Ms: quantile(left, 0.95),
    share: all === 0 ? null : total(left) / all,
  }));
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const mean = (values: readonly number[]): number => total(values) / values.length;
