/** What the columns of the views are made of: the normal form of an activity in SQL, and how ids and times are written. */
import { PATIENT_KINDS } from "../../../domain/activity.ts";
import type { QueryColumn, QueryMoment } from "../../../ports/query.ts";

/** A column: name, type, SQL, meaning. */
export type Column = readonly [name: string, type: QueryColumn["type"], sql: string, about: string];

export interface ViewDefinition {
  name: string;
  about: string;
  columns: readonly Column[];
  from: string;
  /** More rows, from elsewhere: SQL for the same columns in the same order. */
  union?: ReadonlyArray<{ columns: readonly string[]; from: string }>;
}

export const json = (path: string, table = "a"): string => `json_extract(${table}.doc, '$.${path}')`;
export const known = (sql: string): string => `nullif(${sql}, '')`;
export const iso = (sql: string): string => `strftime('%Y-%m-%dT%H:%M:%fZ', ${sql} / 1000.0, 'unixepoch')`;

export function uuid(sql: string): string {
  const hex = `lower(hex(${sql}))`;
  const parts = [
    `substr(${hex}, 1, 8)`,
    ...[9, 13, 17].map((at) => `substr(${hex}, ${at}, 4)`),
    `substr(${hex}, 21)`,
  ];
  return `CASE WHEN ${sql} IS NULL THEN NULL ELSE ${parts.join(" || '-' || ")} END`;
}

/** `abandoned` is never stored: started (or waiting) longer ago than configured; as `isAbandoned` says it. */
export function statusOf(table: string, { nowMs, abandonAfterMs }: QueryMoment): string {
  const began = `coalesce(${table}.start_ms, ${table}.occurred_ms)`;
  const patient = PATIENT_KINDS.map((kind) => `'${kind}'`).join(", ");
  const open = `${table}.status IN ('running', 'pending') AND ${table}.kind NOT IN (${patient})`;
  const old = `${open} AND ${began} < ${Math.trunc(nowMs - abandonAfterMs)}`;
  return `CASE WHEN ${old} THEN 'abandoned' ELSE ${table}.status END`;
}

const tag = (key: string): string => known(json(`tags.${key}`));

/** Texts joined by a space, without those that are not known. */
const words = (...parts: string[]): string =>
  `nullif(trim(${parts.map((part) => `coalesce(${part}, '')`).join(" || ' ' || ")}), '')`;

const RELEASE = `coalesce(${known(json("version"))}, substr(${json("commitSha")}, 1, 8))`;
const SAID_PLACE = `'to ' || ${known(json("environment"))}`;
const NUMBER = `'#' || ${json("tags.number")}`;

/** As `nameOf` of the domain says it: a test holds the two together. */
export const NAME = `coalesce(CASE a.kind
  WHEN 'ticket' THEN ${words(`coalesce(${json("tags.key")}, ${NUMBER})`, tag("title"))}
  WHEN 'change' THEN ${words(NUMBER, tag("title"))}
  WHEN 'incident' THEN ${words(tag("key"), tag("title"))}
  WHEN 'deployment' THEN ${words(words(`coalesce(${json("service")}, ${json("tags.name")})`, RELEASE), SAID_PLACE)} END,
  ${tag("name")}, ${tag("title")}, ${known("a.service")}, ${known(json("environment"))}, ${known(json("externalId"))}, a.kind)`;

/** The name that runs of the same thing share; as in the inventory of local actions. */
const ACTION = `coalesce(${tag("name")}, a.kind)`;

export const activityColumns = (moment: QueryMoment): readonly Column[] => [
  ["id", "text", uuid("a.id"), "The activity's id."],
  [
    "kind",
    "text",
    "a.kind",
    "`deployment`, `build`, `pipeline`, `stage`, `change`, `ticket`, `sprint`, `check`, `action` ...",
  ],
  ["deployment_kind", "text", "a.deployment_kind", "`deploy`, `redeploy`, `rollback`, `config`, `teardown`."],
  ["source", "text", "a.source", "The system that reported it."],
  ["instance", "text", known("a.instance"), "Which one of several."],
  ["external_id", "text", json("externalId"), "Its id at the source."],
  ["attempt", "integer", json("attempt"), "1 for the first run under this id."],
  ["service", "text", known("a.service"), "Canonical name."],
  [
    "name",
    "text",
    NAME,
    "What people call it: step, `SHOP-12 Pay by card`, `#15 Add a button`, `shop v1.4.2 to prod-eu`.",
  ],
  ["action", "text", ACTION, "What was done, to group by: step, job or command; else the kind."],
  ["reported_service", "text", known("a.reported"), "The name that the tool used."],
  ["team", "text", "a.team", "Team by rule or report."],
  ["repository", "text", json("repository"), "URL of the repository."],
  ["environment", "text", json("environment"), "As sent; compare with `lower()`."],
  ["tier", "text", "a.tier", "`production`, `staging`, `testing`, `development`, `ephemeral`, `other`."],
  ["tenant", "text", known("a.tenant"), "Where one environment serves several."],
  [
    "status",
    "text",
    statusOf("a", moment),
    "`pending`, `running`, `succeeded`, `failed`, `canceled`, `abandoned`.",
  ],
  ["version", "text", json("version"), "The version as reported."],
  ["commit_sha", "text", json("commitSha"), "40 or 64 hex."],
  ["ref", "text", json("ref"), "Branch or tag."],
  ["artifact_name", "text", json("artifact.name"), "Image or package."],
  ["artifact_digest", "text", json("artifact.digest"), "Its digest."],
  ["started_at", "text", json("startedAt"), "When the work began."],
  ["finished_at", "text", json("finishedAt"), "When it ended."],
  ["duration_ms", "integer", json("durationMs"), "Milliseconds."],
  ["duration_from", "text", json("durationFrom"), "`reported` by the source or `paired` from start and end."],
  ["occurred_at", "text", json("occurredAt"), "Finish, else start, else creation."],
  [
    "occurred_ms",
    "integer",
    "a.occurred_ms",
    "The same in milliseconds since 1970. Indexed: narrow by this one.",
  ],
  ["actor", "text", "coalesce(p.login, p.name)", "Login, else name, of who did it."],
  ["actor_name", "text", "p.name", "Name of who did it."],
  ["url", "text", json("url"), "The page at the source."],
  ["trace_id", "text", json("traceId"), "W3C trace id."],
  ["parent_id", "text", json("parentId"), "The activity above it."],
  ["primary_id", "text", uuid("a.primary_id"), "The report that counts, when this is a second one."],
  ["verified", "boolean", json("verified"), "1 when the delivery's signature was right."],
  ["tags", "json", json("tags"), "All tags as JSON; one row each in `tags`."],
  ["error", "text", json("error"), "What went wrong."],
  ["excluded", "text", "a.excluded", "Why it does not count (voided, rule), else null."],
  ["counted", "boolean", "a.counted", "1 = counts: not excluded and no second report."],
];

export const ACTIVITY_FROM = "main.activity a LEFT JOIN main.person p ON p.id = a.actor";
