/** What a piece of work comes to: what it touched, how long it took, how it ended. Pure. */
import type { Kind, Status } from "../activity.ts";
import { extentAt } from "./extent.ts";
import { PLACE } from "./inside.ts";
import { lateIn, wholeOf } from "./whole.ts";

/** An activity of a piece; times in milliseconds since 1970, `null` = not known. */
export interface Part {
  kind: Kind;
  source: string;
  service: string | null;
  team: string | null;
  environment: string | null;
  /** As it is shown now. */
  status: Status | null;
  /** When a ticket was made. */
  madeMs?: number | null;
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
  /** The first moment that is known of it; `null` = only an end is. */
  startedMs: number | null;
  /** Of its last end; `null` = something goes on. */
  finishedMs: number | null;
  /** Between the two, as `wholeOf` says it; `null` = one of them is not known. */
  durationMs: number | null;
}

const isOpen = ({ status }: Part): boolean => status === "running" || status === "pending";
const lastMs = ({ finishMs, occurredMs }: Part): number => finishMs ?? occurredMs;

/** @param parts the head first; at least one */
export function summaryOf(parts: readonly Part[]): Summary {
  const sets = { tools: new Set<string>(), services: new Set<string>(), environments: new Set<string>() };
  const teams = new Set<string>();
  let [failed, canceled, open] = [0, 0, 0];
  for (const part of parts) {
    sets.tools.add(part.source);
    // The project of a ticket is no service that is deployed.
    if (part.service !== null && PLACE[part.kind] > 0) sets.services.add(part.service);
    if (part.environment !== null) sets.environments.add(part.environment);
    if (part.team !== null) teams.add(part.team);
    if (part.status === "failed") failed += 1;
    if (part.status === "canceled") canceled += 1;
    if (isOpen(part)) open += 1;
  }
  const timed = parts.map((part) => ({ part, kind: part.kind, extent: extentAt(part, part.occurredMs) }));
  const isLate = lateIn(timed);
  const own = timed.filter((each) => !isLate(each)).map(({ part }) => part);
  const whole = wholeOf(timed);
  const hasStart = whole !== null && (whole.ms !== null || parts.some(({ startMs }) => startMs !== null));
  const goesOn = open > 0 || whole === null;
  return {
    ...{ activities: parts.length, failed, canceled },
    ...{
      tools: [...sets.tools],
      services: [...sets.services].sort(),
      environments: [...sets.environments].sort(),
    },
    teams: [...teams].sort(),
    status: statusOf(own, open > 0),
    startedMs: hasStart ? whole.fromMs : null,
    finishedMs: goesOn ? null : whole.toMs,
    durationMs: goesOn ? null : whole.ms,
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
