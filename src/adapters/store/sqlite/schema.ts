/** Tables of the SQLite store: the log (never dropped), what is stored beside it, and read models made from it. */
import { COMMIT_LINES_TABLE, COMMIT_LINES_TABLE_NAMES } from "./commit-lines-table.ts";
import { COMMIT_PUSHES_TABLE, COMMIT_PUSHES_TABLE_NAMES } from "./commit-pushes-table.ts";
import { COMMIT_TABLE_NAMES, COMMIT_TABLES } from "./commit-tables.ts";
import { SAME_RUN_INDEX } from "./same-run-index.ts";
import { SERIES_TABLE_NAMES, SERIES_TABLES } from "./series-tables.ts";
import { TEST_REPORT_TABLE_NAMES, TEST_REPORT_TABLES } from "./test-report-tables.ts";

/** Raised when the log tables change; migrations stand in `migrations.ts`. */
export const SCHEMA_VERSION = 1;

/** Raised when a read model changes: it is then built again from the log. */
export const READ_MODEL_VERSION = 10;

/** The log and what cannot be derived from it. */
export const LOG_TABLES = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- body: the CloudEvents envelope as JSON; hash = SHA-256(previous hash, body)
CREATE TABLE IF NOT EXISTS event (seq INTEGER PRIMARY KEY, body TEXT NOT NULL, hash BLOB NOT NULL);

-- one request or spool line as received; id_key = 8 bytes of SHA-256(source, instance, header id)
CREATE TABLE IF NOT EXISTS delivery (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL, source TEXT NOT NULL, instance TEXT NOT NULL, header_id TEXT,
  received_ms INTEGER NOT NULL, verified INTEGER NOT NULL, outcome TEXT NOT NULL, reason TEXT, flagged INTEGER NOT NULL,
  content_type TEXT NOT NULL, headers TEXT NOT NULL, sha256 BLOB NOT NULL, bytes INTEGER NOT NULL, body BLOB,
  generation INTEGER NOT NULL DEFAULT 0, first_seq INTEGER, last_seq INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS delivery_id ON delivery (id);
CREATE TABLE IF NOT EXISTS delivery_seen (
  id_key BLOB NOT NULL, sha256 BLOB NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (id_key, sha256)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS delivery_outcome ON delivery (outcome, n) WHERE outcome <> 'accepted';
CREATE INDEX IF NOT EXISTS delivery_source ON delivery (source, instance, n);

-- names of persons, erasable: the log knows only the id
CREATE TABLE IF NOT EXISTS person (
  id TEXT PRIMARY KEY, key TEXT UNIQUE, name TEXT, login TEXT) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS source_stat (
  source TEXT NOT NULL, instance TEXT NOT NULL, accepted INTEGER NOT NULL DEFAULT 0, duplicate INTEGER NOT NULL DEFAULT 0,
  ignored INTEGER NOT NULL DEFAULT 0, unmapped INTEGER NOT NULL DEFAULT 0, rejected INTEGER NOT NULL DEFAULT 0,
  unverified INTEGER NOT NULL DEFAULT 0, last_ms INTEGER, last_outcome TEXT, rejected_ms INTEGER, rejected_reason TEXT,
  PRIMARY KEY (source, instance)) WITHOUT ROWID;

-- hashed access tokens; the secret itself is shown once and never stored
CREATE TABLE IF NOT EXISTS token (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, hash BLOB NOT NULL UNIQUE, scopes TEXT NOT NULL, created_ms INTEGER NOT NULL,
  expires_ms INTEGER, revoked_ms INTEGER, used_ms INTEGER) WITHOUT ROWID;

-- small durable state of workers: poll cursors, enrichment answers
CREATE TABLE IF NOT EXISTS state (scope TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, at_ms INTEGER NOT NULL,
  PRIMARY KEY (scope, key)) WITHOUT ROWID;

-- what waits to be handed to others, in the order of n for each channel; payload is gone once it is delivered
CREATE TABLE IF NOT EXISTS outbox (
  n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, channel TEXT NOT NULL, payload TEXT, since_ms INTEGER NOT NULL,
  due_ms INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, error TEXT, state TEXT NOT NULL, at_ms INTEGER NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS outbox_id ON outbox (id, channel);
CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (channel, n) WHERE state = 'waiting';
`;

/** Read models: dropped and built again by `vice data rebuild`. */
export const READ_TABLES = `
-- doc: the normal form as JSON without the actor; the columns are what is searched by. service, environment and tenant
-- are '' when not known; environment is in lower case; dep = 1 for deployments; counted = 0 for excluded ones and for
-- second reports of a deployment; reported = the service name that the tool used
CREATE TABLE IF NOT EXISTS activity (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL, dep INTEGER NOT NULL, occurred_ms INTEGER NOT NULL, kind TEXT NOT NULL,
  source TEXT NOT NULL, instance TEXT NOT NULL, service TEXT NOT NULL, environment TEXT NOT NULL, tenant TEXT NOT NULL,
  tier TEXT, team TEXT, status TEXT, start_ms INTEGER, finish_ms INTEGER, release TEXT, deployment_kind TEXT,
  counted INTEGER NOT NULL, primary_id BLOB, excluded TEXT, actor TEXT, reported TEXT NOT NULL, matched INTEGER NOT NULL,
  doc TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS activity_id ON activity (id);
CREATE INDEX IF NOT EXISTS activity_time ON activity (dep, occurred_ms, id);
CREATE INDEX IF NOT EXISTS activity_service ON activity (dep, service, occurred_ms, id);
CREATE INDEX IF NOT EXISTS activity_environment ON activity (dep, environment, occurred_ms, id);
CREATE INDEX IF NOT EXISTS activity_source ON activity (dep, source, occurred_ms, id);
CREATE INDEX IF NOT EXISTS activity_status ON activity (dep, status, occurred_ms, id);
-- what rules ask of a service, among any number of builds
CREATE INDEX IF NOT EXISTS activity_judged ON activity (dep, service, kind, occurred_ms, id) WHERE kind IN ('incident', 'check');
CREATE INDEX IF NOT EXISTS activity_place ON activity (dep, service, environment, occurred_ms, id);
CREATE INDEX IF NOT EXISTS activity_ran ON activity (service, environment, tenant, finish_ms, id)
  WHERE dep = 1 AND counted = 1 AND status = 'succeeded';
CREATE INDEX IF NOT EXISTS activity_release ON activity (service, environment, tenant, release)
  WHERE dep = 1 AND release IS NOT NULL;
CREATE INDEX IF NOT EXISTS activity_primary ON activity (primary_id) WHERE primary_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS activity_reported ON activity (reported) WHERE reported <> '';
${SAME_RUN_INDEX}

-- (no OR IGNORE in triggers: the statement that fires them may bring a policy of its own, which would win)
-- activities that the followers have not taken in yet, as they took them in last (doc is null: not at all)
CREATE TABLE IF NOT EXISTS stale (
  n INTEGER PRIMARY KEY, doc TEXT, counted INTEGER, deployment_kind TEXT, primary_id BLOB, actor TEXT, occurred_ms INTEGER,
  start_ms INTEGER);
CREATE TRIGGER IF NOT EXISTS activity_came AFTER INSERT ON activity BEGIN
  INSERT INTO stale (n) SELECT NEW.n WHERE NOT EXISTS (SELECT 1 FROM stale WHERE n = NEW.n);
END;
CREATE TRIGGER IF NOT EXISTS activity_changed AFTER UPDATE ON activity
  WHEN NEW.doc <> OLD.doc OR NEW.counted <> OLD.counted OR NEW.deployment_kind IS NOT OLD.deployment_kind
    OR NEW.primary_id IS NOT OLD.primary_id OR NEW.actor IS NOT OLD.actor
BEGIN
  INSERT INTO stale
    SELECT OLD.n, OLD.doc, OLD.counted, OLD.deployment_kind, OLD.primary_id, OLD.actor, OLD.occurred_ms, OLD.start_ms
    WHERE NOT EXISTS (SELECT 1 FROM stale WHERE n = OLD.n);
END;
CREATE TRIGGER IF NOT EXISTS activity_gone AFTER DELETE ON activity BEGIN
  INSERT INTO stale
    SELECT OLD.n, OLD.doc, OLD.counted, OLD.deployment_kind, OLD.primary_id, OLD.actor, OLD.occurred_ms, OLD.start_ms
    WHERE NOT EXISTS (SELECT 1 FROM stale WHERE n = OLD.n);
END;

-- links that a person made or cut; the newest word about two activities counts
CREATE TABLE IF NOT EXISTS said_link (
  cause BLOB NOT NULL, effect BLOB NOT NULL, cut INTEGER NOT NULL, reason TEXT NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL,
  actor TEXT, PRIMARY KEY (cause, effect)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS said_link_effect ON said_link (effect);

-- the names that tools used and what they stand for now; kept by counting
CREATE TABLE IF NOT EXISTS name (
  source TEXT NOT NULL, instance TEXT NOT NULL, reported TEXT NOT NULL, service TEXT NOT NULL, dep INTEGER NOT NULL,
  matched INTEGER NOT NULL, count INTEGER NOT NULL, last_ms INTEGER NOT NULL,
  PRIMARY KEY (source, instance, reported, service, dep, matched)) WITHOUT ROWID;

-- which events an activity is folded from; key recognises a repetition. correction: by activity id, also of one that is gone
CREATE TABLE IF NOT EXISTS transition (
  n INTEGER NOT NULL, seq INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (n, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS correction (
  id BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (id, seq)) WITHOUT ROWID;

-- what runs where: one row for each service, environment and tenant
CREATE TABLE IF NOT EXISTS place (
  service TEXT NOT NULL, environment TEXT NOT NULL, tenant TEXT NOT NULL, tier TEXT, running INTEGER, last INTEGER NOT NULL,
  PRIMARY KEY (service, environment, tenant)) WITHOUT ROWID;

-- what stands because somebody said so: the newest event for each key, until another takes it away
CREATE TABLE IF NOT EXISTS standing (
  kind TEXT NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL, actor TEXT, body TEXT NOT NULL,
  PRIMARY KEY (kind, key)) WITHOUT ROWID;

-- runs of pipelines: head and each step as folded by the domain; a step of which nothing is known has no row
CREATE TABLE IF NOT EXISTS run (
  id TEXT PRIMARY KEY, seq INTEGER NOT NULL, status TEXT NOT NULL, name TEXT NOT NULL, steps INTEGER NOT NULL,
  open INTEGER NOT NULL, head TEXT NOT NULL, plan TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS run_open ON run (open, seq);
CREATE TABLE IF NOT EXISTS run_step (
  run TEXT NOT NULL, step TEXT NOT NULL, status TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (run, step)) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS rule (
  id TEXT PRIMARY KEY, seq INTEGER NOT NULL, rule TEXT NOT NULL, at TEXT NOT NULL, actor TEXT, reason TEXT) WITHOUT ROWID;
${COMMIT_TABLES}
${SERIES_TABLES}
${TEST_REPORT_TABLES}
${COMMIT_LINES_TABLE}
${COMMIT_PUSHES_TABLE}`;

export const READ_TABLE_NAMES = [
  "activity",
  "stale",
  "said_link",
  "transition",
  "correction",
  "place",
  "name",
  "standing",
  "run",
  "run_step",
  "rule",
  ...COMMIT_TABLE_NAMES,
  ...SERIES_TABLE_NAMES,
  ...TEST_REPORT_TABLE_NAMES,
  ...COMMIT_LINES_TABLE_NAMES,
  ...COMMIT_PUSHES_TABLE_NAMES,
] as const;
