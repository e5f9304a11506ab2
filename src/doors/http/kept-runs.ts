/** Which runs are remembered: those a client was told of, of one principal only so many at once, and of their results as much as memory can hold. */
import { ViceError } from "../../kit/errors.ts";
import type { Run } from "./run.ts";

export interface KeptRuns {
  get(id: string): Run | null;
  /** Remembers a run, now or after its end. */
  keep(run: Run, ended: Promise<unknown>): void;
  /** Whether one more may go on after its request. @throws ViceError `rate.limited` */
  requireRoom(principal: string): void;
}

/** Runs that go on after their request, of one principal and of all together. */
export const MOST_OPEN = 16;
export const MOST_OPEN_OF_ALL = 64;

/** Finished runs that are remembered. */
export const MOST_RUNS = 500;
/** Their results as JSON, in sum; the newest is kept whatever its size, because somebody waits for it. */
export const MOST_RESULT_BYTES = 32 * 1024 * 1024;

export function keptRuns(mostBytes: number = MOST_RESULT_BYTES): KeptRuns {
  const runs = new Map<string, Run>();
  const open = new Set<Run>();
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
    requireRoom: (principal) => {
      const own = [...open].filter((run) => run.principal === principal).length;
      if (own >= MOST_OPEN) throw tooMany(`you: ${own} commands of yours still run`);
      if (open.size >= MOST_OPEN_OF_ALL) throw tooMany(`everybody: ${open.size} commands still run`);
    },
    keep: (run, ended) => {
      runs.set(run.id, run);
      open.add(run);
      void ended.then(() => {
        open.delete(run);
        weigh(run);
      });
      if (runs.size > MOST_RUNS) forgetOldest();
    },
  };
}

const tooMany = (who: string): ViceError =>
  new ViceError("rate.limited", { who, hint: "Wait until one of them has ended: GET /v1/runs/<id>." });

/** What is no JSON can never be sent; its size does not matter. */
function bytesOf(result: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(result) ?? "");
  } catch {
    return 0;
  }
}
