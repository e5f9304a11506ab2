/** Writes `$VICE_HOME/usual.json`: how long local actions usually take, so that `vice run` can say it without a store. */
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Activity } from "../domain/activity.ts";
import { quantile } from "../domain/quantile.ts";
import type { Services } from "../ports/services.ts";

/** The newest local activities that it is computed from. */
const SAMPLE = 1000;
const SETTLE_MS = 3000;

/** The key as the wrapper makes it from what it starts. */
const keyOf = ({ kind, service, environment, tags }: Activity): string =>
  [kind, tags["reportedService"] ?? service ?? "", environment ?? "", tags["name"] ?? ""].join("/");

/** Median duration in milliseconds by key, of those that succeeded at least twice. */
function usualDurations(activities: readonly Activity[]): Record<string, number> {
  const durations = new Map<string, number[]>();
  for (const activity of activities) {
    if (activity.status !== "succeeded" || activity.durationMs === null) continue;
    const key = keyOf(activity);
    durations.set(key, [...(durations.get(key) ?? []), activity.durationMs]);
  }
  const usual = [...durations]
    .filter(([, list]) => list.length > 1)
    .map(([key, list]) => [key, Math.round(quantile(list, 0.5) ?? 0)]);
  return Object.fromEntries(usual) as Record<string, number>;
}

/** Keeps the file up to date while local actions come in. @returns stops */
export function followUsual(services: Services, onError: (error: unknown) => void): () => void {
  let timer: NodeJS.Timeout | null = null;
  const write = (): void => {
    timer = null;
    try {
      const page = services.store.read.activities({ source: "local" }, SAMPLE, null, Date.now());
      const file = join(services.config.home, "usual.json");
      writeFileSync(`${file}.new`, JSON.stringify(usualDurations(page.items)), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    } catch (error) {
      onError(error);
    }
  };
  const stop = services.store.log.onChange((changes) => {
    if (timer === null && changes.some((change) => change.type === "activity" && change.source === "local")) {
      timer = setTimeout(write, SETTLE_MS).unref();
    }
  });
  return () => {
    stop();
    if (timer !== null) clearTimeout(timer);
  };
}
