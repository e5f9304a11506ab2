/** A built history with its delivery metrics, made in one pass by the rules of the domain; kept between runs. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { blobToId } from "../src/adapters/store/sqlite/codec.ts";
import type { Connection, Row } from "../src/adapters/store/sqlite/connection.ts";
import { type Fact, packed, Scopes } from "../src/adapters/store/sqlite/follow/dora/fact.ts";
import { dora } from "../src/adapters/store/sqlite/follow/dora/follow.ts";
import { Rollup } from "../src/adapters/store/sqlite/follow/dora/rollup.ts";
import { FIRST_IN_ALL, FIRST_IN_TEAM } from "../src/adapters/store/sqlite/follow/dora/tables.ts";
import { wrap } from "../src/adapters/store/sqlite/reading-connection.ts";
import { type Delivered, hasDeployed } from "../src/domain/metrics/delivered.ts";
import { BITS, outcomeOf } from "../src/domain/metrics/outcome.ts";
import { placeKey } from "../src/domain/metrics/outcomes.ts";
import { randomOf } from "../test/reliability/fuzz-bodies.ts";
import { historyHome } from "./history-load.ts";

/** Rows between two writes of the sums of days: a few days of them. */
const BATCH = 50_000;
/** Raised when what is built changes. */
const FORM = 3;
const HOUR = 3_600_000;

/** A home with `count` deployments and their delivery metrics; made when it is not there. */
export function doraHome(count: number): string {
  const home = historyHome(count);
  const file = join(home, "vice.db");
  const stamp = join(home, "dora.json");
  const form = JSON.stringify({ form: FORM, version: dora.version, tables: dora.tables });
  const built = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";
  if (built !== form) {
    process.stderr.write(`counting ${count} deployments (once)\n`);
    build(file);
    writeFileSync(stamp, form);
  }
  settle(file);
  return home;
}

interface Waiting {
  n: number;
  own: Delivered;
  previousMs: number | null;
}

function build(file: string): void {
  const raw = new DatabaseSync(file);
  raw.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144;");
  for (const table of dora.tableNames) raw.exec(`DROP TABLE IF EXISTS ${table}`);
  raw.exec(dora.tables);
  const write = writer(wrap(raw, file), raw);
  const waiting = new Map<string, Waiting>();
  const rows = raw.prepare(
    `SELECT n, id, service, environment, tenant, tier, team, finish_ms, status, deployment_kind FROM activity
     WHERE dep = 1 AND counted = 1 AND finish_ms IS NOT NULL ORDER BY finish_ms, id`,
  );
  for (const row of rows.iterate() as Iterable<Row>) {
    const own = deliveredIn(row);
    const n = row["n"] as number;
    if (!hasDeployed(own)) {
      write.one({ n, own, previousMs: null }, null);
      continue;
    }
    const key = placeKey(own);
    const former = waiting.get(key);
    if (former !== undefined) write.one(former, own);
    waiting.set(key, { n, own, previousMs: former?.own.finishMs ?? null });
  }
  for (const each of waiting.values()) write.one(each, null);
  write.end();
  raw.exec("ANALYZE; PRAGMA journal_mode = WAL;");
  raw.close();
}

const text = (row: Row, key: string): string => (row[key] as string | null) ?? "";

function deliveredIn(row: Row): Delivered {
  const kind = row["deployment_kind"] as Delivered["kind"];
  return {
    id: blobToId(row["id"]),
    ...{ service: text(row, "service"), environment: text(row, "environment"), tenant: text(row, "tenant") },
    ...{ tier: text(row, "tier"), team: text(row, "team"), finishMs: row["finish_ms"] as number, kind },
    status: row["status"] as Delivered["status"],
    ...{ remedy: kind === "rollback" ? "rollback" : null, fixes: null, parentId: null },
  };
}

/** Writes facts as the follower would, and lets each deployment bring up to five commits of the last days. */
function writer(
  db: Connection,
  raw: DatabaseSync,
): { one: (each: Waiting, next: Delivered | null) => void; end: () => void } {
  const put = raw.prepare("INSERT INTO dora_fact VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  const scopes = new Scopes(db);
  const random = randomOf(13);
  let rollup = new Rollup();
  let count = 0;
  raw.exec("BEGIN");
  const flush = (): void => {
    rollup.write(db);
    rollup = new Rollup();
    raw.exec("COMMIT");
  };
  return {
    one: ({ n, own, previousMs }, next) => {
      const remedy = next?.remedy == null ? null : next;
      const { bits, recoveryMs, gapMs } = outcomeOf(own, {
        previousMs,
        remedy,
        fixedBy: null,
        incidents: [],
      });
      const isDeployed = (bits & BITS.deployed) !== 0;
      const brought = isDeployed && previousMs !== null ? Math.floor(random() * 6) : 0;
      const leads = Array.from({ length: brought }, () => Math.floor(HOUR / 4 + random() ** 4 * 200 * HOUR));
      const firsts = isDeployed ? FIRST_IN_ALL | FIRST_IN_TEAM : 0;
      const scope = scopes.id(own);
      const fact: Fact = {
        scope,
        atMs: own.finishMs,
        bits: bits | firsts,
        recoveryMs,
        gapMs,
        leadReason: null,
        leads,
      };
      rollup.add(fact, own, 1);
      put.run(n, scope, fact.atMs, fact.bits, recoveryMs, gapMs, null, packed(leads));
      count += 1;
      if (count % BATCH !== 0) return;
      flush();
      raw.exec("BEGIN");
    },
    end: flush,
  };
}

/** The store finds the follower done, so that it answers at once. */
function settle(file: string): void {
  const raw = new DatabaseSync(file);
  raw.exec(dora.tables);
  const place = JSON.stringify({ version: dora.version, after: null });
  raw.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)").run(`follows.${dora.name}`, place);
  raw.close();
}
