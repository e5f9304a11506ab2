/** Enrichment: asks the vendor for facts that a delivery lacks, beside intake and never in its way. */
import type { Transition } from "../../../domain/transition.ts";
import type { Services } from "../../../ports/services.ts";
import { type Enricher, RateLimited, type Reading, type Source } from "../../../ports/source.ts";
import { backOffMs } from "./back-off.ts";
import { connectionOf } from "./connection-of.ts";
import { answersOf, type Pending, pendingOf } from "./enrich-state.ts";

export interface EnrichParts {
  services: Pick<Services, "store" | "sources" | "outbound" | "intake">;
  now: () => number;
  /** 0..1, for scattered waiting. */
  chance?: () => number;
  onError: (error: unknown) => void;
}

export interface Enrichment {
  /** Notes what this delivery lacks, at once and durably. Answers known already are applied without a call. */
  accepted(source: Source, reading: Reading, transitions: readonly Transition[]): void;
  /** One round: asks for everything that is due. @returns when the next one is due (ms since 1970), `null` = nothing waits */
  round(): Promise<number | null>;
  start(): void;
  stop(): Promise<void>;
}

/** A server that is down is not asked for every app: after so many failures the rest of a round waits. */
const FAILURES_PER_ROUND = 3;
const SOON_MS = 50;
/** Without a connection there is nobody to ask; one may be configured later. */
const UNCONNECTED_MS = 60 * 60_000;
const FORGET_AFTER_MS = 90 * 86_400_000;

export function createEnrichment({ services, now, chance = Math.random, onError }: EnrichParts): Enrichment {
  const { store, sources, outbound, intake } = services;
  const answers = answersOf(store.state);
  const pending = pendingOf(store.state);
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let stopped = true;

  const apply = async (
    item: Pending,
    enricher: Enricher,
    answer: unknown,
    answeredMs: number,
  ): Promise<void> => {
    const { source, key, reading, transitions } = item;
    const added = enricher.apply(reading, transitions, answer, new Date(answeredMs).toISOString());
    const instance = transitions[0]?.object.instance ?? reading.instance ?? "";
    const about = added.map(({ object }) => `${object.identityKind} ${object.externalId} ${object.attempt}`);
    const body = { enriched: key, answer, about };
    if (added.length > 0)
      await intake.appendTransitions({ source, instance, origin: "enrich", body, transitions: added });
  };

  const accepted: Enrichment["accepted"] = (source, reading, transitions) => {
    const { enricher } = source;
    if (enricher === undefined) return;
    for (const key of enricher.wanted(reading, transitions)) {
      const item: Pending = {
        source: source.name,
        instance: reading.instance,
        key,
        attempts: 0,
        dueMs: now(),
        sinceMs: now(),
        transitions,
        reading: light(source, reading),
      };
      const known = answers.get(item, now());
      if (known === null) {
        pending.add(item);
        schedule(SOON_MS);
      } else apply(item, enricher, known.answer, known.atMs).catch(onError);
    }
  };

  /** @returns whether there is an answer now */
  const ask = async (id: string, item: Pending): Promise<boolean> => {
    const enricher = (await sources.get(item.source))?.enricher;
    const instance = sources.instance(item.source, item.instance);
    const expired = now() - item.sinceMs > FORGET_AFTER_MS;
    if (enricher === undefined || expired) return pending.remove(id);
    const connection = connectionOf(instance);
    if (connection === null) return pending.put(id, { ...item, dueMs: now() + UNCONNECTED_MS });
    try {
      const known = answers.get(item, now());
      const answer =
        known === null ? await enricher.fetch(item.key, outbound(connection.host), connection) : known.answer;
      if (known === null) answers.set(item, answer, now());
      await apply(item, enricher, answer, known?.atMs ?? now());
      pending.remove(id);
      return true;
    } catch (error) {
      const attempts = item.attempts + 1;
      const waitMs = error instanceof RateLimited ? error.retryAfterMs : backOffMs(attempts, chance());
      pending.put(id, { ...item, attempts, dueMs: now() + waitMs });
      if (attempts === 1) onError(error);
      return false;
    }
  };

  const round = async (): Promise<number | null> => {
    const failures = new Map<string, number>();
    for (const { id, item } of pending.list()) {
      const place = `${item.source}/${item.instance ?? ""}`;
      if (item.dueMs > now() || (failures.get(place) ?? 0) >= FAILURES_PER_ROUND) continue;
      if (!(await ask(id, item))) failures.set(place, (failures.get(place) ?? 0) + 1);
    }
    const due = pending.list().map(({ item }) => item.dueMs);
    return due.length === 0 ? null : Math.min(...due);
  };

  const schedule = (inMs: number): void => {
    if (stopped || running !== null) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(run, Math.min(inMs, UNCONNECTED_MS)).unref();
  };

  const run = (): void => {
    timer = null;
    running = round()
      .then((dueMs) => {
        running = null;
        if (dueMs !== null) schedule(Math.max(dueMs - now(), 1000));
      })
      .catch((error: unknown) => {
        running = null;
        onError(error);
        schedule(backOffMs(1, chance()));
      });
  };

  return {
    accepted,
    round,
    start: () => {
      stopped = false;
      schedule(SOON_MS);
    },
    stop: async () => {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}

/** A reading small enough to keep, without headers and without what must not be stored. */
function light(source: Source, reading: Reading): Reading {
  const body = source.redact === undefined ? reading.body : source.redact(reading.body);
  const small = JSON.stringify(body ?? null).length <= 64 * 1024;
  return { ...reading, headers: {}, body: small ? body : null, options: null };
}
