/** Renews the locks of deployments that are on their way here, also of one that is paused between two steps. */
import { isEnded } from "../../../domain/pipeline/run-state.ts";
import type { Services } from "../../../ports/services.ts";
import { beat } from "../rules/lock-state.ts";
import { holderOf, LEASE_MS } from "./steps/deployment-of.ts";

interface Parts {
  services: Services;
  now: () => number;
  onError: (error: unknown) => void;
  /** How often; well within the lease. */
  everyMs?: number;
}

/** For a server, which has taken up every run that is open. @returns stop renewing */
export function keepLeases({ services, now, onError, everyMs = LEASE_MS / 3 }: Parts): () => Promise<void> {
  const { store } = services;
  const renew = (): void => {
    const open = new Set(store.runs.open().map(holderOf));
    for (const { key, data } of store.standing.list("lock")) {
      if (!open.has(data.holder)) continue;
      const state = store.runs.get(data.holder.replace(/^run /, ""));
      if (state !== null && !isEnded(state.head)) beat({ services, now }, key);
    }
  };
  const timer = setInterval(() => {
    try {
      renew();
    } catch (error) {
      onError(error);
    }
  }, everyMs);
  return async () => clearInterval(timer);
}
