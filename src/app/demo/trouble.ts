/** Five days ago at Example Shop: a release of the shop broke the basket, and a hotfix mended it within the hour. Pure. */
import { release } from "./release.ts";
import type { Release, Scene, Service } from "./story.ts";
import { alarmHooks } from "./tools/alarms.ts";
import { placeOf, rollOut, type World } from "./world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** When the release that broke it was made. */
export const troubleAt = (nowMs: number): number => nowMs - (nowMs % DAY) - 5 * DAY + 9 * HOUR;

/** @returns the scenes, and when it was over */
export function brokenBasket(world: World, shop: Service, atMs: number): { scenes: Scene[]; overMs: number } {
  const bad = release(world, shop, atMs, 4 * MINUTE, { title: "Count the basket on the server", labels: [] });
  const badOut = straightOn(world, bad.made, 25);
  const beganMs = badOut.endMs + 11 * MINUTE;
  const mended = release(world, shop, beganMs + 31 * MINUTE, 3 * MINUTE, {
    title: "Do not lose the basket of guests",
    labels: ["hotfix"],
    branch: "hotfix/basket-of-guests",
    ticket: null,
    lifeMs: 18 * MINUTE,
  });
  const mendedOut = straightOn(world, mended.made, 2);
  const alarm = alarmHooks({
    ...{ number: 311, service: "shop", team: "storefront", title: "Baskets of guests are empty" },
    ...{ priority: "P1", login: "kim", beganMs, endedMs: mendedOut.endMs + 4 * MINUTE },
  });
  const scenes = [...bad.scenes, ...badOut.scenes, ...mended.scenes, ...mendedOut.scenes, ...alarm];
  return { scenes, overMs: mendedOut.endMs };
}

/** Through all places, one after the other, each well. @param pauseMinutes between them */
function straightOn(world: World, made: Release, pauseMinutes: number): { scenes: Scene[]; endMs: number } {
  const scenes: Scene[] = [];
  let endMs = made.atMs + made.buildMs;
  let productionMs = endMs;
  for (const { environment } of made.service.places) {
    const place = placeOf(made.service, environment);
    const queuedMs = Math.max(endMs + pauseMinutes * MINUTE, (world.busyUntil.get(place) ?? 0) + MINUTE);
    const startMs = queuedMs + 4000;
    endMs = startMs + place.usualMs;
    scenes.push(...rollOut(world, made, place, { queuedMs, startMs, endMs }).scenes);
    if (environment === "prod-eu") productionMs = endMs;
  }
  return { scenes, endMs: productionMs };
}
