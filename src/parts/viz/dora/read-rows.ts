/** Reads the deployments that a rule looks at one by one, a few at a time, so that others are answered in between. */
import { setImmediate as breath } from "node:timers/promises";
import type { Period } from "../../../domain/metrics/buckets.ts";
import { countsChanges } from "../../../domain/metrics/changes.ts";
import type { DoraRow, DoraRule } from "../../../domain/metrics/dora.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { Dora, DoraIncident, DoraScope } from "../../../ports/dora.ts";

/** More of them would keep the one who asks waiting for minutes. */
const MOST_ROWS = 50_000;

/** What a rule is counted from. */
export interface Material {
  rows: readonly DoraRow[];
  incidents: readonly DoraIncident[];
}

export async function readRows(
  dora: Dora,
  scope: DoraScope,
  { rule, period, limit }: { rule: DoraRule; period: Period; limit: number },
): Promise<DoraRow[]> {
  const rows: DoraRow[] = [];
  for (const slice of dora.rowsInSlices(scope, period, limit, { changes: countsChanges(rule) })) {
    for (const row of slice) rows.push(row);
    await breath();
  }
  return rows;
}

/** @returns `null` for the rule `vice`, which sums answer. @throws ViceError `input.invalid` for too many deployments */
export async function materialFor(
  dora: Dora,
  scope: DoraScope,
  rule: DoraRule,
  period: Period,
): Promise<Material | null> {
  if (rule === "vice") return null;
  const [sums] = dora.sums(scope, [period], 0);
  const { succeeded = 0, failedAttempt = 0, canceled = 0 } = sums?.counts ?? {};
  const count = succeeded + failedAttempt + canceled;
  if (count > MOST_ROWS)
    throw new ViceError("input.invalid", {
      message: `The rule ${rule} looks at each deployment, at most ${MOST_ROWS}, and these are ${count} with those of the period before.`,
      hint: "Name a service or a shorter period, or take --rule vice.",
    });
  const rows = await readRows(dora, scope, { rule, period, limit: MOST_ROWS });
  return { rows, incidents: dora.incidents(scope, period) };
}

/** Those of one service, where all were read. */
export const ofService = ({ rows, incidents }: Material, service: string): Material => ({
  rows: rows.filter((row) => row.service === service),
  incidents: incidents.filter((incident) => incident.service === service),
});
