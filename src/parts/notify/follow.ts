/** Follows the log and puts what is to be told into the outbox. Where it is and what it found are written together. */
import type { LogEvent } from "../../domain/event.ts";
import { toViceError } from "../../kit/errors.ts";
import type { NewOutboxRow } from "../../ports/outbox.ts";
import type { Services } from "../../ports/services.ts";
import { noticesOf, otherKeys, rememberCords, type TellParts } from "./events-to-notices.ts";
import { idOf, rowsOf } from "./sender.ts";
import { channelsFor } from "./who-hears.ts";

const FOLLOWER = "notices";
const SINCE = "notify-since";
const BATCH = 200;
/** So many events without any news are read again after a crash at most. */
const UNWRITTEN = 2000;

export interface Follower {
  /** Puts in what is new. @returns whether something was */
  follow(): Promise<boolean>;
}

interface FollowParts {
  services: Services;
  now: () => number;
  /** Hears of an event of which nothing could be told; the next ones are. */
  onError: (error: unknown) => void;
}

export function createFollower({ services, now, onError }: FollowParts): Follower {
  const { store } = services;
  let at: number | null = null;
  let written = 0;
  return {
    follow: async () => {
      if (services.config.channels.length === 0) return false;
      if (at === null) {
        rememberCords(services, now());
        written = at = store.outbox.checkpoint(FOLLOWER) ?? store.log.head().seq;
        store.outbox.put([], now(), { follower: FOLLOWER, seq: at });
      }
      const since = sinceOf(services, now());
      let isNew = false;
      for (;;) {
        const events = store.log.events(at, BATCH);
        const last = events.at(-1)?.seq;
        if (last === undefined || !isProjected(services)) return isNew;
        const rows = rowsOrSkip(events, since, { services, nowMs: now() }, onError);
        if (rows.length > 0 || last - written > UNWRITTEN) {
          store.outbox.put(rows, now(), { follower: FOLLOWER, seq: last });
          written = last;
          isNew ||= rows.length > 0;
        }
        at = last;
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

type Since = ReadonlyMap<string, number>;

/** One event that nobody can make sense of must not keep all that follow from being told. */
function rowsOrSkip(
  events: readonly LogEvent[],
  since: Since,
  parts: TellParts & { services: Services },
  onError: FollowParts["onError"],
): NewOutboxRow[] {
  try {
    return rowsFor(noticesOf(events, parts), since, parts);
  } catch (error) {
    const [event] = events;
    // Of a store that is in trouble nothing is known of any event: that is tried again.
    if (event === undefined || toViceError(error).code.startsWith("store.")) throw error;
    if (events.length > 1) return events.flatMap((each) => rowsOrSkip([each], since, parts, onError));
    onError(
      new Error(`nothing is told of the event ${event.seq} (${event.type}): it is skipped`, { cause: error }),
    );
    return [];
  }
}

/** While read models are built again nobody can say what became of an activity: then it waits. */
function isProjected({ store }: Pick<Services, "store">): boolean {
  store.maintenance.catchUp();
  return store.maintenance.work(0).idle;
}

function rowsFor(
  found: ReturnType<typeof noticesOf>,
  since: Since,
  parts: TellParts & { services: Services },
): NewOutboxRow[] {
  const { homeId, store } = parts.services;
  return found.flatMap(({ seq, notice }) => {
    const channels = channelsFor(parts.services, notice).filter((name) => seq > (since.get(name) ?? seq));
    if (channels.length === 0) return [];
    const others = otherKeys(notice, parts).map((key) => idOf(homeId, key));
    return others.length > 0 && store.outbox.knows(others) ? [] : rowsOf(homeId, notice, channels);
  });
}

/** From which event on each channel is told: nothing from before it was there. One that comes back begins anew. */
function sinceOf({ config, store }: Pick<Services, "config" | "store">, nowMs: number): Map<string, number> {
  const known = new Map(store.state.list(SINCE).map(({ key, value }) => [key, Number(value)]));
  const names = new Set(config.channels.map(({ name }) => name));
  const head = store.log.head().seq;
  for (const name of names)
    if (!known.has(name)) {
      store.state.set(SINCE, name, head, nowMs);
      known.set(name, head);
    }
  for (const name of known.keys()) if (!names.has(name)) store.state.delete(SINCE, name);
  return known;
}
