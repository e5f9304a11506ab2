// The delivery metrics that follow one change after the other are those of a count from nothing, in any order of what happened.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { array, assert, asyncProperty, boolean, constantFrom, integer, option, record } from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { Activity, Kind } from "../../../../../domain/activity.ts";
import type { EventData, NewEvent } from "../../../../../domain/event.ts";
import { remedyOfBrought, remedyOfChange, shasOfChange } from "../../../../../domain/metrics/brought.ts";
import { bucketsOf } from "../../../../../domain/metrics/buckets.ts";
import { byFinish, deliveredOf, hasDeployed, incidentOf } from "../../../../../domain/metrics/delivered.ts";
import { BITS } from "../../../../../domain/metrics/outcome.ts";
import { outcomesOf, placeKey } from "../../../../../domain/metrics/outcomes.ts";
import type { Remedy } from "../../../../../domain/metrics/remedy.ts";
import { sampleSize } from "../../../../../domain/metrics/sums.ts";
import { activityId } from "../../../../../kit/ids.ts";
import type { Store } from "../../../../../ports/store.ts";
import { type Connection, openConnection } from "../../connection.ts";
import { openSqliteStore } from "../../sqlite-store.ts";
import { unpacked } from "./fact.ts";
import { Rollup } from "./rollup.ts";

const home = mkdtempSync(join(tmpdir(), "vice-dora-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const NOON = Date.parse("2026-11-20T12:00:00.000Z");
const MINUTE = 60_000;
const SHAS = ["a", "b", "c", "d", "e", "f"].map((digit) => digit.repeat(40));

/** One report; the same `n` again corrects it. */
interface Told {
  n: number;
  kind: "deployment" | "incident" | "check" | "build" | "commit" | "change" | "void";
  service: "shop" | "cart";
  environment: "prod-eu" | "prod-us" | "stage";
  minute: number;
  minutes: number;
  ended: "succeeded" | "failed" | "running";
  version: number;
  remedy: "hotfix" | "none" | "fixes";
  other: number;
  parent: number | null;
}
const told = record<Told>({
  n: integer({ min: 0, max: 14 }),
  kind: constantFrom(
    ...(["deployment", "deployment", "deployment", "deployment"] as const),
    ...(["incident", "check", "build", "commit", "commit", "change", "void"] as const),
  ),
  // Most of them in one place: there they depend on each other.
  service: constantFrom(...(["shop", "shop", "shop", "shop", "cart"] as const)),
  environment: constantFrom(...(["prod-eu", "prod-eu", "prod-eu", "prod-us", "stage"] as const)),
  minute: integer({ min: 0, max: 4000 }),
  minutes: integer({ min: 1, max: 30 }),
  ended: constantFrom("succeeded", "succeeded", "succeeded", "failed", "running"),
  version: integer({ min: 0, max: 5 }),
  remedy: constantFrom("none", "none", "hotfix", "fixes"),
  other: integer({ min: 0, max: 14 }),
  parent: option(integer({ min: 0, max: 2 }), { nil: null, freq: 3 }),
});

const objectOf = (kind: Kind, n: number) => ({
  ...{ identityKind: kind, source: "jenkins", instance: "ci", externalId: `${kind}/${n}`, attempt: 1 },
});
const idOf = (kind: Kind, n: number): string => activityId(objectOf(kind, n));

function eventOf(each: Told, seq: number): NewEvent {
  const said = { source: "/t", actor: null, traceparent: null, delivery: null };
  const at = new Date(NOON + each.minute * MINUTE).toISOString();
  if (each.kind === "commit")
    return { ...said, type: "vice.commits.seen.v1", subject: null, time: at, data: commit(each) };
  if (each.kind === "void") {
    const type = each.version < 3 ? "vice.activity.voided.v1" : "vice.activity.restored.v1";
    return { ...said, type, subject: idOf("deployment", each.n), time: at, data: { reason: String(seq) } };
  }
  const object = objectOf(each.kind, each.n);
  const data: EventData["vice.activity.observed.v1"] = {
    ...{ object, step: each.ended, at, reopens: true, verified: true, generation: 0 },
    facts: factsOf(each),
  };
  return { ...said, type: "vice.activity.observed.v1", subject: activityId(object), time: at, data };
}

function factsOf(each: Told): EventData["vice.activity.observed.v1"]["facts"] {
  const at = new Date(NOON + each.minute * MINUTE).toISOString();
  const finish = new Date(NOON + (each.minute + each.minutes) * MINUTE).toISOString();
  const finishedAt = each.ended === "running" ? {} : { finishedAt: finish };
  const common = { service: each.service, startedAt: at, ...finishedAt };
  if (each.kind === "incident")
    return { ...common, kind: "incident", ...(each.version < 3 ? {} : { environment: each.environment }) };
  if (each.kind === "check")
    return { ...common, kind: "check", ...(each.version < 3 ? {} : { environment: each.environment }) };
  if (each.kind === "build")
    return { ...common, kind: "build", version: `v${each.other % 6}`, commitSha: SHAS[each.version] ?? null };
  if (each.kind === "change")
    return { ...common, kind: "change", commitSha: SHAS[each.version] ?? null, tags: tagsOfChange(each) };
  const tags = {
    ...(each.remedy === "hotfix" ? { labels: "hotfix" } : {}),
    ...(each.remedy === "fixes" ? { fixes: idOf("deployment", each.other) } : {}),
  };
  const parent = each.parent === null ? {} : { parentId: idOf("pipeline", each.parent) };
  const { environment, version } = each;
  // Some tools tell only the version.
  const commitSha = each.minutes > 20 ? null : (SHAS[version] ?? null);
  return { ...common, kind: "deployment", environment, version: `v${version}`, commitSha, tags, ...parent };
}

/** A commit that says nothing. */
const PLAIN: Told = {
  ...{
    n: 0,
    kind: "commit",
    service: "shop",
    environment: "prod-eu",
    minute: 0,
    minutes: 30,
    ended: "succeeded",
  },
  ...{ version: 0, remedy: "none", other: 0, parent: null },
};

const tagsOfChange = ({ remedy, other }: Told): Record<string, string> => ({
  mergeCommitSha: SHAS[other % SHAS.length] ?? "",
  ...(remedy === "hotfix" ? { labels: "hotfix" } : remedy === "fixes" ? { revert: "true" } : {}),
});

/** What a commit says; the first time it may be told without. */
function messageOf({ remedy, other, minutes }: Told): string | null {
  if (minutes > 20) return null;
  const target = SHAS[other % SHAS.length];
  return remedy === "fixes" ? `Revert "Add it"\n\nThis reverts commit ${target}.` : "Add it";
}

function commit(each: Told): EventData["vice.commits.seen.v1"] {
  const { version, minute } = each;
  const parents =
    version === 0 ? [] : version === 5 ? [SHAS[4] ?? "", SHAS[2] ?? ""] : [SHAS[version - 1] ?? ""];
  const committedAt = new Date(NOON - (5000 - minute) * MINUTE).toISOString();
  const rest = { authoredAt: null, author: null, message: messageOf(each), url: null };
  return { repository: "r", commits: [{ sha: SHAS[version] ?? "", parents, committedAt, ...rest }] };
}

const settings = { configRules: [], sourceOrder: [], abandonAfterMs: 1e12, environmentOrder: [] };
let made = 0;
function open(timeZone: string): { store: Store; file: string } {
  made += 1;
  const file = join(home, `${made}.db`);
  return { store: openSqliteStore({ file, mode: "write", settings: { ...settings, timeZone } }), file };
}

async function workOff(store: Store): Promise<void> {
  while (!store.maintenance.work(50).idle) await new Promise((resolve) => setImmediate(resolve));
}

const hex = (value: unknown): string => Buffer.from((value ?? []) as Uint8Array).toString("hex");

/** Everything that answers are made from, without numbers that depend on the order of arrival. */
function dump(db: Connection): Record<"facts" | "days" | "incidents" | "watch", unknown> {
  const facts = db.all(
    `SELECT a.id, s.service, s.environment, s.tier, s.team, f.at_ms, f.bits, f.recovery_ms, f.gap_ms, f.lead_reason, f.leads
     FROM dora_fact f JOIN activity a ON a.n = f.n JOIN dora_scope s ON s.id = f.scope ORDER BY a.id`,
  );
  const days = db.all("SELECT * FROM dora_day ORDER BY scope, environment, tier, day");
  const incidents = db.all(
    "SELECT a.id, i.deployment, i.began_ms, i.ended_ms FROM dora_incident i JOIN activity a ON a.n = i.n ORDER BY a.id",
  );
  const plain = (rows: ReturnType<Connection["all"]>) =>
    rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([key, value]) => [key, ArrayBuffer.isView(value) ? hex(value) : value]),
      ),
    );
  const watch = db.all("SELECT * FROM dora_watch ORDER BY service, tier");
  return { facts: plain(facts), days: plain(days), incidents: plain(incidents), watch: plain(watch) };
}

/** Who is watched, from everything that is known now: service and tier. */
function watched(store: Store, facts: ReadonlyArray<Record<string, unknown>>): string[] {
  const all = store.read.activities({}, 1000, null, NOON).items;
  const signs = all.flatMap(({ kind, service, environment, tier }) => {
    if (kind === "incident") return [`${service} ${environment === null ? "production" : tier}`];
    return kind === "check" && environment !== null ? [`${service} ${tier}`] : [];
  });
  const marked = facts.filter(({ bits }) => (Number(bits) & (BITS.failed | BITS.rework)) !== 0);
  return [...new Set([...signs, ...marked.map(({ service, tier }) => `${service} ${tier}`)])].sort();
}

interface ByCommits {
  remedy: Remedy | null;
  /** Milliseconds from commit to deployment. */
  leads: number[];
}

/** The one commit with which a version is known; `null` = none, or several. */
function commitOf({ service, version }: Activity, all: readonly Activity[]): string | null {
  const same = all.filter(
    (each) =>
      each.service === service && each.version === version && ["build", "deployment"].includes(each.kind),
  );
  const shas = [...new Set(same.flatMap(({ commitSha }) => commitSha ?? []))];
  return version !== null && shas.length === 1 ? (shas[0] ?? null) : null;
}

/** What commits and changes say of deployments, place by place from the first one on. */
function byCommits(store: Store, all: readonly Activity[]): Map<string, ByCommits> {
  const plain = all.flatMap((activity) => {
    const delivered = deliveredOf(activity);
    const sha = activity.commitSha ?? commitOf(activity, all);
    return delivered === null || !hasDeployed(delivered) ? [] : [{ ...delivered, sha }];
  });
  const changes = all.flatMap((change) => {
    const remedy = remedyOfChange(change);
    return remedy === null ? [] : [{ id: change.id, remedy, shas: shasOfChange(change) }];
  });
  const found = new Map<string, ByCommits>();
  for (const line of Map.groupBy(plain.sort(byFinish), placeKey).values()) {
    const live = new Set<string>();
    for (const [at, { id, sha, finishMs }] of line.entries()) {
      const base = line[at - 1]?.sha ?? null;
      const range = base === null || sha === null ? null : store.commits.range(base, sha);
      const shas = range?.known ? range.commits.map((each) => each.sha) : sha === null ? [] : [sha];
      const brought = shas.map((each) => ({
        ...{ sha: each, message: store.commits.get(each)?.message ?? null, isNew: !live.has(each) },
        changes: changes.filter((change) => change.shas.includes(each)),
      }));
      const plain = range?.known ? range.commits.filter(({ parents }) => (parents?.length ?? 0) < 2) : [];
      const leads = plain
        .filter((each) => !live.has(each.sha))
        .map(({ committedAt }) => finishMs - Date.parse(committedAt ?? ""))
        .filter((ms) => ms >= 0);
      found.set(id, { remedy: remedyOfBrought(brought), leads: leads.sort((a, b) => a - b) });
      for (const each of shas) live.add(each);
    }
  }
  return found;
}

/** The same from the pure rule over all activities. */
function expected(store: Store): Record<string, unknown> {
  const all = store.read.activities({}, 1000, null, NOON).items;
  const counted = all.filter(({ primaryId }) => primaryId === null);
  const told = byCommits(store, counted);
  const deliveries = counted.flatMap((each) => deliveredOf(each, told.get(each.id)?.remedy) ?? []);
  const outcomes = outcomesOf(
    deliveries,
    all.flatMap((each) => incidentOf(each) ?? []),
  );
  return Object.fromEntries(
    [...outcomes]
      .filter(([, { bits }]) => bits !== 0)
      .map(([id, { bits, recoveryMs, gapMs }]) => [
        id.replaceAll("-", ""),
        { bits, recoveryMs, gapMs, leads: told.get(id)?.leads ?? [] },
      ]),
  );
}

const timesIn = (leads: unknown): number[] =>
  unpacked(Uint8Array.from(Buffer.from(String(leads), "hex"))).sort((a, b) => a - b);

/** Sums made from the facts that are stored. */
function sumsOfFacts(db: Connection, zone: string): unknown {
  const other = openConnection(":memory:", "write");
  try {
    for (const row of db.all("SELECT sql FROM sqlite_schema WHERE name IN ('dora_day', 'dora_watch')"))
      other.db.exec(String(row["sql"]));
    const rollup = new Rollup(zone);
    const rows = db.all("SELECT f.*, s.* FROM dora_fact f JOIN dora_scope s ON s.id = f.scope");
    for (const row of rows) {
      const number = (key: string): number => row[key] as number;
      const fact = { scope: 0, atMs: number("at_ms"), bits: number("bits"), leadReason: null };
      const times = {
        recoveryMs: row["recovery_ms"] as number | null,
        gapMs: row["gap_ms"] as number | null,
      };
      const word = (key: string): string => row[key] as string;
      const place = { service: word("service"), environment: word("environment"), tenant: word("tenant") };
      const leads = unpacked(row["leads"]);
      rollup.add({ ...fact, ...times, leads }, { ...place, tier: word("tier"), team: word("team") }, 1);
    }
    rollup.write(other);
    return dumpDays(other);
  } finally {
    other.close();
  }
}
const dumpDays = (db: Connection): unknown =>
  db.all("SELECT * FROM dora_day ORDER BY scope, environment, tier, day").map((row) => ({
    ...row,
    leads: hex(row["leads"]),
    recoveries: hex(row["recoveries"]),
    gaps: hex(row["gaps"]),
  }));

/** Counts by day in the zone of the sums, from the stored days or from the facts. */
function plainSums(store: Store, zone: string, few: number): unknown {
  const days = bucketsOf({ fromMs: NOON - 36e5, toMs: NOON + 4 * 864e5 }, "day", zone);
  return store.dora
    .sums({ tier: "production" }, days, few)
    .map(({ counts, unwatched, gaps }) => ({ counts, unwatched, gaps: sampleSize(gaps) }));
}

test("following one by one = the pure rule = a rebuild, in any order", { timeout: 120_000 }, async () => {
  await assert(
    asyncProperty(
      array(told, { minLength: 1, maxLength: 40 }),
      integer({ min: 1, max: 7 }),
      boolean(),
      constantFrom("UTC", "America/New_York", "Asia/Kathmandu"),
      async (list, every, isGraphFirst, zone) => {
        const { store, file } = open(zone);
        if (isGraphFirst)
          for (const version of SHAS.keys())
            store.log.append([{ delivery: null, events: [eventOf({ ...PLAIN, version }, 0)] }]);
        const db = openConnection(file, "read");
        try {
          for (const [at, each] of list.entries()) {
            store.log.append([{ delivery: null, events: [eventOf(each, at)] }]);
            if (at % every === 0) await workOff(store);
          }
          await workOff(store);
          const followed = dump(db);
          const facts = followed.facts as Array<Record<string, unknown>>;
          const byRule = facts.map(({ id, bits, recovery_ms: recoveryMs, gap_ms: gapMs, leads }) => [
            id,
            { bits: Number(bits) & 0xffff, recoveryMs, gapMs, leads: timesIn(leads) },
          ]);
          expect(Object.fromEntries(byRule)).toEqual(expected(store));
          expect(dumpDays(db)).toEqual(sumsOfFacts(db, zone));
          const seen = followed.watch as Array<Record<string, unknown>>;
          expect(seen.map(({ service, tier }) => `${service} ${tier}`).sort()).toEqual(watched(store, facts));
          expect(plainSums(store, zone, 0)).toEqual(plainSums(store, zone, 1e9));
          store.maintenance.startRebuild();
          await workOff(store);
          expect(dump(db)).toEqual(followed);
        } finally {
          db.close();
          store.close();
        }
      },
    ),
    { numRuns: 60 },
  );
});
