/** Keeps with which commit each version of a service is known, for deployments whose tool tells a version and no commit. */
import { isWholeSha } from "../../../../../domain/commits/sha.ts";
import { deliveredOf } from "../../../../../domain/metrics/delivered.ts";
import { shaToBlob } from "../../commits-write.ts";
import type { Connection } from "../../connection.ts";
import type { Followed, Stood } from "../follower.ts";
import type { Dirty } from "./incidents.ts";
import { beside, standingAt } from "./neighbours.ts";
import { commitOfVersion, TELLS_COMMIT, type Teller, versionKey } from "./version-commit.ts";

interface Version {
  service: string;
  version: string;
}

const PUT = `INSERT INTO dora_version VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (service, version, sha, kind) DO UPDATE SET count = count + excluded.count`;
const CLEAN =
  "DELETE FROM dora_version WHERE service = ? AND version = ? AND sha = ? AND kind = ? AND count = 0";
const SEEKERS = "SELECT n FROM dora_seeks WHERE service = ? AND version = ?";

/** Takes in what ties a version to a commit; those that deployed the version without one are looked at again. */
export function takeVersion(db: Connection, { n, was, is }: Followed, dirty: Dirty): void {
  const [former, now] = [versionIn(was), versionIn(is)];
  if (JSON.stringify(former) === JSON.stringify(now)) return;
  const concerned = new Map([former, now].flatMap((each) => (each === null ? [] : [[keyOf(each), each]])));
  const before = new Map([...concerned].map(([key, each]) => [key, commitAt(db, each)]));
  if (former !== null) put(db, n, former, -1);
  if (now !== null) put(db, n, now, 1);
  for (const [key, each] of concerned)
    if (commitAt(db, each) !== before.get(key)) markSeekers(db, each, dirty);
}

interface Told extends Version {
  /** `null` = it is deployed without one. */
  sha: string | null;
  kind: number;
}

const keyOf = ({ service, version }: Version): string => JSON.stringify([service, version]);
const commitAt = (db: Connection, { service, version }: Version): string =>
  JSON.stringify(commitOfVersion(db, service, version));

function versionIn(stood: Stood | null): Told | null {
  if (stood === null || !stood.counted) return null;
  const { service, version, commitSha } = stood.activity;
  const kind = TELLS_COMMIT.indexOf(stood.activity.kind as Teller);
  if (kind === -1 || !service || !version) return null;
  const told = { service, version: versionKey(version), kind };
  const sha = commitSha?.toLowerCase() ?? null;
  if (sha === null) return deliveredOf(stood.activity) === null ? null : { ...told, sha };
  return isWholeSha(sha) ? { ...told, sha } : null;
}

function put(db: Connection, n: number, { service, version, sha, kind }: Told, sign: 1 | -1): void {
  if (sha === null) {
    if (sign === 1) db.run("INSERT OR IGNORE INTO dora_seeks VALUES (?, ?, ?)", service, version, n);
    else db.run("DELETE FROM dora_seeks WHERE service = ? AND version = ? AND n = ?", service, version, n);
    return;
  }
  db.run(PUT, service, version, shaToBlob(sha), kind, sign);
  db.run(CLEAN, service, version, shaToBlob(sha), kind);
}

/** They, and what came after them in their places, which is compared with them. */
function markSeekers(db: Connection, { service, version }: Version, dirty: Dirty): void {
  for (const row of db.all(SEEKERS, service, version)) {
    const standing = standingAt(db, row["n"] as number);
    if (standing === null) continue;
    dirty.add(standing.n);
    for (const other of beside(db, standing.delivered)) dirty.add(other);
  }
}
