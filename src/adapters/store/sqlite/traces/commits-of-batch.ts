/** What came to each of many activities through commits, as `by-commits.ts` finds it one by one, by a few statements for all. */

import type { Activity } from "../../../../domain/activity.ts";
import { isWholeSha } from "../../../../domain/commits/sha.ts";
import { numberedKey } from "../../../../domain/trace/references.ts";
import { blobToSha } from "../commits-write.ts";
import type { Connection } from "../connection.ts";
import { anchorKey } from "../follow/spans.ts";
import { MOST_COMMITS, MOST_ON_ONE, type Tie } from "./by-commits.ts";

const BROUGHT = `SELECT n, sha FROM (
    SELECT d.n AS n, d.sha AS sha, row_number() OVER (PARTITION BY d.n ORDER BY d.committed_ms DESC) AS at
    FROM json_each(?) j CROSS JOIN dora_lead d ON d.n = j.value AND d.role < 2)
  WHERE at <= ${MOST_COMMITS} ORDER BY n, at`;
const NAMES = `SELECT j.value AS sha, m.kind, m.ref, s.repository FROM json_each(?) j CROSS JOIN commit_seen s ON s.sha = unhex(j.value)
  CROSS JOIN commit_mention m ON m.n = s.n WHERE m.kind IN ('ticket', 'issue')`;
const CHANGES = `SELECT k.k, k.n FROM json_each(?) j CROSS JOIN anchor k ON k.k = j.value AND k.place = 1
  CROSS JOIN activity a ON a.n = k.n WHERE a.kind = 'change'`;
const TICKETS = `SELECT k.k, k.n FROM json_each(?) j CROSS JOIN anchor k ON k.k = j.value AND k.place = 0 AND k.gives = 1`;

const short = (sha: string): string => sha.slice(0, 8);
const isAny = (db: Connection, table: "commit_mention" | "dora_lead"): boolean =>
  db.get(`SELECT 1 FROM ${table} LIMIT 1`) !== undefined;

/** Commits of one activity: what it brought, and those whose message alone counts. */
interface Carried {
  brought: string[];
  own: string[];
}

/** @returns by number; who has none is missing */
export function cameByCommitsAll(
  db: Connection,
  batch: ReadonlyArray<{ n: number; activity: Activity }>,
): Map<number, Tie[]> {
  const isNamed = isAny(db, "commit_mention");
  const brought = isAny(db, "dora_lead") ? broughtBy(db, batch) : new Map<number, string[]>();
  if (!isNamed && brought.size === 0) return new Map();
  const carried = new Map(batch.map(({ n, activity }) => [n, carriedBy(activity, brought.get(n) ?? [])]));
  const lists = [...carried.values()];
  const changes = changesOn(db, new Set(lists.flatMap((each) => each.brought)));
  const tickets = isNamed
    ? ticketsOf(db, new Set(lists.flatMap((each) => [...each.own, ...each.brought])))
    : new Map<string, Tie[]>();
  const found = new Map<number, Tie[]>();
  for (const [n, each] of carried) {
    const ties = [
      ...each.own.flatMap((sha) => tickets.get(sha) ?? []),
      ...each.brought.flatMap((sha) => [...(changes.get(sha) ?? []), ...(tickets.get(sha) ?? [])]),
    ];
    if (ties.length > 0) found.set(n, ties);
  }
  return found;
}

function broughtBy(
  db: Connection,
  batch: ReadonlyArray<{ n: number; activity: Activity }>,
): Map<number, string[]> {
  const deployments = batch.filter(({ activity }) => activity.kind === "deployment").map(({ n }) => n);
  const found = new Map<number, string[]>();
  if (deployments.length === 0) return found;
  for (const row of db.all(BROUGHT, JSON.stringify(deployments))) {
    const list = found.get(row["n"] as number) ?? [];
    list.push(blobToSha(row["sha"]));
    found.set(row["n"] as number, list);
  }
  return found;
}

function carriedBy({ kind, commitSha, tags }: Activity, brought: string[]): Carried {
  if (kind === "ticket" || kind === "sprint") return { brought: [], own: [] };
  if (kind === "deployment")
    return { brought, own: commitSha === null || brought.includes(commitSha) ? [] : [commitSha] };
  const own = [commitSha, tags["mergeCommitSha"]].filter((sha) => sha !== null && sha !== undefined);
  return { brought: [], own };
}

/** Changes by commit. */
function changesOn(db: Connection, shas: ReadonlySet<string>): Map<string, Tie[]> {
  const keys = new Map([...shas].map((sha) => [sha, anchorKey(`commit ${sha}`)]));
  const byKey = numbersBy(db, CHANGES, keys.values());
  const tied = [...keys].map(([sha, key]): [string, Tie[]] => [
    sha,
    (byKey.get(key) ?? []).map((n) => ({ n, words: `commit ${short(sha)}, which it brought` })),
  ]);
  return new Map(tied.filter(([, ties]) => ties.length > 0));
}

/** Tickets that the message of a commit names, by commit. */
function ticketsOf(db: Connection, shas: ReadonlySet<string>): Map<string, Tie[]> {
  const asked = [...shas].filter(isWholeSha);
  const rows = asked.length === 0 ? [] : db.all(NAMES, JSON.stringify(asked));
  const named = rows.flatMap((row) => {
    const [sha, ref] = [row["sha"] as string, row["ref"] as string];
    const key = row["kind"] === "ticket" ? ref : numberedKey(row["repository"] as string | null, ref);
    return key === null ? [] : [{ sha, ref, key: anchorKey(`ticket ${key}`) }];
  });
  const byKey = numbersBy(
    db,
    TICKETS,
    named.map(({ key }) => key),
  );
  const found = new Map<string, Tie[]>();
  for (const { sha, ref, key } of named) {
    const ties = (byKey.get(key) ?? []).map((n) => ({ n, words: `commit ${short(sha)} names ${ref}` }));
    found.set(sha, [...(found.get(sha) ?? []), ...ties]);
  }
  return found;
}

/** The first activities on each key, in their order. */
function numbersBy(db: Connection, sql: string, keys: Iterable<number>): Map<number, number[]> {
  const asked = [...new Set(keys)];
  const found = new Map<number, number[]>();
  for (const row of asked.length === 0 ? [] : db.all(sql, JSON.stringify(asked))) {
    const list = found.get(row["k"] as number) ?? [];
    if (list.length < MOST_ON_ONE) list.push(row["n"] as number);
    found.set(row["k"] as number, list);
  }
  return found;
}
