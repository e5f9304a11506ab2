/** Looks again and again for what is not as usual, and notes it once when it begins and once when it is over. */
import type { AbnormalFound, AbnormalKind } from "../../../domain/abnormal/abnormal.ts";
import {
  findQueue,
  findStuck,
  findUndeployed,
  isQueueOver,
  QUEUE_LOOKS,
  type QueueSample,
  type Usual,
} from "../../../domain/abnormal/find.ts";
import type { Activity } from "../../../domain/activity.ts";
import { quantilesOf, sizeOf } from "../../../domain/durations/histogram.ts";
import { STEP_KINDS, stepKey, stepNameOf } from "../../../domain/durations/step.ts";
import type { EventData, NewEvent } from "../../../domain/event.ts";
import type { Services } from "../../../ports/services.ts";
import { spanOfDays } from "../durations/groups.ts";
import { inSlices, pagesOf } from "../in-slices.ts";

export interface WatchParts {
  services: Services;
  now: () => number;
  onError: (error: unknown) => void;
  /** How often it is looked; the length of queues is compared over ten looks. */
  tickMs?: number;
}

const TICK_MS = 30_000;
/** Habits of deploying change slowly. */
const HABIT_MS = 3_600_000;
/** Usual durations are read again after. */
const USUAL_MS = 600_000;
const USUAL_DAYS = 90;
const LAST_DEPLOYMENTS = 50;

/** @returns stop watching */
export function watchAbnormal(parts: WatchParts): () => Promise<void> {
  const watch = new AbnormalWatch(parts.services, parts.now);
  let looking: Promise<void> = Promise.resolve();
  let busy = false;
  const tick = (): void => {
    if (busy) return;
    busy = true;
    looking = watch
      .look()
      .catch(parts.onError)
      .finally(() => {
        busy = false;
      });
  };
  const timer = setInterval(tick, parts.tickMs ?? TICK_MS);
  return async () => {
    clearInterval(timer);
    await looking;
  };
}

export class AbnormalWatch {
  readonly #services: Services;
  readonly #now: () => number;
  readonly #queues = new Map<string, QueueSample[]>();
  #usual: { atMs: number; byService: Map<string, Map<string, Usual>> } = { atMs: 0, byService: new Map() };
  #habitMs = 0;
  #undeployed: AbnormalFound[] = [];

  constructor(services: Services, now: () => number) {
    this.#services = services;
    this.#now = now;
  }

  /** Looks once, and writes what began and what is over. */
  async look(): Promise<void> {
    const nowMs = this.#now();
    const { store, log } = this.#services;
    const standing = store.standing.list("abnormal").map(({ data }) => data);
    const found = [
      ...(await this.#stuck(nowMs)),
      ...(await this.#growing(nowMs, standing)),
      ...(await this.#missed(nowMs)),
    ];
    const before = new Set(standing.map(({ key }) => key));
    const now = new Set(found.map(({ key }) => key));
    const events = [
      ...found
        .filter(({ key }) => !before.has(key))
        .map((data) => eventOf("vice.abnormal.found.v1", data, nowMs)),
      ...standing
        .filter(({ key }) => !now.has(key))
        .map(({ key, kind }) => eventOf("vice.abnormal.settled.v1", { key, said: OVER[kind] }, nowMs)),
    ];
    if (events.length > 0) await log.append({ delivery: null, events });
  }

  /** What began longer ago is taken for abandoned: so the cost is that of what runs, however many never ended. */
  async #open(status: "running" | "pending", nowMs: number): Promise<Activity[]> {
    const sinceMs = nowMs - this.#services.config.abandonAfterMs;
    const open: Activity[] = [];
    for await (const { items } of pagesOf(this.#services, { status, sinceMs }, nowMs))
      open.push(...items.filter(({ kind, primaryId }) => STEPS.has(kind) && primaryId === null));
    return open;
  }

  async #stuck(nowMs: number): Promise<AbnormalFound[]> {
    const stuck = await inSlices(await this.#open("running", nowMs), (activity): AbnormalFound[] => {
      const { id, service, startedAt } = activity;
      if (startedAt === null) return [];
      const name = stepNameOf(activity);
      const usual = this.#usualOf(
        service,
        stepKey({ kind: activity.kind as (typeof STEP_KINDS)[number], name }),
        nowMs,
      );
      const found = findStuck({ id, name, service, startedAt }, usual, nowMs);
      return found === null ? [] : [found];
    });
    return stuck.flat();
  }

  /** Of the step in this service; where it is too new there, of the step anywhere. */
  #usualOf(service: string | null, key: string, nowMs: number): Usual {
    if (nowMs - this.#usual.atMs > USUAL_MS) this.#usual = { atMs: nowMs, byService: new Map() };
    const own = service === null ? undefined : this.#usuals(service, nowMs).get(key);
    if (own !== undefined && own.runs >= 20) return own;
    return this.#usuals("", nowMs).get(key) ?? { p99Ms: null, runs: 0 };
  }

  #usuals(service: string, nowMs: number): Map<string, Usual> {
    const known = this.#usual.byService.get(service);
    if (known !== undefined) return known;
    const span = {
      ...spanOfDays(this.#services, USUAL_DAYS, nowMs),
      service: service === "" ? undefined : service,
    };
    const made = new Map(
      this.#services.store.durations.gathered("step", span).map(({ value, histogram }) => {
        const [p99Ms = null] = quantilesOf(histogram, [0.99]);
        return [value, { p99Ms, runs: sizeOf(histogram) }];
      }),
    );
    this.#usual.byService.set(service, made);
    return made;
  }

  async #growing(nowMs: number, standing: readonly AbnormalFound[]): Promise<AbnormalFound[]> {
    const waiting = new Map<string, number>();
    for (const { source } of await this.#open("pending", nowMs))
      waiting.set(source, (waiting.get(source) ?? 0) + 1);
    const tools = new Set([...waiting.keys(), ...this.#queues.keys()]);
    const found = [...tools].flatMap((tool) => {
      const samples = [
        ...(this.#queues.get(tool) ?? []),
        { atMs: nowMs, waiting: waiting.get(tool) ?? 0 },
      ].slice(-QUEUE_LOOKS);
      this.#queues.set(tool, samples);
      return findQueue(tool, samples) ?? [];
    });
    const keys = new Set(found.map(({ key }) => key));
    const still = standing.filter(
      (each) =>
        each.kind === "queue" &&
        !keys.has(each.key) &&
        !isQueueOver(waiting.get(each.key.slice("queue:".length)) ?? 0, each),
    );
    return [...found, ...still];
  }

  async #missed(nowMs: number): Promise<AbnormalFound[]> {
    if (nowMs - this.#habitMs < HABIT_MS && !this.#undeployed.some((each) => this.#wasDeployed(each, nowMs)))
      return this.#undeployed;
    this.#habitMs = nowMs;
    const { read } = this.#services.store;
    const running = read.status({ tier: "production" }, nowMs).filter((item) => item.running !== null);
    const services = [...new Set(running.flatMap(({ service }) => service ?? []))];
    const found = await inSlices(services, (service) =>
      findUndeployed(service, this.#deployments(service, LAST_DEPLOYMENTS, nowMs), nowMs),
    );
    this.#undeployed = found.filter((each) => each !== null);
    return this.#undeployed;
  }

  #wasDeployed({ service, since }: AbnormalFound, nowMs: number): boolean {
    const [last] = service === null ? [] : this.#deployments(service, 1, nowMs);
    return last !== undefined && last > since;
  }

  #deployments(service: string, most: number, nowMs: number): string[] {
    return this.#services.store.read
      .activities({ kind: "deployment", service, tier: "production", status: "succeeded" }, most, null, nowMs)
      .items.filter(({ primaryId }) => primaryId === null)
      .map(({ occurredAt }) => occurredAt);
  }
}

const STEPS: ReadonlySet<string> = new Set(STEP_KINDS);

const OVER: Readonly<Record<AbnormalKind, string>> = {
  stuck: "it runs no more",
  queue: "the queue is short again",
  undeployed: "it was deployed again",
};

function eventOf<T extends "vice.abnormal.found.v1" | "vice.abnormal.settled.v1">(
  type: T,
  data: EventData[T],
  nowMs: number,
): NewEvent<T> {
  return {
    ...{ type, source: "/abnormal", subject: data.key, time: new Date(nowMs).toISOString(), data },
    ...{ actor: "vice", traceparent: null, delivery: null },
  };
}
