/** Reads every instance that is configured for it from vice's side, each at its own pace, until it is stopped. */
import type { Services, SourceInstance } from "../../../../ports/services.ts";
import { RateLimited } from "../../../../ports/source.ts";
import { backOffMs } from "../back-off.ts";
import { connectionOf } from "../connection-of.ts";
import { conditional } from "./conditional.ts";
import { type PollTarget, readPage } from "./read-page.ts";
import { saidBefore } from "./said-before.ts";
import { nextWalk, walkMemory } from "./walk-state.ts";

export type PollServices = Pick<Services, "config" | "store" | "log" | "sources" | "intake" | "outbound">;

export interface PollParts {
  services: PollServices;
  now: () => number;
  chance?: () => number;
  onError: (error: unknown) => void;
}

export interface PollWorker {
  start(): Promise<void>;
  /** Ends the waiting; what is on the way to the network is left alone. */
  stop(): Promise<void>;
}

/** How long stopping waits for a request that is under way. */
const STOP_MS = 2000;
const DAY_MS = 86_400_000;

export function createPollWorker(parts: PollParts): PollWorker {
  const stopping = new AbortController();
  const loops: Array<Promise<void>> = [];
  return {
    start: async () => {
      for (const instance of parts.services.config.sources) {
        const target = await pollTarget(parts.services, instance);
        if (target === null || isForQuestions(target)) continue;
        const again = { ...target, http: conditional(target.http) };
        loops.push(follow(again, instance, parts, stopping.signal));
      }
    },
    stop: async () => {
      stopping.abort();
      await Promise.race([Promise.all(loops), sleep(STOP_MS)]);
    },
  };
}

/** @returns `null` when there is nothing to read this instance with */
export async function pollTarget(
  services: PollServices,
  instance: SourceInstance,
): Promise<PollTarget | null> {
  const connection = connectionOf(instance);
  const poller = (await services.sources.get(instance.source))?.poller;
  if (connection === null || poller === undefined) return null;
  const { options } = services.sources.instance(instance.source, instance.instance);
  return { source: instance.source, connection, poller, http: services.outbound(connection.host), options };
}

/** A connection that lists nothing to read serves the questions about what webhooks told. */
const isForQuestions = ({ poller, connection }: PollTarget): boolean =>
  poller.needs !== undefined && connection.only.length === 0;

/** One instance: walk to the end, wait, walk again. A failure repeats the same page later. */
async function follow(
  target: PollTarget,
  instance: SourceInstance,
  parts: PollParts,
  signal: AbortSignal,
): Promise<void> {
  const { services, now, chance = Math.random, onError } = parts;
  const { everySeconds = 60, backfillDays = 90 } = instance.poll ?? {};
  const memory = walkMemory(services.store.state, "poll", `${instance.source}/${instance.instance ?? ""}`);
  const context = { memory, said: saidBefore(), services, now };
  const tell = teller(services, instance, now);
  let failures = 0;
  while (!signal.aborted) {
    try {
      const walk = nextWalk(memory.read(), now(), backfillDays * DAY_MS);
      const page = await readPage(target, walk, context);
      failures = 0;
      tell(
        page.walk.first ? page.progress : 1,
        page.walk.walking && page.walk.first ? "running" : "done",
        page.instance,
      );
      if (!page.walk.walking) await sleep(everySeconds * 1000 * (0.9 + chance() / 5), signal);
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const limited = error instanceof RateLimited;
      if (failures === 1 && !limited) onError(error);
      tell(null, `waiting: ${error instanceof Error ? error.message : "it failed"}`, null);
      await sleep(limited ? error.retryAfterMs : backOffMs(failures, chance()), signal);
    }
  }
}

type Tell = (progress: number | null, state: string, seen: string | null) => void;

/** For the page: how far the filling of the past is, under the name that the instance has in what it reports. */
function teller({ store }: PollServices, { source, instance }: SourceInstance, now: () => number): Tell {
  let name = instance;
  let last = "";
  let known = 0;
  return (progress, state, seen) => {
    name ??= seen;
    known = progress ?? known;
    const text = `${known.toFixed(3)} ${state}`;
    if (text === last) return;
    last = text;
    store.state.set("backfill", `${source}/${name ?? ""}`, { progress: known, state }, now());
  };
}

/** Ends early, without an error, when the signal says so. */
function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms).unref();
    signal?.addEventListener("abort", done);
  });
}
