/** Measures the DORA metrics of all services over a year in weeks, against a full scan of the same store in the same run. */
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "../src/adapters/store/sqlite/sqlite-store.ts";
import { loadServerConfig } from "../src/app/config/server-config.ts";
import { bucketsOf, DAY_MS, type Period } from "../src/domain/metrics/buckets.ts";
import { countAll } from "../src/parts/viz/dora/count.ts";
import type { Store } from "../src/ports/store.ts";
import { doraHome } from "./dora-load.ts";
import { END_MS, ENVIRONMENTS, YEAR_MS } from "./history-load.ts";
import { median, type Row, type Size } from "./measure.ts";

const LARGE = 5_000_000;
const ROUNDS = 15;
const SCOPE = { tier: "production" as const };

/** What a dashboard would ask without sums: frequency, failures and rework by week, from the deployments themselves. */
const SCAN = `WITH line AS (
  SELECT finish_ms, deployment_kind AS kind, lead(deployment_kind) OVER (
    PARTITION BY service, environment, tenant ORDER BY finish_ms, id) AS next
  FROM activity NOT INDEXED WHERE dep = 1 AND counted = 1 AND status = 'succeeded' AND tier = 'production'
    AND deployment_kind IN ('deploy', 'rollback'))
  SELECT (finish_ms / 86400000 + 3) / 7 AS week, count(*) AS deployed,
    sum(kind = 'deploy' AND next IS 'rollback') AS failed, sum(kind = 'rollback') AS rework
  FROM line WHERE finish_ms >= ? AND finish_ms < ? GROUP BY week ORDER BY week`;

export async function doraBench({ quick }: Size): Promise<Row[]> {
  const count = quick ? LARGE / 10 : LARGE;
  const home = doraHome(count);
  // From the beginning of a day, as everybody asks; only days that are cut cost more.
  const year = { fromMs: Math.floor((END_MS - YEAR_MS) / DAY_MS) * DAY_MS, toMs: END_MS };
  const { sourceOrder, abandonAfterMs } = loadServerConfig({ VICE_HOME: home });
  const settings = { configRules: [], sourceOrder, abandonAfterMs, environmentOrder: ENVIRONMENTS };
  const store = openSqliteStore({ file: `${home}/vice.db`, mode: "read", settings });
  const weeks = ask(store, year);
  const scanned = scan(`${home}/vice.db`, year);
  if (JSON.stringify(weeks.counts) !== JSON.stringify(scanned.counts))
    throw new Error("the two do not agree");
  const million = `${count / 1_000_000} M`;
  const what = `DORA, all services, a year in weeks, ${million}`;
  const zone = ask(store, year, "America/New_York").ms;
  const services = Array.from({ length: ROUNDS }, (_, at) =>
    timed(() => void countAll(store.dora, { ...SCOPE, service: `service-${at}` }, [year])),
  );
  store.close();
  const value = weeks.ms;
  return [
    { what, value, unit: "ms", reference: "25 ms", referenceValue: 25, ratio: value / 25, goal: "< 25 ms" },
    {
      ...{ what: `${what}, times faster`, value, unit: "ms", goal: ">= 100x" },
      ...{ reference: "full scan", referenceValue: scanned.ms, ratio: scanned.ms / value },
    },
    plain(`${what}, in the time of New York`, zone),
    plain(`DORA, one service, a year, ${million}`, median(services)),
  ];
}

const plain = (what: string, value: number): Row => ({
  ...{
    what,
    value,
    unit: "ms",
    reference: "100 ms",
    referenceValue: 100,
    ratio: value / 100,
    goal: "(not asked)",
  },
});

/** Of each week: deployed, failed, rework. */
type Counts = number[][];

function ask(store: Store, year: Period, zone = "UTC"): { ms: number; counts: Counts } {
  const periods = bucketsOf(year, "week", zone);
  const counted = (): ReturnType<typeof countAll> => countAll(store.dora, SCOPE, periods);
  const times = Array.from({ length: ROUNDS }, () => timed(() => void counted()));
  const counts = counted().map(({ sums: { counts: sums } }) => [sums.deployed, sums.failed, sums.rework]);
  return { ms: median(times), counts };
}

function scan(file: string, { fromMs, toMs }: Period): { ms: number; counts: Counts } {
  const db = new DatabaseSync(file, { readOnly: true });
  const began = performance.now();
  const rows = db.prepare(SCAN).all(fromMs, toMs);
  const ms = performance.now() - began;
  db.close();
  const counts = rows.map((row) => [Number(row["deployed"]), Number(row["failed"]), Number(row["rework"])]);
  return { ms, counts };
}

function timed(body: () => void): number {
  const began = performance.now();
  body();
  return performance.now() - began;
}
