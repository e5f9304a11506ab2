/** Events of the rules that say when something may be deployed; part of the table in ../event.ts. */
import type { Scope } from "./scope.ts";

export interface RuleEventData {
  /** The line is stopped. `by`: a person, or the state of the trunk. */
  "vice.andon.pulled.v1": { andonId: string; scope: Scope; reason: string; by: "person" | "trunk" };
  "vice.andon.released.v1": { andonId: string; reason: string };
  /** A freeze said by a person; those of a project file are no events. `to` null = until it is lifted. */
  "vice.freeze.declared.v1": {
    freezeId: string;
    scope: Scope;
    from: string;
    to: string | null;
    reason: string;
  };
  "vice.freeze.lifted.v1": { freezeId: string; reason: string };
  /** Lets deployments pass the freezes that hold there, until a moment. */
  "vice.freeze.overridden.v1": { overrideId: string; scope: Scope; until: string; reason: string };
  "vice.freeze.override-withdrawn.v1": { overrideId: string; reason: string };
  /** Lets a deployment bring more than its environment takes at once, until a moment. */
  "vice.batch.overridden.v1": {
    overrideId: string;
    scope: Scope;
    /** What may be as large; `null` = whatever comes. */
    version: string | null;
    commitSha: string | null;
    until: string;
    reason: string;
  };
  /** The number of this event in the log is the fencing token. */
  "vice.lock.taken.v1": {
    lockId: string;
    service: string;
    environment: string;
    target: string | null;
    holder: string;
    reason: string;
    /** Without a sign of life for so long it counts as given up; `null` = held until it is freed. */
    leaseMs: number | null;
    how: "free" | "stolen" | "expired";
    /** The lock that it took the place of. */
    former: string | null;
  };
  "vice.lock.freed.v1": {
    lockId: string;
    reason: string;
    /** Since this lock took its place; not there when somebody freed it. */
    supersededBy?: string;
  };
  /** Somebody wanted a lock that another one held, and waited for it. */
  "vice.lock.waited.v1": {
    service: string;
    environment: string;
    target: string | null;
    /** Who waited, how long, and whether it was worth it. */
    holder: string;
    waitedMs: number;
    outcome: "taken" | "given-up";
    /** The lock that stood in the way when the waiting began. */
    forLock: string;
    forHolder: string;
  };
  /** What answers there is not what was recorded; stands until they agree again. */
  "vice.drift.found.v1": {
    service: string;
    environment: string;
    /** What was recorded last; `null` = nothing ever was. */
    recorded: { id: string; version: string | null; source: string } | null;
    /** What it says itself. */
    observed: string;
    /** Whether this version was ever recorded there. */
    reported: boolean;
  };
  "vice.drift.settled.v1": { service: string; environment: string; observed: string };
  /** Somebody wants to deploy and needs others to agree; who asks cannot agree. */
  "vice.approval.asked.v1": ApprovalSubject & {
    reason: string | null;
    /** The run that waits for it; not there when a person asked. */
    run?: string;
  };
  "vice.approval.given.v1": ApprovalSubject & {
    approvalId: string;
    expiresAt: string | null;
    note: string | null;
    /** Said by somebody who may do everything. */
    admin?: boolean;
  };
  "vice.approval.withdrawn.v1": { approvalId: string; reason: string };
  /** A project file as it was read or sent; the newest counts. */
  "vice.project.registered.v1": {
    project: string;
    /** As in vice.yaml, checked. */
    config: unknown;
    origin: "found" | "sent";
    /** Where it was found: a folder or a repository. */
    place: string | null;
  };
  "vice.project.removed.v1": { project: string; reason: string | null };
}

interface ApprovalSubject {
  service: string;
  environment: string;
  /** `null` = whatever version comes next. */
  version: string | null;
}
