/** Keeps which deployments were made to repair something, as their commits and the merged changes of these tell. */
import type { Activity } from "../../../../../domain/activity.ts";
import {
  type Brought,
  remedyOfBrought,
  remedyOfChange,
  shasOfChange,
} from "../../../../../domain/metrics/brought.ts";
import type { Remedy } from "../../../../../domain/metrics/remedy.ts";
import { shaToBlob } from "../../commits-write.ts";
import type { Connection } from "../../connection.ts";
import type { Followed, Stood } from "../follower.ts";
import type { Dirty } from "./incidents.ts";
import { type BroughtCommit, newShas } from "./leads.ts";
import { remedyAt } from "./neighbours.ts";

const activityIn = (stood: Stood | null): Activity | null =>
  stood === null || !stood.counted ? null : stood.activity;

/** Takes in a change that came, was merged, labelled or went. */
export function takeChange(db: Connection, { n, was, is }: Followed, dirty: Dirty): void {
  const [former, now] = [activityIn(was), activityIn(is)].map((each) => {
    const remedy = each === null ? null : remedyOfChange(each);
    return { remedy, shas: each === null || remedy === null ? [] : shasOfChange(each) };
  });
  if (former === undefined || now === undefined) return;
  if (former.remedy === now.remedy && former.shas.join() === now.shas.join()) return;
  for (const sha of former.shas) db.run("DELETE FROM dora_change WHERE sha = ? AND n = ?", shaToBlob(sha), n);
  for (const sha of now.shas)
    db.run("INSERT OR REPLACE INTO dora_change VALUES (?, ?, ?)", shaToBlob(sha), n, now.remedy);
  for (const sha of new Set([...former.shas, ...now.shas]))
    for (const row of db.all("SELECT n FROM dora_lead WHERE sha = ?", shaToBlob(sha)))
      dirty.add(row["n"] as number);
}

const CHANGES = "SELECT n AS id, remedy FROM dora_change WHERE sha = ?";

/** Finds it anew. `keepLeads` goes before it. @returns what it is now, and whether it was another before */
export function keepRemedy(
  db: Connection,
  n: number,
  commits: readonly BroughtCommit[],
): { remedy: Remedy | null; isOther: boolean } {
  const former = remedyAt(db, n);
  const remedy = commits.length === 0 ? null : remedyOfBrought(broughtOf(db, n, commits));
  const isOther = former !== remedy;
  if (isOther && remedy === null) db.run("DELETE FROM dora_remedy WHERE n = ?", n);
  else if (isOther) db.run("INSERT OR REPLACE INTO dora_remedy VALUES (?, ?)", n, remedy);
  return { remedy, isOther };
}

function broughtOf(db: Connection, n: number, commits: readonly BroughtCommit[]): Brought[] {
  const fresh = newShas(db, n);
  return commits.map(({ sha, message }) => ({
    ...{ sha, message, isNew: fresh.has(sha) },
    changes: db
      .all(CHANGES, shaToBlob(sha))
      .map((row) => ({ id: row["id"] as number, remedy: row["remedy"] as Remedy })),
  }));
}
