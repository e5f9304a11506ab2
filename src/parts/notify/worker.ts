/** Tells by itself while a server runs: follows the log, hands over what is due, forgets what is old. */
import { setTimeout as wait } from "node:timers/promises";
import { lookOften } from "../../kit/look-often.ts";
import type { OutboxRow } from "../../ports/outbox.ts";
import type { Services } from "../../ports/services.ts";
import { deliverChannel, forgetOld } from "./deliver.ts";
import { createDigests, type WriteDigest } from "./digests.ts";
import { createFollower } from "./follow.ts";

export interface WorkerParts {
  services: Services;
  now: () => number;
  onError: (error: unknown) => void;
  /** Hears of what nobody will be told any more. */
  onGivenUp: (row: OutboxRow, problem: string) => void;
  writeDigest: WriteDigest;
}

const LOOK_MS = 1000;
const FORGET_MS = 3_600_000;
const DRAIN_MS = 1500;
const STOP_MS = 1500;
/** What arrives together is looked at together. */
const SOON_MS = 50;

export function startNotices({ services, now, onError, onGivenUp, writeDigest }: WorkerParts): {
  stop: () => Promise<void>;
} {
  const follower = createFollower({ services, now, onError });
  const digests = createDigests({ services, now, write: writeDigest, onError });
  const broken = new AbortController();
  let isStopping = false;
  const underway = new Map<string, Promise<void>>();
  let writing: Promise<void> | null = null;
  let forgotMs = 0;

  const deliver = (): void => {
    for (const channel of services.store.outbox.due(now())) {
      if (underway.has(channel)) continue;
      const parts = { services, now, signal: broken.signal, isStopping: () => isStopping, onGivenUp };
      const done = deliverChannel(parts, channel)
        .catch(onError)
        .finally(() => underway.delete(channel));
      underway.set(channel, done);
    }
  };
  /** A letter takes seconds: what happens meanwhile is told. */
  const write = (): void => {
    writing ??= digests()
      .then((isNew) => {
        if (isNew && !isStopping) deliver();
      })
      .catch(onError)
      .finally(() => {
        writing = null;
      });
  };
  const look = async (): Promise<void> => {
    try {
      await follower.follow();
      deliver();
      write();
      if (now() - forgotMs < FORGET_MS) return;
      forgotMs = now();
      forgetOld({ services, now });
    } catch (error) {
      onError(error);
    }
  };
  const turns = lookOften({
    look,
    everyMs: LOOK_MS,
    soonMs: SOON_MS,
    onChange: (changed) => services.store.log.onChange(changed),
  });
  return {
    stop: async () => {
      isStopping = true;
      await turns.stop();
      await Promise.race([writing, wait(STOP_MS, undefined, { ref: false })]);
      // What is on its way may end: broken off it would come twice.
      await Promise.race([Promise.all(underway.values()), wait(DRAIN_MS, undefined, { ref: false })]);
      broken.abort();
      await Promise.race([Promise.all(underway.values()), wait(STOP_MS, undefined, { ref: false })]);
    },
  };
}
