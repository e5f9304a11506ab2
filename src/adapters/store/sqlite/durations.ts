/** Reads durations and outcomes of steps: from the largest rows that fit: four weeks, weeks, days. */
import type { Gathered } from "../../../domain/durations/gathered.ts";
import { addEncodedTo, type Dense, dense, fromDense } from "../../../domain/durations/histogram.ts";
import type { DurationSpan, Durations } from "../../../ports/durations.ts";
import type { Connection } from "./connection.ts";
import { commitKey, GRAINS, startOf } from "./follow/step-durations.ts";

const READ = `SELECT value, succeeded, failed, canceled, total_ms, histogram FROM step_duration
  WHERE grain = ? AND dimension = ? AND scope = ? AND at >= ? AND at < ?`;

/** @param ready called before each read: takes in what is new */
export function durationsOf(db: Connection, ready: () => void): Durations {
  return {
    gathered: (dimension, span) => {
      ready();
      const groups = new Map<string, Gathered & { sum: Dense }>();
      for (const [grain, from, to] of pieces(span))
        for (const row of db.all(READ, grain, dimension, span.service ?? "", from, to)) {
          const value = row["value"] as string;
          let group = groups.get(value);
          if (group === undefined) {
            group = {
              ...{ value, succeeded: 0, failed: 0, canceled: 0, totalMs: 0 },
              ...{ histogram: new Map(), sum: dense() },
            };
            groups.set(value, group);
          }
          group.succeeded += row["succeeded"] as number;
          group.failed += row["failed"] as number;
          group.canceled += row["canceled"] as number;
          group.totalMs += row["total_ms"] as number;
          addEncodedTo(group.sum, row["histogram"] as Uint8Array);
        }
      return [...groups.values()].map(({ sum, ...group }) => ({ ...group, histogram: fromDense(sum) }));
    },
    onCommit: (step, commitSha) => {
      ready();
      const row = db.get(
        "SELECT succeeded, failed FROM step_commit WHERE key = ?",
        commitKey(step, commitSha),
      );
      return { succeeded: Number(row?.["succeeded"] ?? 0), failed: Number(row?.["failed"] ?? 0) };
    },
  };
}

/** The span in the largest rows that fit: days, whole weeks, whole four weeks, and the same on the way out. */
export function pieces(
  { fromDay, toDay }: DurationSpan,
  grains: readonly number[] = GRAINS,
): Array<readonly [grain: number, from: number, to: number]> {
  const grain = grains.at(-1) ?? 1;
  const smaller = grains.slice(0, -1);
  const first = startOf(fromDay + grain - 1, grain);
  const after = startOf(toDay, grain);
  if (smaller.length === 0) return [[grain, fromDay, toDay]];
  if (first >= after) return pieces({ fromDay, toDay }, smaller);
  return [
    ...pieces({ fromDay, toDay: first }, smaller),
    [grain, first, after],
    ...pieces({ fromDay: after, toDay }, smaller),
  ];
}
