/** The live connection: server-sent events make the affected queries read again within a second. */
import type { QueryClient } from "@tanstack/react-query";
import { renewStatus } from "./patch-status.ts";
import { RULES_REFRESH } from "./rules.ts";
import { RUNS_REFRESH } from "./runs.ts";
import type { ActivityChange } from "./types.ts";

/** Query keys by the event that makes them old. */
const AFFECTED: Record<string, readonly string[]> = {
  activity: ["activity", "flow", "local", "counts", "can-deploy"],
  source: ["sources", "deliveries"],
  names: ["names", "facets", "status", "activity", ...RULES_REFRESH],
  rules: RULES_REFRESH,
  run: RUNS_REFRESH,
};

/** Changes that arrive together are read once; the first of them without delay. */
const QUIET_MS = 400;

export type LiveState = "connecting" | "live" | "lost";
type Listener = (changes: readonly ActivityChange[]) => void;

const stateListeners = new Set<() => void>();
const changeListeners = new Set<Listener>();
let state: LiveState = "connecting";

export const liveState = (): LiveState => state;
export const onLiveState = (listener: () => void): (() => void) => subscribe(stateListeners, listener);
export const onChanges = (listener: Listener): (() => void) => subscribe(changeListeners, listener);

function subscribe<Item>(set: Set<Item>, item: Item): () => void {
  set.add(item);
  return () => set.delete(item);
}

function setState(next: LiveState): void {
  if (state === next) return;
  state = next;
  for (const listener of stateListeners) listener();
}

/** Opens the stream and keeps it open. @returns stops it */
export function connectLive(client: QueryClient): () => void {
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let lostOnce = false;
  const batch = batcher(client);

  function open(): void {
    source = new EventSource("/v1/stream");
    source.onopen = () => {
      if (lostOnce) void client.invalidateQueries();
      setState("live");
    };
    source.onerror = () => {
      lostOnce = true;
      setState("lost");
      // The browser resumes by itself (with Last-Event-ID) unless the server refused outright.
      if (source?.readyState === EventSource.CLOSED) retry = setTimeout(open, 4_000);
    };
    for (const type of Object.keys(AFFECTED)) {
      source.addEventListener(type, (event: MessageEvent<string>) => batch.add(type, event.data));
    }
  }

  open();
  return () => {
    source?.close();
    clearTimeout(retry);
    batch.stop();
    setState("connecting");
  };
}

function batcher(client: QueryClient): { add: (type: string, data: string) => void; stop: () => void } {
  let keys = new Set<string>();
  let changes: ActivityChange[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    timer = undefined;
    if (keys.size === 0) return;
    for (const key of keys) void client.invalidateQueries({ queryKey: [key] }, { cancelRefetch: true });
    const arrived = changes;
    keys = new Set();
    changes = [];
    timer = setTimeout(flush, QUIET_MS);
    if (arrived.length === 0) return;
    void renewStatus(client, arrived);
    for (const listener of changeListeners) listener(arrived);
  }

  return {
    add: (type, data) => {
      for (const key of AFFECTED[type] ?? []) keys.add(key);
      if (type === "activity") changes.push(JSON.parse(data) as ActivityChange);
      if (timer === undefined) timer = setTimeout(flush, 20);
    },
    stop: () => clearTimeout(timer),
  };
}
