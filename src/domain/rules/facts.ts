/** What the rules are asked, what they have to know, and how they answer. */
import type { EnvironmentPolicy } from "./policy.ts";
import type { Place, Scope } from "./scope.ts";

/** In the order in which they are told: what stops everybody first. */
export const RULES = [
  "andon",
  "freeze",
  "lock",
  "incident",
  "check",
  "project",
  "promotion",
  "approval",
  "batch",
] as const;
export type RuleName = (typeof RULES)[number];

export interface Reason {
  rule: RuleName;
  /** What stands against it, who said so and since when. */
  message: string;
  /** What to type or to wait for. */
  hint: string;
  /** When it began (ISO 8601), who made it so, and when it ends by itself, as far as known. */
  since: string | null;
  by: string | null;
  until: string | null;
}

export interface Question extends Place {
  service: string;
  environment: string;
  /** `null` = whatever comes next. */
  version: string | null;
  commitSha: string | null;
  /** Commits since what runs there now, when somebody counted them. */
  commits: number | null;
  /** Lines that it adds and deletes together, when somebody counted them. */
  lines: number | null;
  /** Whose lock does not stand in the way: the holder that asks. */
  holder: string | null;
  /** Who asks, as in the audit log: a holder of the same name is somebody else. `null` = the name is enough. */
  holderId: string | null;
}

export interface Said {
  id: string;
  scope: Scope;
  reason: string;
  at: string;
  by: string | null;
}

export interface Facts {
  nowMs: number;
  /** IANA name of the place in whose time moments are told. */
  timeZone: string;
  andons: readonly Said[];
  freezes: ReadonlyArray<Said & { from: string; to: string | null }>;
  overrides: ReadonlyArray<Said & { until: string }>;
  /** The living lock of this place. `by`: who took it, as in the audit log. */
  lock: { holder: string; by: string | null; reason: string; at: string; until: string | null } | null;
  /** `ownId`: of one that was opened here, by `vice incident open`; others are closed in their tool. */
  incidents: ReadonlyArray<{ name: string; at: string | null; url: string | null; ownId: string | null }>;
  /** Checks whose newest result is a failure. */
  redChecks: ReadonlyArray<{ name: string; at: string; url: string | null }>;
  /** Environments in which this version succeeded. */
  passedIn: readonly string[];
  approvals: ReadonlyArray<{
    /** The same for all that one person is known by. */
    person: string;
    at: string;
    expiresAt: string | null;
    roles: readonly string[];
  }>;
  /** Persons who asked for the deployment: their own approvals do not count. */
  requesters: readonly string[];
  /** What the project asks; `null` = no project says anything about this environment. */
  policy: EnvironmentPolicy | null;
  /** Registered projects of this service that cannot be read: what they ask is not known. */
  unreadable: readonly string[];
  /** Registered projects that name this service, when there are several: which of them counts is not known. */
  contending: readonly string[];
  /** Commits since what runs there, as far as the log tells; `null` = it tells nothing. */
  counted: { atLeast: number; exact: boolean } | null;
  /** Lines added and deleted since what runs there; `null` = nobody counted them. */
  lines: number | null;
  /** That let a deployment be larger than its environment takes; `null` as version and commit = whatever comes. */
  batchOverrides: ReadonlyArray<Said & { until: string; version: string | null; commitSha: string | null }>;
}

export interface Verdict {
  allowed: boolean;
  reasons: Reason[];
  /** Rules that could not be judged, and what is missing to do so: they do not stand against it. */
  unknown: Array<{ rule: RuleName; message: string }>;
  /** Freezes and limits that would stand against it, had nobody said that they do not. */
  overridden: Array<{ message: string; by: string | null; until: string; reason: string }>;
}
