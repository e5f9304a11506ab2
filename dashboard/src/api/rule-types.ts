/** The shapes of what stands in the way of deployments. */
import type { Verdict } from "../../../src/domain/rules/facts.ts";
import type { Scope } from "../../../src/domain/rules/scope.ts";

export type { Scope };

/** Said by somebody, and standing until it is taken back. */
interface Said {
  id: string;
  scope: Scope;
  reason: string;
  at: string;
  by: string | null;
  byName: string | null;
}

export interface Pulled extends Said {
  byWhat: "person" | "trunk";
}

export interface Freeze extends Said {
  from: string;
  /** `null` = until it is lifted. */
  to: string | null;
}

/** Until then no freeze holds there. */
export interface Override extends Said {
  until: string;
}

/** A freeze that a registered project writes down; what comes again is told with whether it holds now. */
export interface ProjectWindow {
  project: string;
  services: string[];
  environment: string;
  reason: string;
  /** In words, in the time of `timeZone`. */
  when: string;
  timeZone: string;
  holds: boolean;
  until: string | null;
}

export interface Freezes {
  items: Freeze[];
  overrides: Override[];
  windows: ProjectWindow[];
}

/** What answers there is not what was recorded. */
export interface Drift {
  service: string;
  environment: string;
  since: string;
  observed: string;
  message: string;
}

export interface Lock {
  id: string;
  service: string;
  environment: string;
  target: string | null;
  holder: string;
  reason: string;
  at: string;
  /** When its lease ends without a sign of life; `null` = held until it is freed. */
  until: string | null;
  fencingToken: number;
}

/** What an approval is about; `version` null = whatever comes next. */
export interface Subject {
  service: string;
  environment: string;
  version: string | null;
}

export interface Approval extends Subject {
  id: string;
  by: string | null;
  byName: string | null;
  at: string;
  expiresAt: string | null;
  note: string | null;
}

export interface Asked extends Subject {
  by: string | null;
  byName: string | null;
  at: string;
  reason: string | null;
}

/** Both oldest first. */
export interface Approvals {
  items: Approval[];
  asked: Asked[];
}

export interface CanDeploy extends Verdict, Subject {}
