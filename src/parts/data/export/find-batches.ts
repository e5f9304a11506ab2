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
  const { telling } = services.store;
  const isAsked = tellable(exporter.only);
  const slice = slices();
  let [at, began] = [seq, seq];
  let ids = new Set<string>();
  let items: TellableActivity[] = [];
  for (;;) {
    if (!isProjected(services)) break;
    const most = Math.min(slice.most(), Math.max(1, size() - items.length));
    const found = slice.timed(() =>
      telling.after(
        at,
        most,
        (activity) => !ids.has(activity.id) && isTellable(activity) && isAsked(activity),
        now(),
      ),
    );
    if (found === null) break;
    for (const told of found.items) {
      ids.add(told.activity.id);
      items.push(tellableOf(told));
    }
    at = found.seq;
    if (items.length >= size() || at - began >= MOST_EVENTS) {
      yield { items, seq: at };
      [ids, items, began] = [new Set(), [], at];
    }
    await breath();
  }
  if (at > began) yield { items, seq: at };
}

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
