/** Finds what is to be sent: follows the log, which is the queue, and reads the activities that its events are about. */
import { setImmediate as breath } from "node:timers/promises";
import { tellable } from "../../../domain/otlp/exporter-schema.ts";
import { isTellable, type SpanRelation } from "../../../domain/otlp/to-span.ts";
import type { TellableActivity } from "../../../domain/otlp/to-traces.ts";
import { isInside } from "../../../domain/trace/inside.ts";
import type { Exporter } from "../../../ports/exporter.ts";
import type { Services } from "../../../ports/services.ts";
import type { ExportState } from "./export-state.ts";

export interface Batch {
  items: TellableActivity[];
  /** The last event that is seen to with it. */
  seq: number;
}

/** Events read in one go: a piece of work that keeps nobody waiting. */
const SLICE = 200;
/** So many events without anything to send are told of, so that the place in the log is known. */
const MOST_EVENTS = 5000;
const MOST_PARENTS = 20_000;

type Parts = Pick<Services, "store">;

/** The trace of a parent never changes, so it is asked for once. */
export function parentTraces({ store }: Parts, now: () => number): (id: string | null) => string | null {
  const known = new Map<string, string>();
  return (id) => {
    if (id === null) return null;
    const found = known.get(id) ?? store.read.activity(id, now())?.traceId ?? null;
    if (found === null) return null;
    if (known.size >= MOST_PARENTS) known.clear();
    known.set(id, found);
    return found;
  };
}

/**
 * Batches after an event until the log ends, each of at most about `size` activities, one activity once in each. While the
 * read models are built again nothing can be said of activities, and it ends early.
 */
export async function* batchesAfter(
  { seq, begunSeq }: Pick<ExportState, "seq" | "begunSeq">,
  size: () => number,
  exporter: Pick<Exporter, "only">,
  {
    services,
    now,
    traceOf,
  }: { services: Parts; now: () => number; traceOf: ReturnType<typeof parentTraces> },
): AsyncGenerator<Batch, void> {
  const { store } = services;
  const isWanted = tellable(exporter.only);
  let [at, began] = [seq, seq];
  let ids = new Set<string>();
  let items: TellableActivity[] = [];
  for (;;) {
    const events = store.log.events(at, Math.min(SLICE, size()));
    const last = events.at(-1)?.seq;
    if (last === undefined || !isProjected(services)) break;
    for (const { seq: here, type, subject } of events) {
      if (subject === null || !TOLD.has(type) || ids.has(subject)) continue;
      ids.add(subject);
      const activity = store.read.activity(subject, now());
      if (activity === null || !isTellable(activity) || !isWanted(activity)) continue;
      const isHistory = here <= begunSeq;
      const links =
        isHistory && isInside(activity.kind, activity.parentId) ? [] : causesOf(services, subject, now());
      items.push({ activity, parentTraceId: traceOf(activity.parentId), links });
    }
    at = last;
    if (items.length >= size() || at - began >= MOST_EVENTS) {
      yield { items, seq: at };
      [ids, items, began] = [new Set(), [], at];
    }
    await breath();
  }
  if (at > began) yield { items, seq: at };
}

const MOST_LINKS = 32;

/**
 * What led to it, beside its parent. To find that takes longer than all the rest, so in the history from before the exporter
 * was there the steps inside of runs go without: they are many, and their parent ties them to the rest.
 */
const causesOf = ({ store }: Parts, id: string, nowMs: number): SpanRelation[] =>
  store.traces
    .causes(id, nowMs)
    .filter(({ link }) => link.reason !== "parent")
    .slice(0, MOST_LINKS)
    .map(({ activity, link }) => ({ id: activity.id, traceId: activity.traceId, reason: link.words }));

const TOLD: ReadonlySet<string> = new Set(["vice.activity.observed.v1", "vice.activity.amended.v1"]);

function isProjected({ store }: Parts): boolean {
  store.maintenance.catchUp();
  const work = store.maintenance.work(0);
  return work.idle || work.what !== "rebuild";
}
