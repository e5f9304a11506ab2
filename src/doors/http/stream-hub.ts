/** Hands changes to everyone who listens, each written once; who reads too slowly is let go, not waited for. */
import type { ServerResponse } from "node:http";
import type { Door } from "./door.ts";
import { type Change, changesOf, changeText, message } from "./stream-text.ts";

/** Bytes that may wait for one reader. */
const MAX_WAITING_BYTES = 1024 * 1024;
const REPLAY_EVENTS = 500;
/** Further behind than this a reader is told to read everything again. */
const REPLAY_MAX = 5_000;

export interface Listener {
  response: ServerResponse;
  /** Asked now and then: a revoked token ends its streams. */
  allowed: () => boolean;
}

export interface StreamHub {
  /** @param after the last id that the listener has, or `null` for one who begins */
  join(listener: Listener, after: number | null): Promise<void>;
  readonly size: number;
}

export function streamHubOf(door: Door): StreamHub {
  const listeners = new Set<Listener>();
  const { log } = door.services.store;
  let resume = projected(door);

  function tell(changes: readonly Change[]): void {
    const before = resume;
    resume = Math.max(resume, ...changes.map(settledSeq));
    if (listeners.size === 0) return;
    const text = changes
      .map((change, at) => changeText(change, at === changes.length - 1 ? resume : before))
      .join("");
    for (const listener of listeners) write(listener, text);
  }

  function write(listener: Listener, text: string): void {
    const { response } = listener;
    response.write(text);
    if (response.writableLength <= MAX_WAITING_BYTES) return;
    door.logger.warn(
      { waitingBytes: response.writableLength },
      "a reader of the event stream is too slow and was cut",
    );
    response.destroy();
  }

  function beat(): void {
    for (const listener of listeners) {
      if (listener.allowed()) write(listener, ": still here\n\n");
      else listener.response.end();
    }
  }

  /** Reading and joining happen in one turn, so nothing falls between the replay and the live changes. */
  async function replay(listener: Listener, after: number): Promise<void> {
    const { response } = listener;
    if (log.head().seq - after > REPLAY_MAX) {
      response.write(message(resume, "reset", {}) + message(resume, "names", {}));
      return;
    }
    let at = after;
    for (;;) {
      const events = log.events(at, REPLAY_EVENTS);
      at = events.at(-1)?.seq ?? at;
      const changes = changesOf(events, door.services, door.now());
      const caughtUp = events.length < REPLAY_EVENTS;
      const id = caughtUp ? Math.min(at, resume) : at;
      response.write(changes.map((change) => changeText(change, id)).join(""));
      if (caughtUp || response.destroyed) return;
      if (response.writableNeedDrain) await drained(response);
    }
  }

  const stop = log.onChange(tell);
  const timer = setInterval(beat, door.heartbeatMs);
  door.closing.addEventListener("abort", () => {
    stop();
    clearInterval(timer);
    for (const { response } of listeners) response.end();
  });
  return {
    get size() {
      return listeners.size;
    },
    join: async (listener, after) => {
      listener.response.once("close", () => {
        listeners.delete(listener);
        door.metrics.streams.set([], listeners.size);
      });
      if (after !== null) await replay(listener, after);
      if (listener.response.destroyed || door.closing.aborted) return void listener.response.end();
      listeners.add(listener);
      listener.response.write(`id: ${resume}\n\n`);
      door.metrics.streams.set([], listeners.size);
    },
  };
}

/** Up to which event everything was told: what a delivery changed is known only when it is projected. */
function projected({ services }: Door): number {
  const { seq, lag } = services.store.maintenance.health();
  return seq - lag;
}

const settledSeq = (change: Change): number => (change.type === "source" ? 0 : change.seq);

/** Resolves when the reader has taken what waits, or is gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once("drain", resolve);
    response.once("close", resolve);
  });
}
