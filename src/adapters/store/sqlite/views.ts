/** The views that people may query: name, columns with their meaning, and the SQL that fills them from the store's tables. */
import type { QueryColumn, QueryMoment, QueryView } from "../../../ports/query.ts";

/** A column: name, type, SQL, meaning. */
type Column = readonly [name: string, type: QueryColumn["type"], sql: string, about: string];

interface ViewDefinition {
  name: string;
  about: string;
  columns: readonly Column[];
  from: string;
}

const json = (path: string, table = "a"): string => `json_extract(${table}.doc, '$.${path}')`;
const known = (sql: string): string => `nullif(${sql}, '')`;
const iso = (sql: string): string => `strftime('%Y-%m-%dT%H:%M:%fZ', ${sql} / 1000.0, 'unixepoch')`;

function uuid(sql: string): string {
  const hex = `lower(hex(${sql}))`;
  const parts = [
    `substr(${hex}, 1, 8)`,
    ...[9, 13, 17].map((at) => `substr(${hex}, ${at}, 4)`),
    `substr(${hex}, 21)`,
  ];
  return `CASE WHEN ${sql} IS NULL THEN NULL ELSE ${parts.join(" || '-' || ")} END`;
}

/** `abandoned` is never stored: started (or waiting) longer ago than configured. */
function statusOf(table: string, { nowMs, abandonAfterMs }: QueryMoment): string {
  const began = `coalesce(${table}.start_ms, ${table}.occurred_ms)`;
  const old = `${table}.status IN ('running', 'pending') AND ${began} < ${Math.trunc(nowMs - abandonAfterMs)}`;
  return `CASE WHEN ${old} THEN 'abandoned' ELSE ${table}.status END`;
}

const activityColumns = (moment: QueryMoment): readonly Column[] => [
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

const ACTIVITY_FROM = "main.activity a LEFT JOIN main.person p ON p.id = a.actor";

const definitions = (moment: QueryMoment): readonly ViewDefinition[] => [
  {
    name: "deployments",
    about: "Every deployment in the normal form, excluded ones and second reports too (see `counted`).",
    columns: activityColumns(moment),
    from: `${ACTIVITY_FROM} WHERE a.dep = 1`,
  },
  {
    name: "activities",
    about: "Everything that takes time: deployments, builds, pipelines, changes, tickets, local actions.",
    columns: activityColumns(moment),
    from: `${ACTIVITY_FROM} WHERE a.dep IN (0, 1)`,
  },
  {
    name: "services",
    about: "What runs where: one row for each service, environment and tenant.",
    columns: [
      ["service", "text", known("w.service"), "Canonical name."],
      ["team", "text", "l.team", "Team of the last attempt."],
      ["environment", "text", json("environment", "l"), "As sent."],
      ["tier", "text", "w.tier", "Tier of the environment."],
      ["tenant", "text", known("w.tenant"), "Tenant, if any."],
      ["running_id", "text", uuid("r.id"), "The deployment that runs; null after a teardown."],
      ["running_version", "text", json("version", "r"), "Its version."],
      ["running_commit_sha", "text", json("commitSha", "r"), "Its commit."],
      ["running_since", "text", json("finishedAt", "r"), "When it had succeeded."],
      ["last_id", "text", uuid("l.id"), "The last attempt."],
      ["last_status", "text", statusOf("l", moment), "How that stands."],
      ["last_at", "text", json("occurredAt", "l"), "When that was."],
    ],
    from: "main.place w JOIN main.activity l ON l.n = w.last LEFT JOIN main.activity r ON r.n = w.running",
  },
  {
    name: "environments",
    about: "One row for each environment.",
    columns: [
      ["environment", "text", json("environment", "l"), "As sent."],
      ["tier", "text", "w.tier", "Its tier."],
      ["services", "integer", "count(DISTINCT w.service)", "Services that were ever deployed there."],
      ["running", "integer", "count(w.running)", "Places where something runs now."],
      ["last_at", "text", iso("max(l.occurred_ms)"), "Last deployment there."],
    ],
    from: "main.place w JOIN main.activity l ON l.n = w.last GROUP BY w.environment",
  },
  {
    name: "transitions",
    about: "The single observations that activities are folded from.",
    columns: [
      ["activity_id", "text", uuid("a.id"), "The activity."],
      ["seq", "integer", "t.seq", "Place in the log."],
      [
        "step",
        "text",
        "json_extract(e.body, '$.data.step')",
        "`observed`, `queued`, `running`, `succeeded` ...",
      ],
      ["at", "text", "json_extract(e.body, '$.data.at')", "Time at the source, else received."],
      ["received_at", "text", "json_extract(e.body, '$.receivedAt')", "When vice wrote it."],
      ["verified", "boolean", "json_extract(e.body, '$.data.verified')", "1 when the signature was right."],
      ["facts", "json", "json_extract(e.body, '$.data.facts')", "What it said, as JSON; persons as ids."],
      ["delivery_id", "text", "json_extract(e.body, '$.delivery.id')", "The delivery it came with."],
    ],
    from: "main.transition t JOIN main.event e ON e.seq = t.seq JOIN main.activity a ON a.n = t.n",
  },
  {
    name: "deliveries",
    about: "What was received, without bodies and headers.",
    columns: [
      ["id", "text", "d.id", "The delivery's id."],
      ["source", "text", "d.source", "The source it was sent to."],
      ["instance", "text", known("d.instance"), "Which one of several."],
      ["header_id", "text", "d.header_id", "The vendor's delivery id."],
      ["received_at", "text", iso("d.received_ms"), "When."],
      ["verified", "boolean", "d.verified", "1 when the signature was right."],
      ["outcome", "text", "d.outcome", "`accepted`, `ignored`, `unmapped`."],
      ["reason", "text", "d.reason", "Why it was not accepted."],
      ["flagged", "boolean", "d.flagged", "1 = same id as an earlier one with another body."],
      ["content_type", "text", "d.content_type", "As sent."],
      ["sha256", "text", "lower(hex(d.sha256))", "Of the body."],
      ["bytes", "integer", "d.bytes", "Size of the body."],
      ["body_kept", "boolean", "d.body IS NOT NULL", "0 when retention dropped the body."],
    ],
    from: "main.delivery d",
  },
  {
    name: "tags",
    about: "Tags of activities, one row each.",
    columns: [
      ["activity_id", "text", uuid("a.id"), "The activity."],
      ["key", "text", "j.key", "Name of the tag."],
      ["value", "text", "j.value", "Its value."],
    ],
    from: "main.activity a, json_each(a.doc, '$.tags') j",
  },
  {
    name: "names",
    about: "Names that tools used and what they stand for.",
    columns: [
      ["source", "text", "n.source", "Who used it."],
      ["instance", "text", known("n.instance"), "Which one of several."],
      ["name", "text", "n.reported", "The name."],
      ["service", "text", known("n.service"), "The service it stands for."],
      ["matched", "boolean", "max(n.matched)", "1 when a rule says so."],
      ["deployments", "boolean", "max(n.dep)", "1 when deployments carried it."],
      ["count", "integer", "sum(n.count)", "How many activities."],
      ["last_at", "text", iso("max(n.last_ms)"), "When last."],
    ],
    from: "main.name n GROUP BY n.source, n.instance, n.reported, n.service",
  },
];

/** The tables behind the views. */
export const TABLES_BEHIND: ReadonlySet<string> = new Set([
  "activity",
  "person",
  "place",
  "transition",
  "event",
  "delivery",
  "name",
  "json_each",
]);

export const QUERY_VIEWS: readonly QueryView[] = definitions({ nowMs: 0, abandonAfterMs: 0 }).map((view) => ({
  name: view.name,
  about: view.about,
  columns: view.columns.map(([name, type, , about]) => ({ name, type, about })),
}));

/**
 * Statements that make the views on a reading connection. Each stands on an inner view with a name that nobody can
 * guess: SQLite tells its authorizer the name of the view *or of the WITH clause* that reads a table, so a name that
 * people know would let them reach any table by calling their own clause like it.
 */
export function viewStatements(secret: string, moment: QueryMoment): string[] {
  return definitions(moment).flatMap(({ name, columns, from }) => {
    const list = columns.map(([column, , sql]) => `${sql} AS "${column}"`).join(", ");
    const inner = innerName(secret, name);
    return [
      `CREATE TEMP VIEW "${inner}" AS SELECT ${list} FROM ${from}`,
      `CREATE TEMP VIEW "${name}" AS SELECT * FROM "${inner}"`,
    ];
  });
}

export const innerName = (secret: string, view: string): string => `${secret}_${view}`;
