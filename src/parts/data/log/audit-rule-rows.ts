/** Rows of the audit list for what may stand in the way of a deployment: cords, freezes, locks, approvals, drift, projects. */
import type { EventType } from "../../../domain/event.ts";
import { sayScope } from "../../../domain/rules/scope.ts";
import { sayDuration } from "../../../kit/duration.ts";
import { place, type Tell, type Told } from "./audit-row.ts";

const approval =
  (what: string) =>
  ({
    service,
    environment,
    version,
  }: {
    service: string;
    environment: string;
    version: string | null;
  }): Told => ({
    what,
    where: place(service, environment),
    outcome: "done",
    detail: version,
  });

export const RULE_ROWS = {
  "vice.andon.pulled.v1": ({ andonId, scope, reason }) => ({
    what: "andon cord pulled",
    where: sayScope(scope),
    outcome: "done",
    detail: reason,
    subject: andonId,
  }),
  "vice.andon.released.v1": ({ andonId, reason }) => ({
    what: "andon cord released",
    outcome: "done",
    detail: reason,
    subject: andonId,
  }),
  "vice.freeze.declared.v1": ({ freezeId, scope, from, to, reason }) => ({
    what: "freeze declared",
    where: sayScope(scope),
    outcome: "done",
    detail: `${reason} (${from} to ${to ?? "further notice"})`,
    subject: freezeId,
  }),
  "vice.drift.found.v1": ({ service, environment, observed, recorded }) => ({
    what: "drift found",
    where: place(service, environment),
    outcome: "done",
    detail: `${observed} answers, ${recorded?.version ?? "nothing"} was recorded`,
  }),
  "vice.drift.settled.v1": ({ service, environment, observed }) => ({
    what: "drift settled",
    where: place(service, environment),
    outcome: "done",
    detail: observed,
  }),
  "vice.freeze.lifted.v1": ({ freezeId, reason }) => ({
    what: "freeze lifted",
    outcome: "done",
    detail: reason,
    subject: freezeId,
  }),
  "vice.freeze.overridden.v1": ({ overrideId, scope, until, reason }) => ({
    what: "freeze overridden",
    where: sayScope(scope),
    outcome: "done",
    detail: `${reason} (until ${until})`,
    subject: overrideId,
  }),
  "vice.freeze.override-withdrawn.v1": ({ overrideId, reason }) => ({
    what: "freeze override withdrawn",
    outcome: "done",
    detail: reason,
    subject: overrideId,
  }),
  "vice.batch.overridden.v1": ({ overrideId, scope, version, until, reason }) => ({
    what: "batch limit overridden",
    where: sayScope(scope),
    outcome: "done",
    detail: `${version === null ? "" : `${version}: `}${reason} (until ${until})`,
    subject: overrideId,
  }),
  "vice.lock.taken.v1": ({ lockId, service, environment, holder, reason, how }) => ({
    what: how === "stolen" ? "lock stolen" : how === "expired" ? "lock taken over" : "lock taken",
    where: place(service, environment),
    outcome: "done",
    detail: `${holder}: ${reason}`,
    subject: lockId,
  }),
  "vice.lock.waited.v1": ({ service, environment, holder, waitedMs, outcome, forHolder, forLock }) => ({
    what: "lock waited for",
    where: place(service, environment),
    outcome,
    detail: `${holder} waited ${sayDuration(waitedMs)} for ${forHolder}`,
    subject: forLock,
  }),
  "vice.lock.freed.v1": ({ lockId, reason, supersededBy }) => ({
    what: supersededBy === undefined ? "lock freed" : "lock superseded",
    outcome: "done",
    detail: reason,
    subject: lockId,
  }),
  "vice.approval.asked.v1": approval("approval asked"),
  "vice.approval.given.v1": approval("approval given"),
  "vice.approval.withdrawn.v1": ({ approvalId, reason }) => ({
    what: "approval withdrawn",
    outcome: "done",
    detail: reason,
    subject: approvalId,
  }),
  "vice.project.registered.v1": ({ project, origin, place: where }) => ({
    what: "project registered",
    where: project,
    outcome: "done",
    detail: where === null ? origin : `${origin} ${where}`,
  }),
  "vice.project.removed.v1": ({ project, reason }) => ({
    what: "project removed",
    where: project,
    outcome: "done",
    detail: reason,
  }),
} satisfies { [T in EventType]?: Tell<T> };
