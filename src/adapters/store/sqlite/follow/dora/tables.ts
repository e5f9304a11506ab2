/** Tables of the delivery metrics: a fact for each deployment, sums for each day, and what ties them to commits and incidents. */
import { COUNTS } from "../../../../../domain/metrics/sums.ts";

/**
 * dora_scope: what facts are summed by; dora_fact: bits as in the domain (and FIRST_IN_ALL, FIRST_IN_TEAM), times in ms,
 * leads = milliseconds from commit to deployment, eight bytes each; lead_reason = its number in LEAD_REASONS.
 * dora_lead: the commits of a deployment, where place = a dora_scope without tier and team, role = its number in ROLES,
 * committed_ms = 0 when it is not known. dora_waiting: commits without which the lead time of a deployment is not known.
 * dora_version: how many activities of a kind (its number in TELLS_COMMIT) tell a version with a commit; dora_seeks:
 * deployments of a version that tell none.
 * dora_remedy: deployments whose commits or changes say that they repair something, dora_change: commits of such changes.
 * dora_incident: deployment = the activity it is linked to.
 * dora_watch: how many things told of a failure of a service, or look for one; without a row nobody watches it.
 * dora_day: scope = `a` all, `s` + service, `t` + team; environment `*` = all of the tier; day in the zone of the workspace, days since 1970;
 * histograms as pairs of bucket (2 bytes) and count (4 bytes).
 */
export const DORA_TABLES = `
CREATE TABLE IF NOT EXISTS dora_scope (
  id INTEGER PRIMARY KEY, service TEXT NOT NULL, environment TEXT NOT NULL, tenant TEXT NOT NULL, tier TEXT NOT NULL,
  team TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS dora_scope_key ON dora_scope (service, environment, tenant, tier, team);
CREATE TABLE IF NOT EXISTS dora_fact (
  n INTEGER PRIMARY KEY, scope INTEGER NOT NULL, at_ms INTEGER NOT NULL, bits INTEGER NOT NULL, recovery_ms INTEGER,
  gap_ms INTEGER, lead_reason INTEGER, leads BLOB);
CREATE INDEX IF NOT EXISTS dora_fact_time ON dora_fact (scope, at_ms);
CREATE TABLE IF NOT EXISTS dora_lead (
  place INTEGER NOT NULL, sha BLOB NOT NULL, n INTEGER NOT NULL, at_ms INTEGER NOT NULL, committed_ms INTEGER NOT NULL,
  role INTEGER NOT NULL, PRIMARY KEY (place, sha, n)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS dora_lead_of ON dora_lead (n);
CREATE INDEX IF NOT EXISTS dora_lead_sha ON dora_lead (sha);
CREATE TABLE IF NOT EXISTS dora_waiting (sha BLOB NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (sha, n)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS dora_waiting_of ON dora_waiting (n);
CREATE TABLE IF NOT EXISTS dora_version (
  service TEXT NOT NULL, version TEXT NOT NULL, sha BLOB NOT NULL, kind INTEGER NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (service, version, sha, kind)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dora_seeks (
  service TEXT NOT NULL, version TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (service, version, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dora_remedy (n INTEGER PRIMARY KEY, remedy TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS dora_change (
  sha BLOB NOT NULL, n INTEGER NOT NULL, remedy TEXT NOT NULL, PRIMARY KEY (sha, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dora_fix (target BLOB NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (target, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dora_delivery (run TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (run, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dora_incident (
  n INTEGER PRIMARY KEY, service TEXT NOT NULL, environment TEXT NOT NULL, began_ms INTEGER NOT NULL, ended_ms INTEGER,
  told_ms INTEGER, cause TEXT, deployment BLOB);
CREATE INDEX IF NOT EXISTS dora_incident_time ON dora_incident (service, began_ms);
CREATE INDEX IF NOT EXISTS dora_incident_of ON dora_incident (deployment) WHERE deployment IS NOT NULL;
CREATE INDEX IF NOT EXISTS dora_incident_began ON dora_incident (began_ms);
CREATE TABLE IF NOT EXISTS dora_watch (
  service TEXT NOT NULL, tier TEXT NOT NULL, incidents INTEGER NOT NULL, facts INTEGER NOT NULL, checks INTEGER NOT NULL,
  PRIMARY KEY (service, tier)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dora_day (
  scope TEXT NOT NULL, environment TEXT NOT NULL, tier TEXT NOT NULL, day INTEGER NOT NULL,
  ${COUNTS.map((name) => `${name} INTEGER NOT NULL`).join(", ")}, leads BLOB, recoveries BLOB, gaps BLOB,
  PRIMARY KEY (scope, environment, tier, day)) WITHOUT ROWID;

-- a commit that somebody waits for or has, or what a forge said of two, has come
CREATE TRIGGER IF NOT EXISTS dora_commit_came AFTER INSERT ON commit_seen BEGIN ${again("NEW.sha")} END;
CREATE TRIGGER IF NOT EXISTS dora_commit_said AFTER UPDATE ON commit_seen
  WHEN NEW.parents IS NOT OLD.parents OR NEW.committed_ms IS NOT OLD.committed_ms OR NEW.message IS NOT OLD.message
  BEGIN ${again("NEW.sha")} END;
CREATE TRIGGER IF NOT EXISTS dora_compared AFTER INSERT ON commit_compared_sha BEGIN ${again("NEW.head")} END;
`;

/** The deployments that wait for a commit, or brought it, are looked at again. */
function again(sha: string): string {
  return `INSERT INTO stale SELECT n, doc, counted, deployment_kind, primary_id, actor, occurred_ms, start_ms FROM activity
    WHERE n IN (SELECT n FROM dora_waiting WHERE sha = ${sha} UNION SELECT n FROM dora_lead WHERE sha = ${sha})
      AND n NOT IN (SELECT n FROM stale);`;
}

export const DORA_TABLE_NAMES = [
  "dora_scope",
  "dora_fact",
  "dora_lead",
  "dora_waiting",
  "dora_version",
  "dora_seeks",
  "dora_remedy",
  "dora_change",
  "dora_fix",
  "dora_delivery",
  "dora_incident",
  "dora_watch",
  "dora_day",
] as const;

/**
 * What a commit is to the deployment that brought it: one whose lead time counts, a merge, or the commit that was deployed
 * where nobody can say what else came with it.
 */
export const ROLES = ["commit", "merge", "head"] as const;
export type Role = (typeof ROLES)[number];

/** Bits of a fact beside those of the domain: whether it is the first of its delivery. */
export const FIRST_IN_ALL = 1 << 16;
export const FIRST_IN_TEAM = 1 << 17;
