/** Finds what is to be sent: follows the log, which is the queue, and reads the activities that its events are about. */
import { setImmediate as breath } from "node:timers/promises";
import { tellable } from "../../../domain/otlp/exporter-schema.ts";
import { isTellable } from "../../../domain/otlp/to-span.ts";
import type { TellableActivity } from "../../../domain/otlp/to-traces.ts";
import type { Exporter } from "../../../ports/exporter.ts";
import type { Services } from "../../../ports/services.ts";
import type { Told } from "../../../ports/telling.ts";
import { slices } from "./slices.ts";

export interface Batch {
  items: TellableActivity[];
  /** The last event that is seen to with it. */
  seq: number;
}

/** So many events without anything to send are told of, so that the place in the log is known. */
const MOST_EVENTS = 5000;
/** A deployment of hundreds of changes has as many causes: those that stand first tell enough. */
const MOST_LINKS = 32;

type Parts = Pick<Services, "store">;

/**
 * Batches after an event until the log ends, each of at most about `size` activities, one activity once in each. While the
 * read models or what follows them are built again nothing sure can be said of activities, and it ends early.
 */
export async function* batchesAfter(
  seq: number,
  size: () => number,
  exporter: Pick<Exporter, "only">,
  { services, now }: { services: Parts; now: () => number },
): AsyncGenerator<Batch, void> {
  const { telling, log } = services.store;
  const isAsked = tellable(exporter.only);
  const slice = slices();
  let [at, began] = [seq, seq];
  let items = new Map<string, Read>();
  for (;;) {
    if (!isProjected(services)) break;
    const most = Math.min(slice.most(), Math.max(1, size() - items.size));
    const until = at + most;
    const isRead = (id: string): boolean => (items.get(id)?.headSeq ?? -1) >= until;
    const found = slice.timed(() =>
      telling.after(
        at,
        most,
        (activity) => !isRead(activity.id) && isTellable(activity) && isAsked(activity),
        now(),
      ),
    );
    if (found === null) break;
    const headSeq = log.head().seq;
    for (const told of found.items) items.set(told.activity.id, { item: tellableOf(told), headSeq });
    at = found.seq;
    if (items.size >= size() || at - began >= MOST_EVENTS) {
      yield { items: itemsOf(items), seq: at };
      [items, began] = [new Map(), at];
    }
    await breath();
  }
  if (at > began) yield { items: itemsOf(items), seq: at };
}

/** What was read when the log ended there: what is told of it later, between two slices, is read again. */
interface Read {
  item: TellableActivity;
  headSeq: number;
}

const itemsOf = (items: ReadonlyMap<string, Read>): TellableActivity[] =>
  [...items.values()].map(({ item }) => item);

const tellableOf = ({ activity, parentTraceId, causes }: Told): TellableActivity => ({
  activity,
  parentTraceId,
  links: causes.slice(0, MOST_LINKS).map(({ id, traceId, link }) => ({ id, traceId, reason: link.words })),
});

function isProjected({ store }: Parts): boolean {
  store.maintenance.catchUp();
  const work = store.maintenance.work(0);
  return work.idle || work.what === "rename";
}
