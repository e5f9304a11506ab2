/** Preview environments of the website: made for a change, taken down with it. */
import type { Place, Release, Rollout, Scene } from "./story.ts";
import { stopPreview } from "./tools/gitlab.ts";
import { rollOut, type World } from "./world.ts";

const USUAL_MS = 40_000;

/** @param change number of the merge request */
export function openPreview(
  world: World,
  made: Release,
  change: number,
  startMs: number,
): { rollout: Rollout; scenes: Scene[] } {
  const environment = `pr-${change}`;
  const place: Place = {
    ...{ tool: "gitlab", reportedAs: made.service.repository, environment },
    ...{ reportedEnvironment: environment, usualMs: USUAL_MS },
  };
  return rollOut(world, made, place, { queuedMs: startMs - 3000, startMs, endMs: startMs + USUAL_MS });
}

export const closePreview = (rollout: Rollout, atMs: number): Scene[] => stopPreview(rollout, atMs);
