/** How long incidents lasted, whatever caused them: the time to restore (MTTR). Pure. */
import { quantile } from "../quantile.ts";

export interface Restored {
  /** Seconds; `null` = none has ended. */
  meanSeconds: number | null;
  medianSeconds: number | null;
  /** Incidents that have ended. */
  count: number;
  open: number;
}

export function timeToRestore(
  incidents: ReadonlyArray<{ beganMs: number; endedMs: number | null }>,
): Restored {
  const lasted = incidents.flatMap(({ beganMs, endedMs }) =>
    endedMs === null ? [] : [(endedMs - beganMs) / 1000],
  );
  return {
    meanSeconds: lasted.length === 0 ? null : lasted.reduce((sum, each) => sum + each, 0) / lasted.length,
    medianSeconds: quantile(lasted, 0.5),
    count: lasted.length,
    open: incidents.length - lasted.length,
  };
}
