/** The views that people may query: name, columns with their meaning, and the SQL that fills them from the store's tables. */
import type { QueryMoment, QueryView } from "../../../ports/query.ts";
import { linkViews } from "./link-views.ts";
import {
  ACTIVITY_FROM,
  activityColumns,
  iso,
  json,
  known,
  statusOf,
  uuid,
  type ViewDefinition,
} from "./view-columns.ts";
import { workViews } from "./work-views.ts";

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
  ...workViews(moment),
  ...linkViews,
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
  "commit_seen",
  "commit_mention",
  "anchor",
  "span",
  "said_link",
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
  return definitions(moment).flatMap(({ name, columns, from, union = [] }) => {
    const list = columns.map(([column, , sql]) => `${sql} AS "${column}"`).join(", ");
    const more = union.map((arm) => ` UNION ALL SELECT ${arm.columns.join(", ")} FROM ${arm.from}`).join("");
    const inner = innerName(secret, name);
    return [
      `CREATE TEMP VIEW "${inner}" AS SELECT ${list} FROM ${from}${more}`,
      `CREATE TEMP VIEW "${name}" AS SELECT * FROM "${inner}"`,
    ];
  });
}

export const innerName = (secret: string, view: string): string => `${secret}_${view}`;

/** The table that an alias in the views stands for, as plans of SQLite name it. */
export const tableOfAlias = (alias: string): string => ALIASES.get(alias) ?? alias;

const ALIASES: ReadonlyMap<string, string> = new Map(
  definitions({ nowMs: 0, abandonAfterMs: 0 }).flatMap(({ from, union = [] }) =>
    [
      ...[from, ...union.map((arm) => arm.from)]
        .join(" ")
        .matchAll(/(?:main\.(\w+)|(json_each)\([^)]*\)) (\w)\b/g),
    ].map(([, table, json = "", alias = ""]) => [alias, table ?? json] as const),
  ),
);
