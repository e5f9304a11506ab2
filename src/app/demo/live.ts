/** What happens next at Example Shop: one move at a time, for ever. Pure but for the world that it moves on. */
import { SERVICES } from "./company.ts";
import { localAction } from "./local-scenes.ts";
import { closePreview, openPreview } from "./previews.ts";
import { release } from "./release.ts";
import type { Outcome, Place, Release, Scene, Service } from "./story.ts";
import { rollOut, type World } from "./world.ts";

/** A live deployment is short, so that somebody who looks on sees its end. */
const LIVE_MS = { low: 9000, high: 34_000 };

interface Step {
  made: Release;
  place: Place;
}

/** @param speed how much faster than usual everything goes */
export function nextMove(world: World, nowMs: number, speed = 1): Scene[] {
  const { random } = world;
  const chance = random.next();
  if (chance < 0.12) return localAction(world, nowMs, 12 * speed);
  if (chance < 0.18) return preview(world, nowMs, speed);
  if (chance < 0.24) return rollBack(world, nowMs, speed);
  const steps = promotions(world, nowMs);
  if (steps.length > 0 && chance < 0.62) return go(world, random.pick(steps), nowMs, speed);
  return somethingNew(world, nowMs, speed);
}

/** Production is reached more rarely, so that it is behind for a while. */
const SHARE: Readonly<Record<string, number>> = { staging: 4, "prod-eu": 2 };

/** Places whose predecessor runs a newer release, and where nothing is under way. */
function promotions(world: World, nowMs: number): Step[] {
  return SERVICES.flatMap(({ places }) =>
    places.flatMap((place, index) => {
      const step = promotion(world, place, places[index - 1], nowMs);
      return step === null ? [] : Array.from({ length: SHARE[place.environment] ?? 1 }, () => step);
    }),
  );
}

function promotion(world: World, place: Place, former: Place | undefined, nowMs: number): Step | null {
  const made = former === undefined ? undefined : world.running.get(former);
  if (former === undefined || made === undefined) return null;
  if (isBusy(world, place, nowMs) || isBusy(world, former, nowMs)) return null;
  const ours = world.running.get(place);
  return ours === undefined || ours.number < made.number ? { made, place } : null;
}

const isBusy = (world: World, place: Place, nowMs: number): boolean =>
  (world.busyUntil.get(place) ?? 0) > nowMs;

function go(world: World, { made, place }: Step, atMs: number, speed: number): Scene[] {
  return rollOut(world, made, place, { ...times(world, atMs, speed), outcome: outcomeOf(world) }).scenes;
}

function times(
  { random }: World,
  atMs: number,
  speed: number,
): { queuedMs: number; startMs: number; endMs: number } {
  const startMs = atMs + Math.round(random.between(800, 2500) / speed);
  return {
    queuedMs: atMs,
    startMs,
    endMs: startMs + Math.round(random.between(LIVE_MS.low, LIVE_MS.high) / speed),
  };
}

function outcomeOf({ random }: World): Outcome {
  if (random.happens(0.1)) return "failed";
  return random.happens(0.03) ? "canceled" : "succeeded";
}

function somethingNew(world: World, nowMs: number, speed: number): Scene[] {
  const free = SERVICES.filter(({ places }) => places[0] !== undefined && !isBusy(world, places[0], nowMs));
  if (free.length === 0) return [];
  const service: Service = world.random.pick(free);
  const buildMs = Math.round(world.random.between(4000, 9000) / speed);
  const { made, scenes } = release(world, service, nowMs, buildMs);
  const [first] = service.places;
  return first === undefined
    ? scenes
    : [...scenes, ...go(world, { made, place: first }, nowMs + buildMs, speed)];
}

/** Production returns to what ran there before. */
function rollBack(world: World, nowMs: number, speed: number): Scene[] {
  const steps = [...world.before].flatMap(([place, made]): Step[] =>
    place.environment.startsWith("prod") && !isBusy(world, place, nowMs) ? [{ made, place }] : [],
  );
  if (steps.length === 0) return somethingNew(world, nowMs, speed);
  const { made, place } = world.random.pick(steps);
  return rollOut(world, made, place, { ...times(world, nowMs, speed), outcome: "succeeded" }).scenes;
}

function preview(world: World, nowMs: number, speed: number): Scene[] {
  const website = SERVICES.find(({ name }) => name === "website");
  const made = website === undefined ? undefined : world.releases.get(website)?.at(-1);
  if (made === undefined) return [];
  const { rollout, scenes } = openPreview(world, made, 490 + (world.nextNumber() % 400), nowMs);
  return [...scenes, ...closePreview(rollout, nowMs + Math.round(240_000 / speed))];
}
