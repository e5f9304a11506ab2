/** How Datadog DORA Metrics finds change failures (content/en/dora_metrics, "Change failure detection"). Pure. */
import type { DoraRow } from "./dora.ts";
import { BITS } from "./outcome.ts";
import { placeKey } from "./outcomes.ts";
import { leadTimesOf } from "./sums.ts";

/** Datadog compares no commits over a longer time than this. */
const LONGEST_GAP_MS = 60 * 86_400_000;
const MOST_COMMITS = 5000;

export interface ByDatadog {
  /** Ids of the deployments that failed. */
  failures: Set<string>;
  /** Milliseconds from a failed deployment to what repaired it. */
  recoveries: number[];
  leads: number[];
}

/** A rollback to V1 in V1 V2 V3 V1 makes the first deployment after V1 fail (V2); other repairs the one before them. */
export function byDatadog(rows: readonly DoraRow[]): ByDatadog {
  const found: ByDatadog = { failures: new Set(), recoveries: [], leads: [] };
  const deployed = rows.filter(({ bits }) => (bits & BITS.deployed) !== 0);
  for (const line of Map.groupBy(deployed, placeKey).values()) {
    const sorted = line.sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
    for (const [at, row] of sorted.entries()) {
      const culprit = (row.bits & BITS.rework) === 0 ? undefined : sorted[culpritOf(sorted, at)];
      if (culprit === undefined) continue;
      if (!found.failures.has(culprit.id)) found.recoveries.push(row.atMs - culprit.atMs);
      found.failures.add(culprit.id);
    }
  }
  found.leads = deployed
    .filter(({ gapMs, leads }) => (gapMs ?? 0) <= LONGEST_GAP_MS && leads.length <= MOST_COMMITS)
    .flatMap(leadTimesOf);
  return found;
}

/** Place in the line of the deployment that the one at `at` repairs; -1 = none. */
function culpritOf(line: readonly DoraRow[], at: number): number {
  const row = line[at];
  if (row?.kind !== "rollback") return at - 1;
  const target = line.slice(0, at).findLastIndex(({ release }) => release === row.release);
  return target === -1 ? at - 1 : target + 1;
}
