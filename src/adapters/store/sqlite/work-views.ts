/** The views of work: steps, changes of state, tickets, incidents, tags. */
import type { QueryMoment } from "../../../ports/query.ts";
import {
  ACTIVITY_FROM,
  type Column,
  json,
  known,
  NAME,
  statusOf,
  uuid,
  type ViewDefinition,
} from "./view-columns.ts";

/** What is under way as part of something bigger; sprints and tickets are no steps. */
const STEP_KINDS = ["pipeline", "build", "stage", "check", "action"];

const PARENT = "unhex(replace(json_extract(a.doc, '$.parentId'), '-', ''))";
const tag = (key: string, table = "a"): string => json(`tags.${key}`, table);

/** Facts of an observation; `json_extract` gives null where it says nothing. */
const said = (path: string): string => `json_extract(e.body, '$.data.${path}')`;

/** When the newest observation that named a column came. */
const COLUMN_SINCE = `(SELECT max(json_extract(e.body, '$.data.at')) FROM main.transition t JOIN main.event e ON e.seq = t.seq
  WHERE t.n = a.n AND ${said("facts.tags.column")} IS ${tag("column")}
  AND ${said("step")} <> 'observed')`;

const times: readonly Column[] = [
  ["started_at", "text", json("startedAt"), "When the work began."],
  ["finished_at", "text", json("finishedAt"), "When it ended."],
  ["duration_ms", "integer", json("durationMs"), "Milliseconds."],
  ["occurred_at", "text", json("occurredAt"), "Finish, else start, else creation."],
  ["occurred_ms", "integer", "a.occurred_ms", "The same in milliseconds since 1970. Indexed."],
];
const counted: Column = ["counted", "boolean", "a.counted", "1 = counts: not excluded and no second report."];
const url: Column = ["url", "text", json("url"), "The page at the source."];
const traceId: Column = ["trace_id", "text", json("traceId"), "W3C trace id."];
const id: Column = ["id", "text", uuid("a.id"), "The activity's id."];
const source: Column = ["source", "text", "a.source", "The system that reported it."];
const service: Column = ["service", "text", known("a.service"), "Canonical name."];
const team: Column = ["team", "text", "a.team", "Team by rule or report."];

export const workViews = (moment: QueryMoment): readonly ViewDefinition[] => [
  {
    name: "steps",
    about: "Pipelines, builds, stages, checks and local actions, with what they are part of.",
    columns: [
      id,
      ["kind", "text", "a.kind", `${STEP_KINDS.map((kind) => `\`${kind}\``).join(", ")}.`],
      ["step", "text", NAME, "Name of the step, job, check or command."],
      [
        "pipeline",
        "text",
        `CASE a.kind WHEN 'pipeline' THEN ${NAME} ELSE coalesce(${tag("pipeline")}, ${tag("workflow")}, ${tag("name", "u")}) END`,
        "Name of the pipeline or run that it is part of; its own for a pipeline.",
      ],
      source,
      service,
      team,
      ["environment", "text", json("environment"), "As sent."],
      ["status", "text", statusOf("a", moment), "As in `activities`."],
      ["attempt", "integer", json("attempt"), "1 for the first run under this id."],
      [
        "attempts",
        "integer",
        `CAST(coalesce(${tag("attempts")}, 1) AS INTEGER)`,
        "How often it was tried within this run.",
      ],
      ...times,
      ["commit_sha", "text", json("commitSha"), "40 or 64 hex."],
      ["ref", "text", json("ref"), "Branch or tag."],
      ["parent_id", "text", json("parentId"), "The activity above it."],
      ["parent_kind", "text", "u.kind", "What that is."],
      traceId,
      ["error", "text", json("error"), "What went wrong."],
      url,
      counted,
    ],
    from: `main.activity a LEFT JOIN main.activity u ON u.id = ${PARENT}
      WHERE a.dep = 0 AND a.kind IN (${STEP_KINDS.map((kind) => `'${kind}'`).join(", ")})`,
  },
  {
    name: "transitions",
    about:
      "The single observations that activities are folded from: each change of state or column, and when.",
    columns: [
      ["activity_id", "text", uuid("a.id"), "The activity."],
      ["kind", "text", "a.kind", "What that is."],
      ["seq", "integer", "t.seq", "Place in the log."],
      ["step", "text", said("step"), "`observed`, `queued`, `running`, `succeeded` ..."],
      ["at", "text", said("at"), "Time at the source, else received."],
      ["from_column", "text", said("facts.tags.fromColumn"), "Column of the board that a ticket left."],
      ["to_column", "text", said("facts.tags.column"), "Column that it is in now."],
      ["received_at", "text", "json_extract(e.body, '$.receivedAt')", "When vice wrote it."],
      ["verified", "boolean", said("verified"), "1 when the signature was right."],
      ["facts", "json", said("facts"), "What it said, as JSON; persons as ids."],
      ["delivery_id", "text", "json_extract(e.body, '$.delivery.id')", "The delivery it came with."],
    ],
    from: "main.transition t JOIN main.event e ON e.seq = t.seq JOIN main.activity a ON a.n = t.n",
  },
  {
    name: "tickets",
    about: "Tickets with the column they are in and since when; every move is in `transitions`.",
    columns: [
      id,
      ["key", "text", `coalesce(${tag("key")}, '#' || ${tag("number")})`, "`SHOP-12`, `#15`."],
      ["title", "text", tag("title"), "What it is about."],
      ["type", "text", tag("type"), "`Story`, `Bug` ... as the tracker says."],
      ["priority", "text", tag("priority"), "As the tracker says."],
      ["labels", "text", tag("labels"), "Separated by commas."],
      ["parent_key", "text", tag("parentKey"), "The epic or ticket above it."],
      source,
      service,
      team,
      ["status", "text", statusOf("a", moment), "As in `activities`."],
      ["column", "text", tag("column"), "Column of the board."],
      ["column_since", "text", COLUMN_SINCE, "When it came there; null when no move was told."],
      ["resolution", "text", tag("resolution"), "As the tracker says."],
      ...times,
      ["actor", "text", "coalesce(p.login, p.name)", "Login, else name, of who did it last."],
      traceId,
      url,
      counted,
    ],
    from: `${ACTIVITY_FROM} WHERE a.dep = 0 AND a.kind = 'ticket'`,
  },
  {
    name: "incidents",
    about: "Incidents: when they were opened and when resolved.",
    columns: [
      id,
      ["key", "text", tag("key"), "Its name at the source."],
      ["title", "text", tag("title"), "What happened."],
      ["severity", "text", `coalesce(${tag("severity")}, ${tag("priority")})`, "As the source says."],
      source,
      service,
      team,
      ["environment", "text", json("environment"), "As sent."],
      ["status", "text", statusOf("a", moment), "`running` = open, `succeeded` = resolved."],
      ["opened_at", "text", json("startedAt"), "When it began."],
      ["resolved_at", "text", json("finishedAt"), "When it was over; null while it is open."],
      ["duration_ms", "integer", json("durationMs"), "Milliseconds from one to the other."],
      [
        "occurred_ms",
        "integer",
        "a.occurred_ms",
        "End, else beginning, in milliseconds since 1970. Indexed.",
      ],
      traceId,
      url,
      counted,
    ],
    from: "main.activity a WHERE a.dep = 0 AND a.kind = 'incident'",
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
];
