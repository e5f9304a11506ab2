/** Waits for a lock that somebody else holds, and notes who waited how long for whom. */
import { setTimeout as wait } from "node:timers/promises";
import { ViceError } from "../../../kit/errors.ts";
import { recordEvents, saidEvent } from "../../data/index.ts";
import { heldAt, type Lock, type LockWish, takeLock } from "./lock-state.ts";
import { canonical } from "./meant.ts";
import type { SayingContext } from "./rule-context.ts";

/** Between two tries. */
const TRY_EVERY_MS = 500;

export interface Waiting extends SayingContext {
  progress: (share: number | null, what: string) => void;
  signal: AbortSignal;
}

/** @throws ViceError `deploy.not-allowed` when the time is over */
export async function takeWithin(ctx: Waiting, wish: LockWish, waitMs: number): Promise<Lock> {
  const began = ctx.now();
  let first: Pick<Lock, "id" | "holder"> | null = null;
  for (;;) {
    try {
      const taken = await takeLock(ctx, wish);
      if (first !== null) await note(ctx, wish, first, began, "taken");
      return taken;
    } catch (error) {
      const held = error instanceof ViceError && error.code === "deploy.not-allowed";
      const isOver = waitMs === 0 || ctx.now() >= began + waitMs || ctx.signal.aborted;
      if (held && !isOver) {
        first ??= heldAt(ctx.services, { ...wish, ...canonical(ctx, placeOf(wish)) }, ctx.now());
        ctx.progress(null, error.message);
        const left = Math.max(1, began + waitMs - ctx.now());
        await wait(Math.min(TRY_EVERY_MS, left), undefined, { signal: ctx.signal }).catch(() => {});
        if (!ctx.signal.aborted) continue;
      }
      if (first !== null) await note(ctx, wish, first, began, "given-up");
      throw error;
    }
  }
}

const placeOf = ({ service, environment }: LockWish) => ({ service, environment });

async function note(
  ctx: Waiting,
  wish: LockWish,
  first: Pick<Lock, "id" | "holder">,
  began: number,
  outcome: "taken" | "given-up",
): Promise<void> {
  const data = {
    ...canonical(ctx, placeOf(wish)),
    target: wish.target,
    holder: wish.holder,
    waitedMs: ctx.now() - began,
    outcome,
    forLock: first.id,
    forHolder: first.holder,
  };
  await recordEvents(ctx, [saidEvent(ctx, "vice.lock.waited.v1", first.id, data)]);
}
