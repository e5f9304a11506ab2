/** Follower: tickets, changes, sprints and incidents by name, parent, and whether they are open, for boards and flow. */
import type { Activity } from "../../../../domain/activity.ts";
import { foldName } from "../../../../domain/fold-name.ts";
import { LASTING_KINDS } from "../../../../ports/flow.ts";
import { idToBlob } from "../codec.ts";
import type { Follower } from "./follower.ts";

const TABLES = `
-- name and number as people write them, in lower case; '' = none. ended_ms: when it was closed, null = open
CREATE TABLE IF NOT EXISTS lasting (
  n INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, url TEXT NOT NULL, parent BLOB, service TEXT NOT NULL,
  team TEXT NOT NULL, occurred_ms INTEGER NOT NULL, ended_ms INTEGER);
CREATE INDEX IF NOT EXISTS lasting_name ON lasting (kind, name);
CREATE INDEX IF NOT EXISTS lasting_url ON lasting (kind, url) WHERE url <> '';
CREATE INDEX IF NOT EXISTS lasting_parent ON lasting (parent) WHERE parent IS NOT NULL;
CREATE INDEX IF NOT EXISTS lasting_ended ON lasting (kind, ended_ms, occurred_ms);
CREATE INDEX IF NOT EXISTS lasting_service ON lasting (kind, service, ended_ms, occurred_ms);
`;

const KINDS: ReadonlySet<string> = new Set(LASTING_KINDS);
const CLOSED = new Set(["succeeded", "failed", "canceled"]);
const PUT = "INSERT OR REPLACE INTO lasting VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

export const lastingNameOf = ({ tags }: Pick<Activity, "tags">): string =>
  foldName(tags["key"] ?? tags["number"] ?? "");

export const lasting: Follower = {
  name: "lasting",
  version: 1,
  tables: TABLES,
  tableNames: ["lasting"],
  take(db, batch) {
    for (const { n, was, is } of batch) {
      if (is === null || !is.counted || !KINDS.has(is.activity.kind)) {
        if (was !== null) db.run("DELETE FROM lasting WHERE n = ?", n);
        continue;
      }
      const { activity, occurredMs } = is;
      const { kind, parentId, service, team, status, url } = activity;
      const ended = status !== null && CLOSED.has(status) ? occurredMs : null;
      const parent = parentId === null ? null : idToBlob(parentId);
      const name = lastingNameOf(activity);
      db.run(PUT, n, kind, name, foldName(url ?? ""), parent, service ?? "", team ?? "", occurredMs, ended);
    }
    return [];
  },
};
