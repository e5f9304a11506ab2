/** Gives a PostgreSQL the deployments of our own store in the tables that DevLake's dashboard asks. */
import { spawn } from "node:child_process";
import { DatabaseSync } from "node:sqlite";
import { unpacked } from "../src/adapters/store/sqlite/follow/dora/fact.ts";
import { BITS } from "../src/domain/metrics/outcome.ts";

/**
 * The columns that the dashboard uses, with the keys and indexes of DevLake's models (apache/incubator-devlake
 * backend/core/models/domainlayer: devops, code, ticket, crossdomain).
 */
const TABLES = `
CREATE TABLE project_mapping (project_name text, "table" text, row_id text, PRIMARY KEY (project_name, "table", row_id));
CREATE TABLE cicd_deployment_commits (id text, commit_sha text, cicd_scope_id text, cicd_deployment_id text, result text,
  environment text, finished_date timestamp, PRIMARY KEY (id, commit_sha));
CREATE TABLE pull_requests (id text PRIMARY KEY, base_repo_id text, merged_date timestamp);
CREATE TABLE project_pr_metrics (id text, project_name text, deployment_commit_id text, pr_cycle_time bigint,
  PRIMARY KEY (id, project_name));
CREATE TABLE issues (id text PRIMARY KEY, type text, created_date timestamp, lead_time_minutes bigint);
CREATE TABLE boards (id text PRIMARY KEY);
CREATE TABLE board_issues (board_id text, issue_id text, PRIMARY KEY (board_id, issue_id));
CREATE TABLE project_issue_metrics (id text, project_name text, deployment_id text, PRIMARY KEY (id, project_name));
INSERT INTO boards VALUES ('board');
INSERT INTO project_mapping VALUES ('all', 'boards', 'board');`;
const INDEXES = `
CREATE INDEX ON cicd_deployment_commits (cicd_scope_id);
CREATE INDEX ON pull_requests (base_repo_id);
CREATE INDEX ON pull_requests (merged_date);
VACUUM ANALYZE;`;

const ROWS = `SELECT lower(hex(a.id)) AS id, a.service, a.tier, a.finish_ms, a.status, f.bits, f.recovery_ms, f.leads
  FROM activity a JOIN dora_fact f ON f.n = a.n WHERE a.dep = 1 ORDER BY a.n`;
const RESULTS: Record<string, string> = { succeeded: "SUCCESS", failed: "FAILURE", canceled: "CANCELED" };
const MINUTE_MS = 60_000;
/** Lines between two looks at whether the other side keeps up. */
const BATCH = 5000;

/** Every commit that has a lead time is a pull request, every change that failed an incident that it caused. */
export async function loadDevlake(url: string, file: string): Promise<void> {
  await say(url, TABLES);
  const tables = ["cicd_deployment_commits", "pull_requests", "project_pr_metrics", "issues"] as const;
  const more = ["board_issues", "project_issue_metrics"] as const;
  const services = new Set<string>();
  for (const table of [...tables, ...more]) await copy(url, table, linesOf(file, table, services));
  const scopes = [...services].flatMap((each) => [`all\tcicd_scopes\t${each}`, `all\trepos\t${each}`]);
  await copy(url, "project_mapping", scopes);
  await say(url, INDEXES);
}

type Table = keyof typeof LINES;
interface Deployed {
  id: string;
  service: string;
  tier: string;
  finishMs: number;
  status: string;
  hurt: boolean;
  recoveryMs: number | null;
  leads: readonly number[];
}

const iso = (ms: number): string => new Date(ms).toISOString().replace("T", " ").replace("Z", "");
const incident = ({ hurt }: Deployed, line: string): string[] => (hurt ? [line] : []);

const LINES = {
  cicd_deployment_commits: ({ id, service, tier, finishMs, status }: Deployed) => [
    [id, id, service, id, RESULTS[status] ?? "", tier.toUpperCase(), iso(finishMs)].join("\t"),
  ],
  pull_requests: ({ id, service, finishMs, leads }: Deployed) =>
    leads.map((_, at) => `${id}-${at}\t${service}\t${iso(finishMs)}`),
  project_pr_metrics: ({ id, leads }: Deployed) =>
    leads.map((ms, at) => `${id}-${at}\tall\t${id}\t${Math.ceil(ms / MINUTE_MS)}`),
  issues: (row: Deployed) => {
    const minutes = row.recoveryMs === null ? "\\N" : Math.round(row.recoveryMs / MINUTE_MS);
    return incident(row, `${row.id}\tINCIDENT\t${iso(row.finishMs)}\t${minutes}`);
  },
  board_issues: (row: Deployed) => incident(row, `board\t${row.id}`),
  project_issue_metrics: (row: Deployed) => incident(row, `${row.id}\tall\t${row.id}`),
};

function* linesOf(file: string, table: Table, services: Set<string>): Iterable<string> {
  const db = new DatabaseSync(file, { readOnly: true });
  for (const row of db.prepare(ROWS).iterate()) {
    const deployed: Deployed = {
      ...{ id: String(row["id"]), service: String(row["service"]), tier: String(row["tier"]) },
      ...{ finishMs: Number(row["finish_ms"]), status: String(row["status"]) },
      hurt: (Number(row["bits"]) & BITS.failed) !== 0,
      recoveryMs: row["recovery_ms"] === null ? null : Number(row["recovery_ms"]),
      leads: unpacked(row["leads"]),
    };
    services.add(deployed.service);
    yield* LINES[table](deployed);
  }
  db.close();
}

interface Session {
  /** Waits while the other side does not keep up. */
  write(text: string): Promise<void>;
  /** @returns what it printed. @throws Error with what it complained of */
  end(): Promise<string>;
}

function psql(url: string): Session {
  const env = { ...process.env, PGTZ: "UTC" };
  const child = spawn("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", url], { env });
  let [said, complaint] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  // When it ended early, its exit code tells.
  child.stdin.on("error", () => {});
  const closed = new Promise<number | null>((done) => void child.once("close", done));
  return {
    write: async (text) => {
      if (!child.stdin.write(text))
        await Promise.race([new Promise<void>((done) => void child.stdin.once("drain", done)), closed]);
    },
    end: async () => {
      child.stdin.end();
      if ((await closed) !== 0) throw new Error(`psql: ${complaint.slice(-300)}`);
      return said;
    },
  };
}

/** Runs SQL, and commands of psql beside it. @returns what it printed */
export async function say(url: string, sql: string): Promise<string> {
  const session = psql(url);
  await session.write(`${sql}\n`);
  return session.end();
}

async function copy(url: string, table: string, lines: Iterable<string>): Promise<void> {
  const session = psql(url);
  await session.write(`COPY ${table} FROM STDIN;\n`);
  let batch: string[] = [];
  for (const line of lines) {
    batch.push(`${line}\n`);
    if (batch.length < BATCH) continue;
    await session.write(batch.join(""));
    batch = [];
  }
  await session.write(`${batch.join("")}\\.\n`);
  await session.end();
}
