/** Events: immutable facts in the log. The envelope is CloudEvents 1.0 plus the fields that make a log of it. */

import type { AbnormalFound, AbnormalSettled } from "./abnormal/abnormal.ts";
import type { CommitsSeen } from "./commits/commit.ts";
import type { NameRule } from "./names.ts";
import type { RunEventData } from "./pipeline/run-events.ts";
import type { SavedQuery } from "./query/saved-query.ts";
import type { RuleEventData } from "./rules/rule-events.ts";
import type { ExperimentStarted, ExperimentStopped } from "./series/experiment.ts";
import type { SeriesPushed } from "./series/series.ts";
import type { Facts, ObjectKey, Step } from "./transition.ts";
import type { KeptTests } from "./verify/kept-tests.ts";

/** Data by event type. A type carries its version; old versions are read for ever. */
export interface EventData extends RuleEventData, RunEventData {
  /** One transition of one activity, as a delivery reported it. */
  "vice.activity.observed.v1": {
    object: ObjectKey;
    step: Step;
    /** Source time or, when the source gave none, receive time. */
    at: string;
    reopens: boolean;
    facts: Facts;
    verified: boolean;
    /** Rises when the delivery is normalised again by `reprocess`: lower generations no longer count. */
    generation: number;
  };
  /** A delivery that gave no transition (ignored, unmapped) or that was normalised again. */
  "vice.delivery.received.v1": {
    source: string;
    instance: string;
    outcome: "accepted" | "ignored" | "unmapped";
    reason: string | null;
    verified: boolean;
    generation: number;
    /** The events of the former generation, which no longer count. */
    supersedes: { fromSeq: number; toSeq: number } | null;
  };
  /** Facts corrected by a person; the former ones stay in the log. */
  "vice.activity.amended.v1": {
    facts: Facts;
    status: "succeeded" | "failed" | "canceled" | null;
    reason: string;
  };
  /** An activity that should not count: a test run, a mistake. */
  "vice.activity.voided.v1": { reason: string };
  "vice.activity.restored.v1": { reason: string };
  /** A name rule was added or taken away (config file rules are not events). */
  "vice.names.ruled.v1": { rule: NameRule & { id: string }; reason: string | null };
  "vice.names.unruled.v1": { ruleId: string; reason: string | null };
  "vice.token.created.v1": { tokenId: string; name: string; scopes: string[]; expiresAt: string | null };
  "vice.token.revoked.v1": { tokenId: string };
  "vice.source.configured.v1": { source: string; instance: string; change: string };
  "vice.backup.made.v1": { url: string; seq: number; head: string; bytes: number };
  "vice.bodies.dropped.v1": { before: string; count: number };
  "vice.person.forgotten.v1": { person: string };
  /** Commits of a repository, from a push, a local clone or a forge's API. */
  "vice.commits.seen.v1": CommitsSeen;
  /** Two activities belong together (or, cut, do not) because a person says so; directed from cause to effect. */
  "vice.link.made.v1": { from: string; to: string; reason: string };
  "vice.link.cut.v1": { from: string; to: string; reason: string };
  /** A query is kept by name; the newest of a name counts. */
  "vice.query.saved.v1": SavedQuery;
  "vice.query.removed.v1": { name: string };
  /** A dashboard is kept by name, as the YAML that was written; the newest of a name counts. */
  "vice.dashboard.saved.v1": { name: string; text: string };
  "vice.dashboard.removed.v1": { name: string };
  /** Points of series of numbers; pushed again, a moment has the newest value. */
  "vice.series.pushed.v1": SeriesPushed;
  /** What is kept of a report of tests, whose check is the subject; the newest of a check counts. */
  "vice.tests.reported.v1": KeptTests;
  /** An experiment by name: started again, it begins anew. */
  "vice.experiment.started.v1": ExperimentStarted;
  "vice.experiment.stopped.v1": ExperimentStopped;
  /** Something is not as usual, and is so no more. */
  "vice.abnormal.found.v1": AbnormalFound;
  "vice.abnormal.settled.v1": AbnormalSettled;
  /** A command with effect that has no event of its own: who ran what, with which outcome. */
  "vice.command.invoked.v1": {
    command: string;
    input: unknown;
    outcome: "ok" | "error";
    code: string | null;
  };
}

export type EventType = keyof EventData;

/** An event before the log has given it a place. */
export interface NewEvent<T extends EventType = EventType> {
  type: T;
  /** Who says it: `/hooks/github/github.com`, `/spool`, `/commands`. */
  source: string;
  /** What it is about: an activity id for `vice.activity.*`. */
  subject: string | null;
  /** When it happened (ISO 8601). */
  time: string;
  data: EventData[T];
  /** Who did it: a person's pseudonymous id, `token:<id>`, `local` or `null`. */
  actor: string | null;
  traceparent: string | null;
  /** The delivery it came with, and the SHA-256 of that delivery's body, so that the chain covers the body. */
  delivery: { id: string; sha256: string } | null;
}

/** An event as the log holds it. `hash` = SHA-256(previous hash, body), hex. */
export interface LogEvent<T extends EventType = EventType> extends NewEvent<T> {
  specversion: "1.0";
  seq: number;
  id: string;
  receivedAt: string;
}

/** Type guard for the event of a type. */
export function isEvent<T extends EventType>(event: LogEvent, type: T): event is LogEvent<T> {
  return event.type === type;
}
