/** Enrichment: asks the vendor for facts that a delivery lacks, beside intake and never in its way. */
import type { ObjectKey, Transition } from "../../../domain/transition.ts";
import type { Services } from "../../../ports/services.ts";
import { type Enricher, RateLimited, type Reading, type Source } from "../../../ports/source.ts";
import { backOffMs } from "./back-off.ts";
import { connectionOf } from "./connection-of.ts";
import { answersOf, type Pending, pendingOf, type Question } from "./enrich-state.ts";

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
    { source, instance, key }: Question,
    about: readonly ObjectKey[],
    enricher: Enricher,
    { answer, atMs }: { answer: unknown; atMs: number },
  ): Promise<void> => {
    const transitions = enricher.apply(about, answer, new Date(atMs).toISOString());
    if (transitions.length === 0) return;
    const named = transitions.map(
      ({ object }) => `${object.identityKind} ${object.externalId} ${object.attempt}`,
    );
    await intake.appendTransitions({
      source,
      instance: about[0]?.instance ?? instance ?? "",
      origin: "enrich",
      body: { enriched: key, answer, about: named },
      transitions,
    });
  };

  const accepted: Enrichment["accepted"] = (source, reading, transitions) => {
    const { enricher } = source;
    if (enricher === undefined) return;
    for (const { key, about } of enricher.wanted(transitions)) {
      const question: Question = { source: source.name, instance: reading.instance, key };
      const wait = (): void => {
        pending.add(question, about, now());
        schedule(SOON_MS);
      };
      const known = answers.get(question, now());
      if (known === null) {
        wait();
        continue;
      }
      apply(question, about, enricher, known).catch((error: unknown) => {
        onError(error);
        wait();
      });
    }
  };

  /** Row by row: what has its answer is durable before it no longer waits. */
  const applyToAll = async (id: string, item: Pending, enricher: Enricher): Promise<void> => {
    const known = answers.get(item, now()) ?? (await fetchAnswer(item, enricher));
    if (known === null) return pending.later(id, now() + UNCONNECTED_MS);
    for (let row = pending.nextRow(id); row !== null; row = pending.nextRow(id)) {
      await apply(item, row.about, enricher, known);
      pending.rowDone(id, row);
    }
    pending.remove(id);
  };

  /** @returns `null` when there is nobody to ask */
  const fetchAnswer = async (
    item: Pending,
    enricher: Enricher,
  ): Promise<{ answer: unknown; atMs: number } | null> => {
    const connection = connectionOf(sources.instance(item.source, item.instance));
    if (connection === null) return null;
    const answer = await enricher.fetch(item.key, outbound(connection.host), connection);
    const atMs = now();
    answers.set(item, answer, atMs);
    return { answer, atMs };
  };

  /** @returns whether it failed */
  const ask = async (id: string, item: Pending): Promise<boolean> => {
    const enricher = (await sources.get(item.source))?.enricher;
    if (enricher === undefined || now() - item.sinceMs > FORGET_AFTER_MS) {
      pending.remove(id);
      return false;
    }
    try {
      await applyToAll(id, item, enricher);
      return false;
    } catch (error) {
      const attempts = item.attempts + 1;
      const waitMs = error instanceof RateLimited ? error.retryAfterMs : backOffMs(attempts, chance());
      pending.failed(id, attempts, now() + waitMs);
      if (attempts === 1) onError(error);
      return true;
    }
  };

  const round = async (): Promise<number | null> => {
    const failures = new Map<string, number>();
    for (const { id, item } of pending.list()) {
      const place = `${item.source}/${item.instance ?? ""}`;
      if (item.dueMs > now() || (failures.get(place) ?? 0) >= FAILURES_PER_ROUND) continue;
      if (await ask(id, item)) failures.set(place, (failures.get(place) ?? 0) + 1);
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
