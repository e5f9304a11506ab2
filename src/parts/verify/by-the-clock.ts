/** What a running server checks by itself: registered projects whose `verify` says how often. */
import type { Activity } from "../../domain/activity.ts";
import { effective } from "../../domain/project/effective.ts";
import { projectFrom } from "../../domain/project/project.ts";
import type { CheckResult, VerifyReport } from "../../domain/verify/report.ts";
import { checksOf, everyOf } from "../../domain/verify/said-checks.ts";
import type { Services } from "../../ports/services.ts";
import type { Stands } from "../../ports/standing.ts";
import { type CheckedPlace, knownThere } from "./known-there.ts";
import { type About, checkEvents } from "./record-checks.ts";
import { runChecks } from "./run-checks.ts";
import { runningThere } from "./running-there.ts";

export interface ClockParts {
  services: Services;
  now: () => number;
  onError: (error: unknown) => void;
  /** Hears of every run, for the log of the server. */
  onDone?: (place: string, report: VerifyReport) => void;
  tickMs?: number;
}

export interface CheckClock {
  /** Begins what is due, and waits for it. */
  tick(): Promise<void>;
  stop(): Promise<void>;
}

interface Due {
  key: string;
  service: string;
  environment: string | null;
  checks: readonly unknown[];
  place: CheckedPlace;
  everyMs: number;
}

const TICK_MS = 1000;
const AT_ONCE = 4;
const STOP_MS = 3000;
/** A result that says the same as the one before is noted so often; the log is no record of measurements. */
const SAME_AGAIN_MS = 3_600_000;
const SCOPE = "verify";
/** So many newest results are looked at. */
const LOOKED_AT = 1000;

export function startCheckClock(parts: ClockParts): CheckClock {
  const { services, now, onError, tickMs = TICK_MS } = parts;
  const running = new Map<string, Promise<void>>();
  const planned = new Map<number, readonly Due[]>();
  const stopping = new AbortController();

  const run = async ({ key, service, environment, checks, place }: Due): Promise<void> => {
    services.store.state.set(SCOPE, key, { atMs: now() }, now());
    const { signal } = stopping;
    const known = await knownThere(place, checks, null, { services, now, signal });
    const { url } = known;
    const about = { service, environment, ...runningThere(services, service, environment, now()), url };
    const context = { ...about, ...known, cwd: place.cwd, signal };
    const report = await runChecks(checks, context, { checks: services.checks, log: null, now });
    if (stopping.signal.aborted) return;
    const news = newsIn(report.results, about, services, now());
    const events = checkEvents(news, about, now);
    if (events.length > 0) await services.log.append({ delivery: null, events });
    parts.onDone?.(key, report);
  };

  const begin = (due: Due): void => {
    const done = run(due)
      .catch(onError)
      .finally(() => running.delete(due.key));
    running.set(due.key, done);
  };

  const tick = async (): Promise<void> => {
    const all = services.store.standing.list("project");
    const seen = new Set(all.map(({ seq }) => seq));
    for (const seq of planned.keys()) if (!seen.has(seq)) planned.delete(seq);
    for (const row of all) {
      const list = planned.get(row.seq) ?? dueOf(row);
      planned.set(row.seq, list);
      for (const due of list)
        if (!running.has(due.key) && running.size < AT_ONCE && isDue(services, due, now())) begin(due);
    }
    await Promise.all(running.values());
  };

  const timer = setInterval(() => void tick().catch(onError), tickMs).unref();
  return {
    tick,
    stop: async () => {
      clearInterval(timer);
      stopping.abort("stop");
      const late = new Promise((resolve) => setTimeout(resolve, STOP_MS).unref());
      await Promise.race([Promise.all(running.values()), late]);
    },
  };
}

/** Held against the newest that the log has of each check, whoever ran it: what stands there must be true. */
function newsIn(
  results: readonly CheckResult[],
  about: Pick<About, "service" | "environment" | "version" | "commitSha">,
  { store }: Pick<Services, "store">,
  nowMs: number,
): CheckResult[] {
  const { service, environment, version, commitSha } = about;
  const filter = {
    kind: "check",
    service: service ?? undefined,
    environment: environment ?? undefined,
  } as const;
  const newest = new Map<string, Activity>();
  for (const each of store.read.activities(filter, LOOKED_AT, null, nowMs).items) {
    const name = each.tags["name"] ?? "";
    if (!newest.has(name)) newest.set(name, each);
  }
  return results.filter(({ name, status }) => {
    const last = newest.get(name);
    const isOfSame = last?.version === version && last.commitSha === commitSha;
    const isSame = isOfSame && (last.status === "succeeded") === (status === "passed");
    return (
      last === undefined || !isSame || nowMs - Date.parse(last.startedAt ?? last.occurredAt) >= SAME_AGAIN_MS
    );
  });
}

/** One that fell into a time when the server was down is made up for, once. */
function isDue({ store }: Pick<Services, "store">, { key, everyMs }: Due, nowMs: number): boolean {
  const { atMs } = Object(store.state.get(SCOPE, key)?.value) as { atMs?: unknown };
  // A clock that was set back must not stop it.
  return typeof atMs !== "number" || nowMs >= atMs + everyMs || nowMs < atMs;
}

function dueOf({ key: name, data }: Stands<"project">): readonly Due[] {
  const project = projectFrom(data.config);
  if (project === null) return [];
  const cwd = data.place?.startsWith("/") === true ? data.place : "/";
  const services = Object.keys(project.services);
  const places = project.environments.length === 0 ? [null] : project.environments;
  return places.flatMap((environment) =>
    (services.length === 0 ? [null] : services).flatMap((service) => {
      const { verify } = effective(project, environment, service).values;
      const everyMs = everyOf(verify);
      const checks = checksOf(verify);
      if (everyMs === null || checks.length === 0) return [];
      const about = { service: service ?? project.project, environment: environment?.name ?? null };
      const key = [name, about.environment ?? "", about.service].join("/");
      return [{ key, ...about, checks, place: { project, environment, service, cwd }, everyMs }];
    }),
  );
}
