/** From events to the rows of the audit list: who, what, where, when, outcome. Pure; one entry for each type of event. */
import type { EventType, LogEvent } from "../../../domain/event.ts";
import { isEvent } from "../../../domain/event.ts";
import { STEPS } from "../../../domain/transition.ts";
import { ANALYSIS_ROWS } from "./audit-analysis-rows.ts";
import { type AuditRow, type Known, place, type Tell } from "./audit-row.ts";
import { RULE_ROWS } from "./audit-rule-rows.ts";
import { RUN_ROWS } from "./audit-run-rows.ts";

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
  "vice.tests.reported.v1": () => null,
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
  ...RULE_ROWS,
  ...ANALYSIS_ROWS,
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
