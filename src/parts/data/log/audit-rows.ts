/** From events to the rows of the audit list: who, what, where, when, outcome. Pure; one entry for each type of event. */
import type { EventData, EventType, LogEvent } from "../../../domain/event.ts";
import { isEvent } from "../../../domain/event.ts";
import type { RunEventType } from "../../../domain/pipeline/run-events.ts";
import { sayScope } from "../../../domain/rules/scope.ts";
import { STEPS } from "../../../domain/transition.ts";
import { sayDuration } from "../../../kit/duration.ts";

/** One line for an auditor. `null` = not known. */
export interface AuditRow {
  seq: number;
  at: string;
  who: string | null;
  what: string;
  /** `service @ environment`, or what else was acted upon. */
  where: string | null;
  outcome: string | null;
  /** Version, reason, rule: what an auditor asks next. */
  detail: string | null;
  /** The activity or object concerned. */
  subject: string | null;
  source: string;
}

type Told = Pick<AuditRow, "what"> & Partial<Pick<AuditRow, "where" | "outcome" | "detail" | "subject">>;
/** What is known now about the activity of an event: rules may have named it, later events may have told its kind. */
export interface Known {
  kind: string;
  who: string | null;
  where: string | null;
  what: string | null;
  version: string | null;
}

type Tell<T extends EventType> = (data: EventData[T], known: Known | null) => Told | null;

export const place = (service: unknown, environment: unknown): string | null =>
  service || environment ? `${service || "?"} @ ${environment || "?"}` : null;

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

const asked = (what: string) => (data: { runId: string; reason: string }) => ({
  what,
  outcome: "done",
  detail: data.reason,
  subject: data.runId,
});

const RUN_ROWS: { [T in RunEventType]: Tell<T> } = {
  "vice.run.planned.v1": ({ runId, plan: { name, steps } }) => ({
    what: "run planned",
    where: name,
    outcome: "done",
    detail: `${steps.length} steps`,
    subject: runId,
  }),
  "vice.run.started.v1": () => null,
  "vice.run.paused.v1": asked("run paused"),
  "vice.run.resumed.v1": asked("run resumed"),
  "vice.run.cancel-asked.v1": ({ runId, how, reason }) => asked(`run ${how} asked`)({ runId, reason }),
  "vice.run.ended.v1": ({ runId, status }) => ({ what: "run ended", outcome: status, subject: runId }),
  "vice.step.intended.v1": () => null,
  "vice.step.ended.v1": ({ runId, step, outcome, error }) =>
    outcome === "skipped"
      ? null
      : { what: "step ended", where: step, outcome, detail: error, subject: runId },
  "vice.step.approved.v1": ({ runId, step, note }) => ({
    what: "step approved",
    where: step,
    outcome: "done",
    detail: note,
    subject: runId,
  }),
  "vice.step.settled.v1": ({ runId, step, as, reason }) => ({
    what: "step settled",
    where: step,
    outcome: as,
    detail: reason,
    subject: runId,
  }),
  "vice.step.refused.v1": ({ runId, step, reason }) => ({
    what: "step refused",
    where: step,
    outcome: "done",
    detail: reason,
    subject: runId,
  }),
};

const TELL: { [T in EventType]: Tell<T> } = {
  "vice.activity.observed.v1": ({ step, facts, object }, known) => {
    const kind = known?.kind ?? facts.kind ?? object.identityKind;
    if (kind !== "deployment" || STEPS[step].rank < STEPS.running.rank) return null;
    const { service, environment, version, commitSha, deploymentKind } = facts;
    return {
      what: known?.what ?? deploymentKind ?? "deploy",
      where: place(service, environment),
      outcome: step === "running" ? "started" : step,
      detail: version ?? commitSha ?? known?.version ?? null,
    };
  },
  "vice.delivery.received.v1": ({ supersedes, source, instance, outcome }) =>
    supersedes === null
      ? null
      : { what: "delivery read again", where: `${source} ${instance}`.trim(), outcome },
  "vice.activity.amended.v1": ({ facts, status, reason }) => {
    const changed = [...Object.keys(facts), ...(status === null ? [] : [`status = ${status}`])];
    return { what: "deployment amended", outcome: "done", detail: `${reason} (${changed.join(", ")})` };
  },
  "vice.activity.voided.v1": ({ reason }) => ({ what: "deployment voided", outcome: "done", detail: reason }),
  "vice.activity.restored.v1": ({ reason }) => ({
    what: "deployment restored",
    outcome: "done",
    detail: reason,
  }),
  "vice.names.ruled.v1": ({ rule, reason }) => ({
    what: "name rule added",
    outcome: "done",
    detail: [reason, JSON.stringify({ match: rule.match, set: rule.set })].filter(Boolean).join(" "),
    subject: rule.id,
  }),
  "vice.names.unruled.v1": ({ ruleId, reason }) => ({
    what: "name rule removed",
    outcome: "done",
    detail: reason,
    subject: ruleId,
  }),
  "vice.token.created.v1": ({ tokenId, name, scopes }) => ({
    what: "token created",
    where: name,
    outcome: "done",
    detail: scopes.join(" "),
    subject: tokenId,
  }),
  "vice.token.revoked.v1": ({ tokenId }) => ({ what: "token revoked", outcome: "done", subject: tokenId }),
  "vice.source.configured.v1": ({ source, instance, change }) => ({
    what: "source configured",
    where: `${source} ${instance}`.trim(),
    outcome: "done",
    detail: change,
  }),
  "vice.backup.made.v1": ({ url, seq, head }) => ({
    what: "backup made",
    where: url,
    outcome: "done",
    detail: `${seq}:${head}`,
  }),
  "vice.bodies.dropped.v1": ({ before, count }) => ({
    what: "bodies dropped",
    outcome: "done",
    detail: `${count} received before ${before}`,
  }),
  "vice.commits.seen.v1": () => null,
  "vice.link.made.v1": ({ from, to, reason }) => ({
    what: "link made",
    where: `${from} to ${to}`,
    outcome: "done",
    detail: reason,
  }),
  "vice.link.cut.v1": ({ from, to, reason }) => ({
    what: "link cut",
    where: `${from} to ${to}`,
    outcome: "done",
    detail: reason,
  }),
  "vice.person.forgotten.v1": ({ person }) => ({
    what: "person forgotten",
    outcome: "done",
    subject: person,
  }),
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
  "vice.query.saved.v1": ({ name, sql }) => ({
    what: "query saved",
    outcome: "done",
    detail: sql,
    subject: name,
  }),
  "vice.query.removed.v1": ({ name }) => ({ what: "query removed", outcome: "done", subject: name }),
  "vice.dashboard.saved.v1": ({ name }) => ({ what: "dashboard saved", outcome: "done", subject: name }),
  "vice.dashboard.removed.v1": ({ name }) => ({ what: "dashboard removed", outcome: "done", subject: name }),
  "vice.series.pushed.v1": ({ series }) => ({
    what: "points pushed",
    outcome: "done",
    detail: [...new Set(series.map(({ name }) => name))].join(", "),
  }),
  "vice.experiment.started.v1": ({ name, hypothesis, service }) => ({
    what: "experiment started",
    where: service,
    outcome: "done",
    detail: hypothesis,
    subject: name,
  }),
  "vice.experiment.stopped.v1": ({ name, reason }) => ({
    what: "experiment stopped",
    outcome: "done",
    detail: reason,
    subject: name,
  }),
  "vice.abnormal.found.v1": ({ said, service, activity }) => ({
    what: "not as usual",
    where: service,
    outcome: "done",
    detail: said,
    subject: activity,
  }),
  "vice.abnormal.settled.v1": ({ said }) => ({ what: "as usual again", outcome: "done", detail: said }),
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
  ...RUN_ROWS,
  "vice.command.invoked.v1": ({ command, outcome, code }) => ({
    what: `command ${command}`,
    outcome,
    detail: code,
  }),
};

/** Whether the row of this event needs to know what its activity is now. */
export const needsKnown = (event: LogEvent): boolean =>
  isEvent(event, "vice.activity.observed.v1")
    ? STEPS[event.data.step].rank >= STEPS.running.rank
    : event.type.startsWith("vice.activity.");

/** @returns `null` for an event that an auditor does not ask for, and for a type of a newer vice */
export function auditRow(event: LogEvent, known: Known | null): AuditRow | null {
  const tell = TELL[event.type] as Tell<EventType> | undefined;
  const told = tell?.(event.data, known) ?? null;
  if (told === null) return null;
  const row: Omit<AuditRow, "what"> = {
    ...{ seq: event.seq, at: event.time, who: null, where: null, outcome: null, detail: null },
    ...{ subject: event.subject, source: event.source },
  };
  const who = event.actor ?? known?.who ?? actorOf(event);
  return { ...row, ...told, who, where: known?.where ?? told.where ?? null };
}

/** Who deployed, as the log has it: a person's pseudonym. */
function actorOf(event: LogEvent): string | null {
  if (!isEvent(event, "vice.activity.observed.v1")) return null;
  const { actor } = event.data.facts;
  return actor?.login ?? actor?.name ?? null;
}
