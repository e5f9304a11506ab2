/** The last two weeks of Example Shop: releases that move through the environments, mostly well. Pure. */
import { laterAlarm } from "./checks.ts";
import { SERVICES, UNMATCHED } from "./company.ts";
import { release } from "./release.ts";
import type { Outcome, Place, Release, Scene, Service } from "./story.ts";
import { brokenBasket, troubleAt } from "./trouble.ts";
import { rollOut, type World } from "./world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const HISTORY_DAYS = 14;
/** Chance stops here and today's story goes on by a script. */
export const TODAY_MS = 8 * HOUR;

/** How long after the environment before it a place is reached: lowest and highest, in minutes. */
const WAIT_MINUTES: Readonly<Record<string, readonly [number, number]>> = {
  dev: [1, 6],
  staging: [8, 40],
  "prod-eu": [60, 330],
  "prod-us": [15, 70],
};

/** All scenes of the time before today, in no particular order. */
export function history(world: World, nowMs: number): Scene[] {
  return [...SERVICES, ...UNMATCHED].flatMap((service) => serviceHistory(world, service, nowMs));
}

function serviceHistory(world: World, service: Service, nowMs: number): Scene[] {
  const times = releaseTimes(world, service, nowMs);
  const oneAfterTheOther = (some: readonly number[], isFirst = false): Scene[] =>
    some.flatMap((atMs, index) => {
      const buildMs = world.random.between(100, 420) * 1000;
      const { made, scenes } = release(world, service, atMs, buildMs);
      return [...scenes, ...promote(world, made, isFirst && index === 0, nowMs - TODAY_MS)];
    });
  if (service.name !== "shop") return oneAfterTheOther(times, true);
  const brokenMs = troubleAt(nowMs);
  const past = oneAfterTheOther(
    times.filter((atMs) => atMs < brokenMs),
    true,
  );
  const { scenes, overMs } = brokenBasket(world, service, brokenMs);
  return [...past, ...scenes, ...oneAfterTheOther(times.filter((atMs) => atMs > overMs))];
}

/** The first one early, so that every place has something; the others on working days, in working hours. */
function releaseTimes({ random }: World, service: Service, nowMs: number): number[] {
  const midnight = nowMs - (nowMs % DAY);
  const times = [nowMs - HISTORY_DAYS * DAY + random.between(1, 90) * MINUTE];
  for (let daysAgo = HISTORY_DAYS - 1; daysAgo >= 0; daysAgo--) {
    const day = midnight - daysAgo * DAY;
    const weekend = [0, 6].includes(new Date(day).getUTCDay());
    const expected = weekend ? service.pace * 0.15 : service.pace;
    const count = Math.floor(expected) + (random.happens(expected % 1) ? 1 : 0);
    for (let i = 0; i < count; i++) times.push(day + random.between(7 * 60, 16 * 60) * MINUTE);
  }
  return times.filter((atMs) => atMs < nowMs - TODAY_MS).sort((a, b) => a - b);
}

/** From place to place until it fails, is overtaken or today begins. */
function promote(world: World, made: Release, first: boolean, untilMs: number): Scene[] {
  const scenes: Scene[] = [];
  let atMs = made.atMs + made.buildMs;
  for (const place of made.service.places) {
    const queuedMs = Math.max(atMs + waitMs(world, place, first), world.busyUntil.get(place) ?? 0) + MINUTE;
    const startMs = queuedMs + world.random.between(2, 25) * 1000;
    const endMs = startMs + Math.round(place.usualMs * (0.7 + world.random.next() * 0.8));
    if (endMs > untilMs) break;
    const outcome = first ? "succeeded" : outcomeIn(world, place);
    const { rollout, scenes: told } = rollOut(world, made, place, { queuedMs, startMs, endMs, outcome });
    scenes.push(...told, ...(first ? [] : laterAlarm(rollout)));
    if (outcome !== "succeeded") break;
    atMs = endMs;
  }
  return scenes;
}

function waitMs({ random }: World, place: Place, first: boolean): number {
  const [low, high] = WAIT_MINUTES[place.environment] ?? [5, 30];
  return first ? MINUTE : random.between(low, high) * MINUTE;
}

function outcomeIn({ random }: World, place: Place): Outcome {
  const careful = place.environment.startsWith("prod");
  if (random.happens(careful ? 0.05 : 0.08)) return "failed";
  return random.happens(0.02) ? "canceled" : "succeeded";
}
