/** Forgets the files of runs that ended long ago: logs of steps. What the log says of the runs stays. */
import type { Services } from "../../../ports/services.ts";

const PAGE = 500;

export interface Forgotten {
  /** Runs that ended before have no logs any more. */
  before: string;
  count: number;
}

/** Those that an earlier call took are left alone. */
export async function forgetRuns(
  services: Pick<Services, "store" | "processes">,
  beforeMs: number,
  nowMs: number,
): Promise<Forgotten> {
  const { runs, state } = services.store;
  const before = new Date(beforeMs).toISOString();
  const former = runsForgottenBefore(services) ?? "";
  let count = 0;
  for (let cursor: string | null = null; ; ) {
    const { items, next }: ReturnType<typeof runs.list> = runs.list({ open: false }, PAGE, cursor);
    for (const { id, endedAt } of items) {
      if (endedAt === null || endedAt >= before || endedAt < former) continue;
      await services.processes.forget(id);
      count += 1;
    }
    if (next === null) break;
    cursor = next;
  }
  if (before > former) state.set("runs", "forgotten", before, nowMs);
  return { before, count };
}

/** @returns `null` = none were forgotten */
export function runsForgottenBefore({ store }: Pick<Services, "store">): string | null {
  const value = store.state.get("runs", "forgotten")?.value;
  return typeof value === "string" ? value : null;
}
