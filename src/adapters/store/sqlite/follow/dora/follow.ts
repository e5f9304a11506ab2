/** The follower behind the delivery metrics: a change touches its own fact and those few that depend on it. */
import { type Delivered, deliveredOf, hasDeployed } from "../../../../../domain/metrics/delivered.ts";
import { outcomeOf, repairsPrevious } from "../../../../../domain/metrics/outcome.ts";
import { idToBlob } from "../../codec.ts";
import type { Connection } from "../../connection.ts";
import type { Followed, Follower, Stood } from "../follower.ts";
import { zoneOf } from "../zone.ts";
import { firstsOf, keepDelivery } from "./deliveries.ts";
import { type Fact, readFact, Scopes, writeFact } from "./fact.ts";
import { type Dirty, relinkAround, takeIncident } from "./incidents.ts";
import { type CommitsOf, commitsOfDeployment, firstLeads, keepLeads, REASON_NAMES } from "./leads.ts";
import { after, before, beside, fixOf, incidentsOf, type Standing, standingAt } from "./neighbours.ts";
import { keepRemedy, takeChange } from "./remedies.ts";
import { Rollup } from "./rollup.ts";
import { DORA_TABLE_NAMES, DORA_TABLES } from "./tables.ts";
import { takeVersion } from "./versions.ts";

export const dora: Follower = {
  name: "dora",
  version: 6,
  tables: DORA_TABLES,
  tableNames: DORA_TABLE_NAMES,
  isByDay: true,
  take: (db, batch) => {
    const dirty: Dirty = new Set();
    const rollup = new Rollup(zoneOf(db));
    for (const each of batch) {
      takeOne(db, each, dirty);
      rollup.watch.activity(each.was, -1);
      rollup.watch.activity(each.is, 1);
    }
    settle(db, dirty, rollup);
    return [];
  },
};

const deliveredIn = (stood: Stood | null): Delivered | null =>
  stood === null || !stood.counted ? null : deliveredOf(stood.activity);

function takeOne(db: Connection, change: Followed, dirty: Dirty): void {
  const { n, was, is } = change;
  const kinds = [was?.activity.kind, is?.activity.kind];
  if (kinds.includes("incident")) takeIncident(db, change, dirty);
  if (kinds.includes("change")) takeChange(db, change, dirty);
  takeVersion(db, change, dirty);
  if (!kinds.includes("deployment")) return;
  dirty.add(n);
  const [former, now] = [deliveredIn(was), deliveredIn(is)];
  keepFix(db, n, former, now, dirty);
  keepDelivery(db, n, former, now, dirty);
  for (const each of [former, now]) {
    if (each === null || each.status !== "succeeded") continue;
    for (const neighbour of beside(db, each)) dirty.add(neighbour);
    relinkAround(db, each, dirty);
  }
}

/** Whom it says it fixes. */
function keepFix(
  db: Connection,
  n: number,
  former: Delivered | null,
  now: Delivered | null,
  dirty: Dirty,
): void {
  for (const each of [former, now]) {
    if (each?.fixes == null || !UUID.test(each.fixes)) continue;
    const target = idToBlob(each.fixes);
    const row = db.get("SELECT n FROM activity WHERE id = ? AND dep = 1", target);
    if (row !== undefined) dirty.add(row["n"] as number);
    if (each === now) db.run("INSERT OR IGNORE INTO dora_fix VALUES (?, ?)", target, n);
    else db.run("DELETE FROM dora_fix WHERE target = ? AND n = ?", target, n);
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Makes the facts of all that is dirty again; commits that move from one deployment to another make more of them so. */
function settle(db: Connection, dirty: Dirty, rollup: Rollup): void {
  const scopes = new Scopes(db);
  for (const n of dirty) {
    dirty.delete(n);
    const { fact, others } = factOf(db, n, scopes);
    const former = readFact(db, n);
    if (former !== null) rollup.add(former, scopes.of(former.scope), -1);
    if (fact !== null) rollup.add(fact, scopes.of(fact.scope), 1);
    if (former !== null || fact !== null) writeFact(db, n, fact);
    for (const other of others) dirty.add(other);
  }
  rollup.write(db);
}

interface Made {
  fact: Fact | null;
  others: readonly number[];
}

const NO_COMMITS = { commits: [], reason: null, waitsFor: [] };

function factOf(db: Connection, n: number, scopes: Scopes): Made {
  const own = standingAt(db, n);
  if (own === null) {
    keepRemedy(db, n, []);
    return { fact: null, others: keepLeads(db, { place: 0, n, atMs: 0 }, NO_COMMITS) };
  }
  const isDeployed = hasDeployed(own.delivered);
  const previous = isDeployed ? before(db, own.delivered) : null;
  const found = isDeployed ? commitsOfDeployment(db, own, previous) : NO_COMMITS;
  const { delivered, others } = withCommits(db, own, found, scopes);
  const next = isDeployed ? after(db, delivered) : null;
  const outcome = outcomeOf(delivered, {
    previousMs: previous?.finishMs ?? null,
    remedy: next !== null && repairsPrevious(next.delivered) ? next.delivered : null,
    fixedBy: isDeployed ? (fixOf(db, delivered.id)?.delivered ?? null) : null,
    incidents: isDeployed ? incidentsOf(db, delivered.id) : [],
  });
  const leads = isDeployed && found.commits.length > 0 ? firstLeads(db, n) : [];
  const reason = found.reason ?? (isDeployed && leads.length === 0 ? "none" : null);
  const fact: Fact = {
    scope: scopes.id(delivered),
    atMs: delivered.finishMs,
    bits: outcome.bits | firstsOf(db, n, own.delivered),
    recoveryMs: outcome.recoveryMs,
    gapMs: outcome.gapMs,
    leadReason: reason === null ? null : REASON_NAMES.indexOf(reason),
    leads: leads.map(({ committedMs }) => delivered.finishMs - committedMs).filter((ms) => ms >= 0),
  };
  return { fact: outcome.bits === 0 ? null : fact, others };
}

/** Keeps what it brought. @returns it as its commits tell it, and who depends on that: what it now repairs, or no longer */
function withCommits(
  db: Connection,
  { n, delivered, activity }: Standing,
  found: CommitsOf,
  scopes: Scopes,
): { delivered: Delivered; others: readonly number[] } {
  const place = scopes.id({ ...delivered, tier: "", team: "" });
  const others = keepLeads(db, { place, n, atMs: delivered.finishMs }, found);
  const { remedy, isOther } = keepRemedy(db, n, found.commits);
  const neighbours = isOther ? beside(db, delivered) : [];
  return { delivered: deliveredOf(activity, remedy) ?? delivered, others: [...others, ...neighbours] };
}
