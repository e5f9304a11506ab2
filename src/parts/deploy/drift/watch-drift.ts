/**
 * Observed, not only recorded: asks every place whose project says where, again and again, and notes when what answers is
 * not what was recorded, and when they agree again.
 */
import { parseDuration } from "../../../domain/duration.ts";
import type { EventData, NewEvent } from "../../../domain/event.ts";
import { foldName } from "../../../domain/fold-name.ts";
import { effective } from "../../../domain/project/effective.ts";
import { projectFrom } from "../../../domain/project/project.ts";
import type { Services } from "../../../ports/services.ts";
import type { Stands } from "../../../ports/standing.ts";
import type { Deployable } from "../deployment/find-deployable.ts";
import { askVersion, type Seen } from "./ask-version.ts";

interface Parts {
  services: Services;
  now: () => number;
  onError: (error: unknown) => void;
  /** How often it is looked what is due. */
  tickMs?: number;
}

const TICK_MS = 1000;
/** Asking takes no longer. */
const ASK_MS = 30_000;
/** A difference counts when it was seen so often in a row: while a deployment goes on both answer. */
const CONFIRMED = 2;

/** @returns stop watching */
export function watchDrift({ services, now, onError, tickMs = TICK_MS }: Parts): () => Promise<void> {
  const nextMs = new Map<string, number>();
  const different = new Map<string, number>();
  const control = new AbortController();
  const asking = new Map<string, Promise<void>>();
  const known = new Map<number, Place[]>();
  const tick = (): void => {
    const places = placesOf(services, known);
    settleLeft({ services, now }, new Set(places.map(keyOf))).catch(onError);
    for (const place of places) {
      const key = keyOf(place);
      // One that answers slowly is not asked again meanwhile.
      if (asking.has(key) || now() < (nextMs.get(key) ?? 0)) continue;
      nextMs.set(key, now() + place.everyMs);
      const asked = ask(place, key)
        .catch(onError)
        .finally(() => asking.delete(key));
      asking.set(key, asked);
    }
  };
  const ask = async (place: Place, key: string): Promise<void> => {
    const signal = AbortSignal.any([control.signal, AbortSignal.timeout(ASK_MS)]);
    const seen = await askVersion(place, services, now, signal);
    if (seen === null || seen.agrees === null || control.signal.aborted) return;
    const times = seen.agrees ? 0 : (different.get(key) ?? 0) + 1;
    different.set(key, times);
    await note({ services, now }, place, seen, times);
  };
  const timer = setInterval(() => {
    try {
      tick();
    } catch (error) {
      onError(error);
    }
  }, tickMs);
  return async () => {
    clearInterval(timer);
    control.abort("stop");
    await Promise.all(asking.values());
  };
}

type Place = Deployable & { everyMs: number };

const keyOf = ({ service, environment }: Pick<Deployable, "service" | "environment">): string =>
  JSON.stringify([service, environment.name]);

/** Of the projects that are registered. @param known read before, by the number of their event */
function placesOf({ store }: Services, known: Map<number, Place[]>): Place[] {
  const projects = store.standing.list("project");
  const seqs = new Set(projects.map(({ seq }) => seq));
  for (const seq of known.keys()) if (!seqs.has(seq)) known.delete(seq);
  return projects.flatMap(({ seq, data }) => {
    const places = known.get(seq) ?? placesIn(data);
    known.set(seq, places);
    return places;
  });
}

function placesIn({ config, place }: Stands<"project">["data"]): Place[] {
  const project = projectFrom(config);
  if (project === null) return [];
  const cwd = place?.startsWith("/") === true ? place : "/";
  return project.environments.flatMap((environment) =>
    Object.keys(project.services).flatMap((service): Place[] => {
      const every = effective(project, environment, service).values.observe?.every;
      const everyMs = every === undefined ? null : parseDuration(every);
      if (everyMs === null) return [];
      return [
        { project, service, environment, cwd, written: config, isRegistered: true, isAtHand: false, everyMs },
      ];
    }),
  );
}

/** Where nobody asks any more, nothing is said to differ. */
async function settleLeft(
  { services, now }: Pick<Parts, "services" | "now">,
  asked: ReadonlySet<string>,
): Promise<void> {
  const left = services.store.standing
    .list("drift")
    .filter(({ data }) => !asked.has(JSON.stringify([data.service, data.environment])));
  const events = left.map(({ data: { service, environment } }) =>
    driftEvent("vice.drift.settled.v1", { service, environment, observed: "nobody asks any more" }, now()),
  );
  if (events.length > 0) await services.log.append({ delivery: null, events });
}

function driftEvent<T extends "vice.drift.found.v1" | "vice.drift.settled.v1">(
  type: T,
  data: EventData[T],
  nowMs: number,
): NewEvent<T> {
  return {
    ...{ type, source: "/observed", subject: null, time: new Date(nowMs).toISOString(), data },
    ...{ actor: "vice", traceparent: null, delivery: null },
  };
}

async function note(
  { services, now }: Pick<Parts, "services" | "now">,
  { service, environment }: Place,
  { recorded, observed, agrees }: Seen,
  times: number,
): Promise<void> {
  const { store, log } = services;
  const standing = store.standing
    .list("drift")
    .find(({ data }) => data.service === service && data.environment === environment.name);
  const place = { service, environment: environment.name };
  const said = observed ?? "";
  if (agrees === true) {
    if (standing === undefined) return;
    await log.append({
      delivery: null,
      events: [driftEvent("vice.drift.settled.v1", { ...place, observed: said }, now())],
    });
    return;
  }
  if (times < CONFIRMED || isBusy(services, service, environment.name)) return;
  if (standing?.data.observed === said && standing.data.recorded?.id === recorded?.id) return;
  const known =
    recorded === null ? null : { id: recorded.id, version: recorded.version, source: recorded.source };
  const reported = wasReported(services, place, said, now());
  const data = { ...place, recorded: known, observed: said, reported };
  await log.append({ delivery: null, events: [driftEvent("vice.drift.found.v1", data, now())] });
}

/** While something is being deployed there, both answer. */
const isBusy = ({ store }: Services, service: string, environment: string): boolean =>
  store.read
    .activities({ kind: "deployment", service, environment, status: "running" }, 1, null, Date.now())
    .items.some((item) => foldName(item.environment ?? "") === foldName(environment));

function wasReported(
  { store }: Services,
  place: { service: string; environment: string },
  observed: string,
  nowMs: number,
): boolean {
  const filter = { kind: "deployment", status: "succeeded", ...place } as const;
  return store.read
    .activities(filter, 500, null, nowMs)
    .items.some(
      ({ version, commitSha }) =>
        (version !== null && observed.startsWith(version)) ||
        (commitSha !== null && observed.includes(commitSha)),
    );
}
