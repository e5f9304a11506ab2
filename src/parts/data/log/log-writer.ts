/** Group commit: whatever arrives in one turn of the event loop is one transaction, then the read models follow. */
import { ViceError } from "../../../kit/errors.ts";
import type { AppendItem, AppendResult } from "../../../ports/event-log.ts";
import type { LogWriter } from "../../../ports/services.ts";
import type { Store } from "../../../ports/store.ts";

interface Waiting {
  item: AppendItem;
  resolve: (result: AppendResult) => void;
  reject: (error: unknown) => void;
}

/** More than this waiting means that the disk does not keep up: senders are told to come again. */
const MAX_WAITING = 10_000;
/** One transaction takes at most this many items, so that no single one holds the loop for long. */
const MAX_GROUP = 500;
const WORK_BUDGET_MS = 3;
/** After a fault in background work it is tried again: most of them pass, such as a full disk. */
const RETRY_MS = 1000;
/** Faults of the store as a whole: trying each item alone would only take longer. */
const SHARED = new Set<string>(["store.unavailable", "store.busy", "store.damaged"]);

/** @param onError hears of faults in background work, which must never stop intake */
const WORDS = {
  rebuild: "building read models",
  rename: "naming activities",
  follow: "linking and counting",
} as const;

export function createLogWriter(
  store: Store,
  onError: (error: unknown) => void,
): LogWriter & { stop(): Promise<void> } {
  let waiting: Waiting[] = [];
  let flushing = false;
  let working = false;
  let stopped = false;
  let retry: NodeJS.Timeout | null = null;

  const flush = (): void => {
    flushing = false;
    const group = waiting.slice(0, MAX_GROUP);
    waiting = waiting.slice(MAX_GROUP);
    if (waiting.length > 0) schedule();
    write(store, group);
    startWork();
  };

  const schedule = (): void => {
    if (flushing) return;
    flushing = true;
    setImmediate(flush);
  };

  const startWork = (): void => {
    if (working || stopped) return;
    working = true;
    setImmediate(work);
  };

  const work = (): void => {
    working = false;
    if (stopped) return;
    try {
      if (!store.maintenance.work(WORK_BUDGET_MS).idle) startWork();
    } catch (error) {
      onError(error);
      retry ??= setTimeout(() => {
        retry = null;
        startWork();
      }, RETRY_MS).unref();
    }
  };

  const stopListening = store.maintenance.onWork(startWork);
  startWork();
  return {
    append: (item) => {
      if (waiting.length >= MAX_WAITING) {
        return Promise.reject(
          new ViceError("store.unavailable", {
            problem: `${waiting.length} deliveries are waiting for the disk`,
          }),
        );
      }
      return new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        schedule();
      });
    },
    settled: async (progress = () => {}) => {
      for (;;) {
        const state = store.maintenance.work(WORK_BUDGET_MS);
        if (state.idle) return;
        progress(state.share, WORDS[state.what]);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    get depth() {
      return waiting.length;
    },
    stop: async () => {
      while (waiting.length > 0) await new Promise((resolve) => setImmediate(resolve));
      stopped = true;
      if (retry !== null) clearTimeout(retry);
      stopListening();
    },
  };
}

/** One bad item must not take its neighbours down: after a fault that is not the disk's, each is tried alone. */
function write(store: Store, group: readonly Waiting[]): void {
  if (group.length === 0) return;
  try {
    const results = store.log.append(group.map(({ item }) => item));
    group.forEach(({ resolve, reject }, at) => {
      const result = results[at];
      if (result === undefined)
        reject(new ViceError("bug", { problem: "the log gave no result for an item" }));
      else resolve(result);
    });
  } catch (error) {
    const shared = error instanceof ViceError && SHARED.has(error.code);
    if (group.length === 1 || shared) for (const { reject } of group) reject(error);
    else for (const each of group) write(store, [each]);
  }
}
