/** Which runs are remembered: those a client was told of, and of their results only as much as memory can hold. */
import type { Run } from "./run.ts";

export interface KeptRuns {
  get(id: string): Run | null;
  /** Remembers a run, now or after its end. */
  keep(run: Run, ended: Promise<unknown>): void;
}

/** Finished runs that are remembered. */
const MOST_RUNS = 500;
/** Their results as JSON, in sum; the newest is kept whatever its size, because somebody waits for it. */
export const MOST_RESULT_BYTES = 32 * 1024 * 1024;

export function keptRuns(mostBytes: number = MOST_RESULT_BYTES): KeptRuns {
  const runs = new Map<string, Run>();
  /** Bytes of the finished ones, first finished first. */
  const sizes = new Map<string, number>();
  let sum = 0;
  const forgetOldest = (): boolean => {
    const oldest = sizes.entries().next().value;
    if (oldest === undefined) return false;
    const [id, bytes] = oldest;
    runs.delete(id);
    sizes.delete(id);
    sum -= bytes;
    return true;
  };
  const weigh = (run: Run): void => {
    const bytes = bytesOf(run.result);
    sizes.set(run.id, bytes);
    sum += bytes;
    while (sum > mostBytes && sizes.size > 1) forgetOldest();
  };
  return {
    get: (id) => runs.get(id) ?? null,
    keep: (run, ended) => {
      runs.set(run.id, run);
      void ended.then(() => weigh(run));
      if (runs.size > MOST_RUNS) forgetOldest();
    },
  };
}

/** What is no JSON can never be sent; its size does not matter. */
function bytesOf(result: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(result) ?? "");
  } catch {
    return 0;
  }
}
