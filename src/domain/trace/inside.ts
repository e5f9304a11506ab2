/** Kinds by how they hang together in a trace. Pure. */
import type { Kind } from "../activity.ts";

/** What a run of a tool consists of: shown with the run, wherever one comes from. */
export const INSIDE: ReadonlySet<Kind> = new Set<Kind>(["stage", "check", "action", "build"]);

/** Runs: whoever comes to one from below sees all that is inside it. A ticket or a change is no run. */
export const RUNS: ReadonlySet<Kind> = new Set<Kind>(["pipeline", "build", "deployment", "stage", "action"]);

/** Whether an activity hangs under its parent alone, and so needs no links of its own. */
export const isInside = (kind: Kind, parentId: string | null): boolean =>
  parentId !== null && INSIDE.has(kind);

/** Where a kind stands on the way from the wish to the users. */
export const PLACE = {
  ticket: 0,
  sprint: 0,
  change: 1,
  pipeline: 2,
  build: 2,
  stage: 2,
  check: 2,
  action: 2,
  deployment: 3,
  exposure: 4,
  incident: 4,
} as const satisfies Record<Kind, number>;
