/** From a folded activity to the row that is stored and searched. Pure apart from the prepared rules. */

import type { Activity, Actor, Kind } from "../../../domain/activity.ts";
import { releaseOf } from "../../../domain/deployment-kind.ts";
import { isEvent, type LogEvent } from "../../../domain/event.ts";
import type { FoldedActivity } from "../../../domain/fold.ts";
import { foldName } from "../../../domain/fold-name.ts";
import { type CompiledRules, resolveNames } from "../../../domain/names.ts";
import type { Change } from "../../../ports/event-log.ts";
import { ms } from "./codec.ts";

/** Corrections made by people, oldest first, folded into one. */
export interface Corrections {
  facts: Record<string, unknown>;
  status: "succeeded" | "failed" | "canceled" | null;
  voided: string | null;
}

/** The searched columns of one activity; see `schema.ts`. */
export interface ActivityRow {
  id: string;
  dep: 0 | 1;
  occurredMs: number;
  kind: Kind;
  source: string;
  instance: string;
  service: string;
  environment: string;
  tenant: string;
  tier: string | null;
  team: string | null;
  status: string | null;
  startMs: number | null;
  finishMs: number | null;
  release: string | null;
  deploymentKind: string | null;
  excluded: string | null;
  actor: string | null;
  reported: string;
  matched: 0 | 1;
  /** Page of a run, which others that tell of the same run name too. */
  runPage: string | null;
  doc: string;
}

/** Folds corrections, oldest first. @returns `null` when there are none */
export function readCorrections(events: readonly LogEvent[]): Corrections | null {
  if (events.length === 0) return null;
  const sum: Corrections = { facts: {}, status: null, voided: null };
  for (const event of events) {
    if (isEvent(event, "vice.activity.voided.v1")) sum.voided = `voided: ${event.data.reason}`;
    if (isEvent(event, "vice.activity.restored.v1")) sum.voided = null;
    if (!isEvent(event, "vice.activity.amended.v1")) continue;
    Object.assign(sum.facts, event.data.facts);
    sum.status = event.data.status ?? sum.status;
  }
  return sum;
}

/** Overlays what people corrected; a corrected status keeps the finish it had. */
export function correct(folded: FoldedActivity, corrections: Corrections | null): FoldedActivity {
  if (corrections === null) return folded;
  const { facts, status } = corrections;
  const startedAt = (facts["startedAt"] as string | undefined) ?? folded.startedAt;
  const saidEnd = (facts["finishedAt"] as string | undefined) ?? folded.finishedAt;
  const finishedAt = status !== null && saidEnd === null ? folded.occurredAt : saidEnd;
  return {
    ...folded,
    ...pick(facts, ["version", "commitSha", "ref", "artifact", "url", "repository"]),
    ...(startedAt === folded.startedAt && saidEnd === folded.finishedAt
      ? {}
      : duration(startedAt, finishedAt)),
    status: status ?? folded.status,
    error: status === "succeeded" ? null : folded.error,
    startedAt,
    finishedAt,
    occurredAt: finishedAt ?? startedAt ?? folded.occurredAt,
    reported: { ...folded.reported, ...facts },
  };
}

/** With a corrected time the duration is our own difference. */
function duration(
  startedAt: string | null,
  finishedAt: string | null,
): Pick<FoldedActivity, "durationMs" | "durationFrom"> {
  const ms = startedAt === null || finishedAt === null ? -1 : Date.parse(finishedAt) - Date.parse(startedAt);
  return ms < 0 ? { durationMs: null, durationFrom: null } : { durationMs: ms, durationFrom: "paired" };
}

function pick(facts: Record<string, unknown>, keys: readonly string[]): Partial<FoldedActivity> {
  return Object.fromEntries(keys.filter((key) => key in facts).map((key) => [key, facts[key]]));
}

/**
 * @param actorOf gives the name behind a person id, for rules about bots
 */
export function toRow(
  foldedAsReported: FoldedActivity,
  corrections: Corrections | null,
  rules: CompiledRules,
  actorOf: (person: string) => Actor | null,
): ActivityRow {
  const folded = correct(foldedAsReported, corrections);
  const person = folded.actor?.login ?? null;
  const actor = person === null ? null : actorOf(person);
  const names = resolveNames(rules, {
    source: folded.source,
    instance: folded.instance ?? "",
    reported: { ...folded.reported, actor },
  });
  const { reported, actor: _person, ...rest } = folded;
  const reportedService = foldedAsReported.reported.service ?? null;
  const tags = reportedService === null ? folded.tags : { ...folded.tags, reportedService };
  const activity: Activity = {
    ...rest,
    kind: names.kind,
    deploymentKind: names.kind === "deployment" ? names.deploymentKind : null,
    service: names.service,
    team: names.team,
    environment: names.environment,
    tier: names.tier,
    tenant: names.tenant,
    actor: null,
    primaryId: null,
    tags,
  };
  return {
    id: activity.id,
    dep: activity.kind === "deployment" ? 1 : 0,
    occurredMs: Date.parse(activity.occurredAt),
    kind: activity.kind,
    source: activity.source,
    instance: activity.instance ?? "",
    service: activity.service ?? "",
    environment: foldName(activity.environment),
    tenant: activity.tenant ?? "",
    tier: activity.tier,
    team: activity.team,
    status: activity.status,
    startMs: ms(activity.startedAt),
    finishMs: ms(activity.finishedAt),
    release: releaseOf(activity),
    deploymentKind: activity.deploymentKind,
    excluded: corrections?.voided ?? names.excluded,
    actor: person,
    reported: reportedService ?? "",
    matched: names.matched ? 1 : 0,
    runPage: activity.kind === "pipeline" || activity.kind === "build" ? activity.url : null,
    doc: JSON.stringify(ordered(activity)),
  };
}

/** Keys in the order of the contract, so that equal states are equal bytes. */
function ordered(a: Activity): Activity {
  return {
    id: a.id,
    kind: a.kind,
    deploymentKind: a.deploymentKind,
    source: a.source,
    instance: a.instance,
    externalId: a.externalId,
    attempt: a.attempt,
    service: a.service,
    team: a.team,
    repository: a.repository,
    environment: a.environment,
    tier: a.tier,
    tenant: a.tenant,
    status: a.status,
    version: a.version,
    commitSha: a.commitSha,
    ref: a.ref,
    artifact: a.artifact,
    startedAt: a.startedAt,
    finishedAt: a.finishedAt,
    durationMs: a.durationMs,
    durationFrom: a.durationFrom,
    occurredAt: a.occurredAt,
    actor: a.actor,
    url: a.url,
    traceId: a.traceId,
    parentId: a.parentId,
    primaryId: a.primaryId,
    verified: a.verified,
    tags: a.tags,
    error: a.error,
  };
}

/** What listeners hear of an activity that was written. */
export const changeOf = (seq: number, row: ActivityRow): Change => ({
  type: "activity",
  seq,
  id: row.id,
  kind: row.kind,
  service: row.service === "" ? null : row.service,
  environment: row.environment === "" ? null : row.environment,
  status: row.status,
  source: row.source,
  occurredAt: new Date(row.occurredMs).toISOString(),
});
