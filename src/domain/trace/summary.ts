/** What a piece of work comes to: what it touched, how long it took, how it ended. Pure. */
import type { Kind, Status } from "../activity.ts";
import { PLACE } from "./inside.ts";

/** An activity of a piece; times in milliseconds since 1970, `null` = not known. */
export interface Part {
  kind: Kind;
  source: string;
  service: string | null;
  team: string | null;
  environment: string | null;
  /** As it is shown now. */
  status: Status | null;
  startMs: number | null;
  finishMs: number | null;
  occurredMs: number;
}

export interface Summary {
  activities: number;
  failed: number;
  canceled: number;
  tools: string[];
  services: string[];
  environments: string[];
  teams: string[];
  /** How it stands: `running` while anything goes on, else how its last run ended, else its head. */
  status: Status | null;
  /** Of its first start; `null` = no start is known. */
  startedMs: number | null;
  /** Of its last end; `null` = something goes on. */
  finishedMs: number | null;
  /** Between the two; `null` = one of them is not known. */
  durationMs: number | null;
}

const isOpen = ({ status }: Part): boolean => status === "running" || status === "pending";
const lastMs = ({ finishMs, occurredMs }: Part): number => finishMs ?? occurredMs;

/** @param parts the head first; at least one */
export function summaryOf(parts: readonly Part[]): Summary {
  const sets = { tools: new Set<string>(), services: new Set<string>(), environments: new Set<string>() };
  const teams = new Set<string>();
  let [failed, canceled, open] = [0, 0, 0];
  let startedMs: number | null = null;
  let finishedMs = Number.NEGATIVE_INFINITY;
  for (const part of parts) {
    sets.tools.add(part.source);
    // The project of a ticket is no service that is deployed.
    if (part.service !== null && PLACE[part.kind] > 0) sets.services.add(part.service);
    if (part.environment !== null) sets.environments.add(part.environment);
    if (part.team !== null) teams.add(part.team);
    if (part.status === "failed") failed += 1;
    if (part.status === "canceled") canceled += 1;
    if (isOpen(part)) open += 1;
    if (part.startMs !== null && (startedMs === null || part.startMs < startedMs)) startedMs = part.startMs;
    finishedMs = Math.max(finishedMs, lastMs(part));
  }
  const ended = open > 0 ? null : finishedMs;
  return {
    ...{ activities: parts.length, failed, canceled },
    ...{
      tools: [...sets.tools],
      services: [...sets.services].sort(),
      environments: [...sets.environments].sort(),
    },
    teams: [...teams].sort(),
    status: statusOf(parts, open > 0),
    startedMs,
    finishedMs: ended,
    durationMs: startedMs === null || ended === null ? null : Math.max(0, ended - startedMs),
  };
}

/** A run that is a part of another one ends before it, or with it: the last to end is the whole. */
function statusOf(parts: readonly Part[], goesOn: boolean): Status | null {
  if (goesOn) return "running";
  let last: Part | null = null;
  for (const part of parts) {
    if (PLACE[part.kind] !== 2 && PLACE[part.kind] !== 3) continue;
    if (last === null || lastMs(part) > lastMs(last)) last = part;
  }
  return (last ?? parts[0])?.status ?? null;
}
