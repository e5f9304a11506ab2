/** The queries that are there from the beginning: those of the ValueStream text, written for the documented views. Pure. */
import type { SavedQuery } from "./saved-query.ts";

/** What is older than `:days` is left out, by the column that has an index. */
const RECENT = "occurred_ms >= moment('now') - coalesce(:days, 90) * 86400000";

/** For what looks at every link of that time. */
const THIS_MONTH = RECENT.replace("90", "30");

export const BUILT_IN_QUERIES: readonly SavedQuery[] = [
  {
    name: "local-actions",
    about:
      "What people and scripts run by hand: how often, how often it failed, when last. Takes :days (90).",
    sql: `SELECT action, service, count(*) AS runs, sum(status = 'failed') AS failed, max(occurred_at) AS last
FROM activities
WHERE source = 'local' AND counted AND ${RECENT}
GROUP BY action, service
ORDER BY runs DESC, action`,
  },
  {
    name: "performance-by-action",
    about: "How long each action takes and how often it works. Takes :source (local), :days (90).",
    sql: `SELECT action, count(*) AS runs,
  round(1.0 * sum(status = 'succeeded') / nullif(sum(status IN ('succeeded', 'failed')), 0), 3) AS success_ratio,
  round(median(duration_ms) / 1000, 1) AS p50_s,
  round(percentile(duration_ms, 0.95) / 1000, 1) AS p95_s,
  round(sum(duration_ms) / 60000.0, 1) AS minutes_in_all
FROM activities
WHERE source = coalesce(:source, 'local') AND counted AND ${RECENT}
GROUP BY action
ORDER BY sum(duration_ms) DESC, action`,
  },
  {
    name: "sources",
    about: "What reports here: how much of which kind, and when last. Takes :days (90).",
    sql: `SELECT source, instance, kind, count(*) AS activities, sum(status = 'failed') AS failed, max(occurred_at) AS last
FROM activities
WHERE ${RECENT}
GROUP BY source, instance, kind
ORDER BY activities DESC, source, kind`,
  },
  {
    name: "traces",
    about:
      "Pieces of work over all tools: what a ticket led to, else a change, else a run; from when to when, in which tools, how it ended. What was before :days (30) is not counted. Ties through the commits between two deployments are in `vice traces` only.",
    sql: `WITH RECURSIVE recent AS MATERIALIZED (
  SELECT id, kind, source, service, status, trace_id, occurred_ms, occurred_at,
    coalesce(unixepoch(started_at, 'subsec') * 1000, occurred_ms) AS began_ms
  FROM activities WHERE counted AND ${THIS_MONTH}),
tie AS MATERIALIZED (
  SELECT from_id, to_id FROM links
  WHERE to_kind <> 'ticket' AND ${THIS_MONTH}),
caused AS MATERIALIZED (SELECT DISTINCT to_id FROM tie JOIN recent ON recent.id = tie.from_id),
work (trace, head, id) AS (
  SELECT trace_id, CASE kind WHEN 'ticket' THEN id ELSE trace_id END, id FROM recent
  WHERE kind = 'ticket' OR id NOT IN (SELECT to_id FROM caused)
  UNION SELECT work.trace, work.head, tie.to_id FROM work JOIN tie ON tie.from_id = work.id)
SELECT trace AS trace_id, count(*) AS activities, strftime('%Y-%m-%dT%H:%M:%fZ', min(began_ms) / 1000.0, 'unixepoch') AS began,
  max(occurred_at) AS ended, (max(occurred_ms) - min(began_ms)) / 1000 AS seconds,
  group_concat(DISTINCT source) AS sources, group_concat(DISTINCT kind) AS kinds, group_concat(DISTINCT service) AS services,
  sum(status = 'failed') AS failed
FROM work JOIN recent ON recent.id = work.id
GROUP BY trace, head
HAVING activities > 1
ORDER BY ended DESC`,
  },
];
