/** The state of the story: what was released, what runs where, and the numbers that the tools give next. */
import { smokeTest } from "./checks.ts";
import { createRandom, type Random } from "./random.ts";
import type { Outcome, Place, Release, Rollout, Scene, Service } from "./story.ts";
import { TELLERS } from "./tools/table.ts";

export interface World {
  random: Random;
  /** The next number that nobody has had yet. */
  nextNumber: () => number;
  releases: Map<Service, Release[]>;
  /** What runs in a place, and what ran there before it. */
  running: Map<Place, Release>;
  before: Map<Place, Release>;
  /** Until when a place is being changed, in milliseconds since 1970. */
  busyUntil: Map<Place, number>;
  /** Numbers of tickets that are taken. */
  tickets: Set<number>;
  /** How many titles of a service were used. */
  told: Map<string, number>;
}

export function createWorld(seed: number): World {
  let number = 20_000;
  return {
    random: createRandom(seed),
    nextNumber: () => ++number,
    ...{ releases: new Map(), running: new Map(), before: new Map(), busyUntil: new Map() },
    ...{ tickets: new Set(), told: new Map() },
  };
}

export interface Plan {
  queuedMs: number;
  /** `null` = it waits for somebody. */
  startMs: number | null;
  /** `null` = its end is never told. */
  endMs: number | null;
  outcome?: Outcome;
  login?: string;
}

/** Brings a release to a place, well or not. */
export function rollOut(
  world: World,
  made: Release,
  place: Place,
  plan: Plan,
): { rollout: Rollout; scenes: Scene[] } {
  const { outcome = "succeeded", login = made.login, ...times } = plan;
  const rollout: Rollout = { release: made, place, number: world.nextNumber(), login, outcome, ...times };
  const { endMs } = times;
  world.busyUntil.set(place, endMs ?? Number.POSITIVE_INFINITY);
  if (outcome === "succeeded" && endMs !== null) {
    const ran = world.running.get(place);
    if (ran !== undefined) world.before.set(place, ran);
    world.running.set(place, made);
  }
  return { rollout, scenes: [...TELLERS[place.tool].rollout(rollout), ...smokeTest(rollout)] };
}

/** @throws Error when the company has no such place: a mistake in the story */
export function placeOf(service: Service, environment: string): Place {
  const place = service.places.find((each) => each.environment === environment);
  if (place === undefined) throw new Error(`${service.name} has no place ${environment}`);
  return place;
}
