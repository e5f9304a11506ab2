/** Releases of Example Shop: what was merged since the one before, built by the service's first tool. */
import { changeScenes, ideaFor, makeChange } from "./changes.ts";
import type { Change, Idea, Release, Scene, Service } from "./story.ts";
import { TELLERS } from "./tools/table.ts";
import type { World } from "./world.ts";

const MINUTE = 60_000;

/** Somebody merges a change and it is built; now and then with another that was merged shortly before. */
export function release(
  world: World,
  service: Service,
  atMs: number,
  buildMs: number,
  given: Partial<Idea> = {},
): { made: Release; scenes: Scene[] } {
  const { random, releases } = world;
  const known = releases.get(service) ?? [];
  const before = known.at(-1);
  const merged: Change[] = [];
  const merge = (mergedMs: number, wanted: Partial<Idea>): void => {
    const base = merged.at(-1)?.merge?.sha ?? before?.commitSha ?? null;
    const idea = ideaFor(world, service, mergedMs, wanted);
    merged.push(makeChange(world, service, base, idea, { mergedMs, untilMs: mergedMs }));
  };
  const earlierMs = atMs - random.between(10, 90) * MINUTE;
  if (random.happens(0.3) && before !== undefined && before.atMs < earlierMs) merge(earlierMs, {});
  merge(atMs - 5000, given);
  const last = merged.at(-1);
  const made: Release = {
    ...{ service, atMs, buildMs, number: world.nextNumber() },
    version: service.version(known.length),
    commitSha: last?.merge?.sha ?? "",
    title: last?.title ?? "",
    login: last?.login ?? "",
  };
  releases.set(service, [...known, made]);
  const tool = service.places[0]?.tool;
  const told = merged.flatMap((change) => changeScenes(world, change));
  return { made, scenes: tool === undefined ? told : [...told, ...TELLERS[tool].build(made)] };
}
