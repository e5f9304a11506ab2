/** Measures a year of DORA metrics by month against the queries of DevLake's dashboard on PostgreSQL, with the same deployments. */
import { openSqliteStore } from "../src/adapters/store/sqlite/sqlite-store.ts";
import { loadServerConfig } from "../src/app/config/server-config.ts";
import { bucketsOf, DAY_MS, type Period } from "../src/domain/metrics/buckets.ts";
import { countAll } from "../src/parts/viz/dora/count.ts";
import type { Store } from "../src/ports/store.ts";
import { loadDevlake, say } from "./devlake-load.ts";
import { doraHome } from "./dora-load.ts";
import { END_MS, ENVIRONMENTS, YEAR_MS } from "./history-load.ts";
import { median, type Row, type Size } from "./measure.ts";
import { type Postgres, startPostgres } from "./postgres.ts";

const LARGE = 5_000_000;
const SMALL = 100_000;
const ROUNDS = 5;
const SCOPE = { tier: "production" as const };
/** As a server with memory to spare would be set. */
const SETTINGS = [
  "shared_buffers=1GB",
  "work_mem=256MB",
  "max_parallel_workers_per_gather=2",
  "timezone=UTC",
];

const RANKED = (value: string, from: string): string => `SELECT month, max(${value}) AS middle
  FROM (SELECT *, percent_rank() OVER (PARTITION BY month ORDER BY ${value}) AS rank FROM (${from}) each) ranked
  WHERE rank <= 0.5 GROUP BY month ORDER BY month`;
const MONTH = (column: string): string => `to_char(${column}, 'YYYY-MM') AS month`;

/**
 * The four panels by month of apache/incubator-devlake `grafana/dashboards/DORA.json` (Apache-2.0), told again for
 * PostgreSQL: successes in production of the project, the lower median of the cycle times of what they brought, the lower
 * median of how long incidents lasted, and the share of deployments with an incident.
 */
function panels({ fromMs, toMs }: Period): Record<"deployed" | "lead" | "restore" | "failed", string> {
  const within = (column: string): string =>
    `${column} >= '${new Date(fromMs).toISOString()}' AND ${column} < '${new Date(toMs).toISOString()}'`;
  const mapped = (row: string, table: string): string =>
    `JOIN project_mapping pm ON pm.row_id = ${row} AND pm."table" = '${table}' AND pm.project_name IN ('all')`;
  const deployments = `SELECT c.cicd_deployment_id AS id, max(c.finished_date) AS at
    FROM cicd_deployment_commits c ${mapped("c.cicd_scope_id", "cicd_scopes")}
    WHERE c.result = 'SUCCESS' AND c.environment = 'PRODUCTION' GROUP BY 1 HAVING ${within("max(c.finished_date)")}`;
  return {
    deployed: `SELECT ${MONTH("at")}, count(*) FROM (${deployments}) d GROUP BY 1 ORDER BY 1`,
    lead: RANKED(
      "cycle",
      `SELECT DISTINCT pr.id, ${MONTH("c.finished_date")}, m.pr_cycle_time AS cycle FROM pull_requests pr
       JOIN project_pr_metrics m ON m.id = pr.id ${mapped("pr.base_repo_id", "repos")}
       JOIN cicd_deployment_commits c ON c.id = m.deployment_commit_id AND c.environment = 'PRODUCTION'
       WHERE pr.merged_date IS NOT NULL AND m.pr_cycle_time IS NOT NULL AND ${within("c.finished_date")}`,
    ),
    restore: RANKED(
      "minutes",
      `SELECT DISTINCT i.id, ${MONTH("i.created_date")}, i.lead_time_minutes AS minutes FROM issues i
       JOIN board_issues bi ON bi.issue_id = i.id JOIN boards b ON b.id = bi.board_id ${mapped("b.id", "boards")}
       WHERE i.type = 'INCIDENT' AND i.lead_time_minutes IS NOT NULL`,
    ),
    failed: `SELECT ${MONTH("at")}, sum(hurt) FROM (
      SELECT d.id, d.at, count(DISTINCT CASE WHEN i.type = 'INCIDENT' THEN d.id END) AS hurt FROM (${deployments}) d
      LEFT JOIN project_issue_metrics pim ON pim.deployment_id = d.id LEFT JOIN issues i ON i.id = pim.id GROUP BY 1, 2) f
      GROUP BY 1 ORDER BY 1`,
  };
}

export async function devlakeBench({ quick }: Size): Promise<Row[]> {
  const count = quick ? SMALL : LARGE;
  const home = doraHome(count);
  let postgres: Postgres;
  try {
    postgres = await startPostgres("postgres", SETTINGS);
  } catch (error) {
    process.stderr.write(`devlake: without PostgreSQL: ${error instanceof Error ? error.message : error}\n`);
    return [];
  }
  try {
    await loadDevlake(postgres.url, `${home}/vice.db`);
    const year = { fromMs: Math.floor((END_MS - YEAR_MS) / DAY_MS) * DAY_MS, toMs: END_MS };
    const theirs = await asked(postgres.url, year);
    const { sourceOrder, abandonAfterMs } = loadServerConfig({ VICE_HOME: home });
    const settings = { configRules: [], sourceOrder, abandonAfterMs, environmentOrder: ENVIRONMENTS };
    const store = openSqliteStore({ file: `${home}/vice.db`, mode: "read", settings });
    const ours = counted(store, year);
    store.close();
    if (ours.counts !== theirs.counts)
      throw new Error(`the two do not agree: ${ours.counts} / ${theirs.counts}`);
    const what = `DORA, all services, a year by month, ${count / 1_000_000} M, beside DevLake's four panels`;
    const reference = `PostgreSQL ${postgres.version}`;
    const compared = { reference, referenceValue: theirs.ms, ratio: theirs.ms / ours.ms };
    return [{ what, value: ours.ms, unit: "ms", ...compared, goal: ">= 100x" }];
  } finally {
    await postgres.stop();
  }
}

interface Asked {
  ms: number;
  /** `2026-01 deployed failed` by month, so that both are seen to have counted the same. */
  counts: string;
}

const TIME = /^Time: ([\d.]+) ms/gm;

/** The four panels together, warm; the median of the rounds. */
async function asked(url: string, year: Period): Promise<Asked> {
  const { deployed, lead, restore, failed } = panels(year);
  const all = [deployed, lead, restore, failed].map((sql) => `${sql};`).join("\n");
  await say(url, all);
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const said = await say(url, `\\timing on\n${all}`);
    rounds.push([...said.matchAll(TIME)].reduce((sum, [, ms]) => sum + Number(ms), 0));
  }
  const months = await say(
    url,
    `\\pset format unaligned\n\\pset tuples_only on\n\\pset fieldsep ' '
     SELECT d.month, d.count, f.sum FROM (${deployed}) d JOIN (${failed}) f USING (month) ORDER BY 1;`,
  );
  return { ms: median(rounds), counts: months.trim() };
}

function counted(store: Store, year: Period): Asked {
  const months = bucketsOf(year, "month", "UTC");
  const ask = (): ReturnType<typeof countAll> => countAll(store.dora, SCOPE, months);
  const answer = ask();
  const rounds = Array.from({ length: ROUNDS * 3 }, () => {
    const began = performance.now();
    ask();
    return performance.now() - began;
  });
  const counts = answer.flatMap(({ sums: { counts: each } }, at) => {
    const month = new Date(months[at]?.fromMs ?? 0).toISOString().slice(0, 7);
    return each.succeeded === 0 ? [] : [`${month} ${each.succeeded} ${each.failed}`];
  });
  return { ms: median(rounds), counts: counts.join("\n") };
}
