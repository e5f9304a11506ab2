/** Lead times of merged changes, as GitLab and Apache DevLake count them. Pure. */
import type { DoraRow, DoraRule } from "./dora.ts";
import { BITS } from "./outcome.ts";

const MINUTE_MS = 60_000;

/** Rules whose lead time is that of changes, not of commits. */
const COUNTS_CHANGES: ReadonlySet<DoraRule> = new Set(["devlake", "gitlab"]);
export const countsChanges = (rule: DoraRule): boolean => COUNTS_CHANGES.has(rule);

/** Minutes, rounded up, as the pull request metrics count them; `null` = that part is not known. */
export interface Cycle {
  codingMin: number | null;
  deployMin: number | null;
  cycleMin: number | null;
}

const minutesUp = (ms: number): number | null => (ms < 0 ? null : Math.ceil(ms / MINUTE_MS));

/** DevLake: coding (first commit to opened) + opened to merged + deploy (merged to deployed); parts below zero are none. */
export function devlakeCycle(
  change: { openedMs: number; mergedMs: number | null; firstCommitMs: number | null },
  deployedMs: number | null,
): Cycle {
  const { openedMs, mergedMs, firstCommitMs } = change;
  const codingMin = firstCommitMs === null ? null : minutesUp(openedMs - firstCommitMs);
  if (mergedMs === null) return { codingMin, deployMin: null, cycleMin: null };
  const deployMin = deployedMs === null ? null : minutesUp(deployedMs - mergedMs);
  const openMin = minutesUp(mergedMs - openedMs) ?? 0;
  return { codingMin, deployMin, cycleMin: (codingMin ?? 0) + openMin + (deployMin ?? 0) };
}

/** The lead time of one change, with the deployment that it is counted at. */
export interface ChangeTime {
  row: DoraRow;
  change: string;
  ms: number;
}

const succeeded = ({ bits }: DoraRow): boolean => (bits & BITS.succeeded) !== 0;

/** Merged to in production, at each place; what was merged after it was deployed did not wait. */
const gitlabTimes = (rows: readonly DoraRow[]): ChangeTime[] =>
  rows
    .filter(succeeded)
    .flatMap((row) =>
      (row.changes ?? [])
        .filter(({ mergedMs }) => mergedMs <= row.atMs)
        .map(({ id, mergedMs }) => ({ row, change: id, ms: row.atMs - mergedMs })),
    );

/** The cycle time of each change, once: at the first deployment of these that brought it. */
function devlakeTimes(rows: readonly DoraRow[]): ChangeTime[] {
  const first = new Map<string, ChangeTime>();
  const sorted = rows.filter(succeeded).sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
  for (const row of sorted)
    for (const { id, openedMs, mergedMs, firstCommitMs } of row.changes ?? []) {
      if (openedMs === null || first.has(id)) continue;
      const { cycleMin } = devlakeCycle({ openedMs, mergedMs, firstCommitMs }, row.atMs);
      if (cycleMin !== null) first.set(id, { row, change: id, ms: cycleMin * MINUTE_MS });
    }
  return [...first.values()];
}

/** @returns none for rules that count commits */
export function changeTimes(rule: DoraRule, rows: readonly DoraRow[]): ChangeTime[] {
  if (rule === "gitlab") return gitlabTimes(rows);
  return rule === "devlake" ? devlakeTimes(rows) : [];
}
