/** What became of a deployment by the rule `vice`, from the few others that it depends on. Pure. */
import { type Delivered, hasDeployed, type Incident } from "./delivered.ts";

/** Why a deployment counts as failed, or what ended that. */
export interface Cause {
  /** Id of the activity. */
  id: string;
  what: "rollback" | "revert" | "hotfix" | "fix" | "incident";
}

/** What a deployment depends on beside itself; all of it is found by looking a few rows to each side. */
export interface Around {
  /** Finish of the deployment that changed this place before; `null` = none is known. */
  previousMs: number | null;
  /** The deployment that changed this place next, when it was made to repair this one. */
  remedy: Delivered | null;
  /** The first success that says it fixes this one (tag `fixes`). */
  fixedBy: Delivered | null;
  /** Incidents that began while it ran. */
  incidents: readonly Incident[];
}

/** Flags of a deployment; kept as one number in the store. */
export const BITS = {
  /** Ended well: also redeployments of the same release. */
  succeeded: 1,
  /** Changed what runs: what the deployment frequency counts. */
  deployed: 2,
  /** Brought a change: deployed and no rollback. */
  change: 4,
  /** A change that hurt. */
  failed: 8,
  /** Hurt, and is not repaired yet. */
  open: 16,
  /** Was not planned: made because of something that went wrong. */
  rework: 32,
  /** Never went live. */
  failedAttempt: 64,
  canceled: 128,
} as const;
export type Bit = keyof typeof BITS;

export interface Outcome {
  bits: number;
  /** From its finish until it was repaired, in milliseconds; `null` = did not fail, or is open. */
  recoveryMs: number | null;
  /** Since the deployment that changed this place before; `null` = the first one known, or it changed nothing. */
  gapMs: number | null;
  causes: readonly Cause[];
}

const NOT_COUNTED: Outcome = { bits: 0, recoveryMs: null, gapMs: null, causes: [] };

/**
 * Config changes and teardowns count in nothing. A change failed when the next deployment in its place rolled it back,
 * reverted or hot-fixed it, when one says that it fixes it, or when an incident began while it ran. It was repaired when that
 * deployment finished, else when the last of its incidents ended. A rollback brings no change, so it does not fail.
 */
export function outcomeOf(own: Delivered, around: Around): Outcome {
  if (own.kind === "config" || own.kind === "teardown") return NOT_COUNTED;
  if (own.status !== "succeeded")
    return { ...NOT_COUNTED, bits: own.status === "failed" ? BITS.failedAttempt : BITS.canceled };
  if (!hasDeployed(own)) return { ...NOT_COUNTED, bits: BITS.succeeded };
  const rework = own.remedy === null ? 0 : BITS.rework;
  const bits = BITS.succeeded | BITS.deployed | rework;
  const gapMs = around.previousMs === null ? null : own.finishMs - around.previousMs;
  if (own.kind === "rollback") return { ...NOT_COUNTED, bits, gapMs };
  const causes = causesOf(around);
  if (causes.length === 0) return { ...NOT_COUNTED, bits: bits | BITS.change, gapMs };
  const repairedMs = repairOf(around);
  const failed = bits | BITS.change | BITS.failed;
  if (repairedMs === null) return { bits: failed | BITS.open, recoveryMs: null, gapMs, causes };
  return { bits: failed, recoveryMs: Math.max(0, repairedMs - own.finishMs), gapMs, causes };
}

/** Whether the next deployment of a place was made because of the one before it; what says it fixes another one was not. */
export const repairsPrevious = (next: Delivered): boolean => next.remedy !== null && next.fixes === null;

function causesOf({ remedy, fixedBy, incidents }: Around): Cause[] {
  const causes: Cause[] = incidents.map(({ id }) => ({ id, what: "incident" }));
  if (remedy !== null) causes.push({ id: remedy.id, what: remedy.remedy ?? "fix" });
  if (fixedBy !== null && fixedBy.id !== remedy?.id) causes.push({ id: fixedBy.id, what: "fix" });
  return causes;
}

/** Milliseconds since 1970; `null` = not yet. */
function repairOf({ remedy, fixedBy, incidents }: Around): number | null {
  const deployed = [remedy, fixedBy].flatMap((each) => (each === null ? [] : [each.finishMs]));
  if (deployed.length > 0) return Math.min(...deployed);
  const ends = incidents.map(({ endedMs }) => endedMs);
  return ends.includes(null) ? null : Math.max(...ends.map(Number));
}
