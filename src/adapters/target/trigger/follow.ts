/** Follows what was started to its end, with its log; and ends it there when it is told to. */
import type { Outcome } from "../../../domain/pipeline/decide.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { Following } from "./following.ts";
import { type LogTeller, logTeller } from "./log-teller.ts";
import type { Progress, Started, Vendor } from "./vendor.ts";

/** `null` = vice itself stops: nobody ended it, and it is gone on with later. */
export type Followed = Outcome | null;

export async function follow(started: Started, following: Following): Promise<Followed> {
  const { vendor, ask, api, pace, signal } = following;
  const teller = logTeller(following);
  let now = started;
  let said = "";
  let waitMs = pace.firstMs;
  let lostMs: number | null = null;
  while (!signal.aborted) {
    try {
      const progress = await vendor.follow(now, ask, api);
      lostMs = null;
      if (progress.started !== undefined) {
        now = progress.started;
        following.onStarted(now);
      }
      const isNews = progress.says !== said;
      said = progress.says;
      if (isNews) ask.log(`${vendor.title}: ${said}`);
      const isLonger = await teller.tell(now, api);
      if (isEnd(progress)) return await finish(progress, now, following, teller);
      waitMs = isNews || isLonger ? pace.firstMs : Math.min(waitMs * 1.5, pace.mostMs);
    } catch (error) {
      if (signal.aborted) break;
      lostMs ??= pace.now();
      const isOver = pace.now() - lostMs > pace.patienceMs || isRefused(error);
      if (isOver) return unknown(`${sayError(error)} It may go on there: ${whereIs(now, vendor)}`, now);
    }
    await pace.wait(waitMs, signal);
  }
  return signal.reason === "stop" ? null : endThere(now, following, teller);
}

const isEnd = ({ state }: Progress): boolean => state !== "waiting" && state !== "running";

async function finish(
  progress: Progress,
  started: Started,
  { vendor, calm, mask }: Following,
  teller: LogTeller,
): Promise<Outcome> {
  await teller.tell(started, calm);
  teller.end();
  const outputs = outputsOf(started);
  if (progress.state === "succeeded") return { outcome: "succeeded", outputs, error: null };
  const error = `${vendor.title}: ${mask(progress.says)}, see ${whereIs(started, vendor)}`;
  return { outcome: progress.state === "canceled" ? "canceled" : "failed", outputs, error };
}

/** Asks the other side to end it and waits so long for that as there is time. */
async function endThere(started: Started, following: Following, teller: LogTeller): Promise<Outcome> {
  const { vendor, ask, calm, pace, signal } = following;
  const isForced = signal.reason === "kill";
  const outcome = signal.reason === "timeout" ? "failed" : "canceled";
  const why = outcome === "failed" ? "it took too long" : "it was canceled";
  const outputs = outputsOf(started);
  const end = pace.now() + (isForced ? pace.killMs : pace.cancelMs);
  const late = {
    outcome,
    outputs,
    error: `${why}, and has not ended there yet: ${whereIs(started, vendor)}`,
  } as const;
  ask.log(`${vendor.title}: ${why}, so it is ended there`);
  const ended = async (): Promise<Outcome> => {
    const cannot = await vendor.cancel(started, ask, isForced, calm);
    if (cannot !== null)
      return {
        outcome,
        outputs,
        error: `${why}, but ${cannot}. It goes on there: ${whereIs(started, vendor)}`,
      };
    let now = started;
    while (pace.now() < end) {
      const progress = await vendor.follow(now, ask, calm);
      const isOther = progress.started !== undefined && progress.started.id !== now.id;
      now = progress.started ?? now;
      // It left the queue before it could be taken out of it.
      if (isOther && !isEnd(progress)) await vendor.cancel(now, ask, isForced, calm);
      await teller.tell(now, calm);
      if (progress.state === "succeeded") return finish(progress, now, following, teller);
      if (isEnd(progress)) return { outcome, outputs: outputsOf(now), error: why };
      await pace.wait(pace.firstMs, STILL);
    }
    return late;
  };
  const timer = new AbortController();
  try {
    const left = pace.wait(end - pace.now(), timer.signal).then(() => late);
    return await Promise.race([ended(), left]);
  } catch (error) {
    return {
      outcome,
      outputs,
      error: `${why}, but ${sayError(error)} It may go on there: ${whereIs(started, vendor)}`,
    };
  } finally {
    timer.abort();
    teller.end();
  }
}

const STILL = new AbortController().signal;

export const outputsOf = ({ id, url, refs }: Started): Record<string, string> => ({
  ...(refs["release"] === undefined ? {} : { remoteRelease: refs["release"] }),
  externalId: id,
  ...(url === null ? {} : { url }),
});

export const whereIs = ({ id, url }: Started, { title }: Pick<Vendor, "title">): string =>
  url ?? `${id} at ${title}`;

export const unknown = (error: string, started: Started | null = null): Outcome => ({
  outcome: "unknown",
  outputs: started === null ? {} : outputsOf(started),
  error,
});

/** The other side said no, and asking again would not change it. */
export const isRefused = (error: unknown): error is ViceError =>
  error instanceof ViceError && error.details["refused"] === true;

export function sayError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof ViceError ? `${message} ${error.hint}` : message;
}
