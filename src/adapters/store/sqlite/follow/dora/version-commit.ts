/** Finds the commit of a version of a service, as its builds and other deployments tell it. */
import { blobToSha } from "../../commits-write.ts";
import type { Connection } from "../../connection.ts";

/** Whose word on version and commit counts, the most particular first. */
export const TELLS_COMMIT = ["build", "pipeline", "deployment"] as const;
export type Teller = (typeof TELLS_COMMIT)[number];

/** The commit of a version; `several` = it is known with more than one, so with none. */
export interface VersionCommit {
  sha: string | null;
  several: boolean;
}

const SHAS = "SELECT DISTINCT sha FROM dora_version WHERE service = ? AND version = ? LIMIT 2";
const KINDS = "SELECT kind FROM dora_version WHERE service = ? AND version = ?";

/** `v1.2` and `1.2` are one version. */
export const versionKey = (version: string): string => version.replace(/^v(?=\d)/, "");

export function commitOfVersion(db: Connection, service: string, version: string | null): VersionCommit {
  if (version === null || version === "" || service === "") return { sha: null, several: false };
  const rows = db.all(SHAS, service, versionKey(version));
  return { sha: rows.length === 1 ? blobToSha(rows[0]?.["sha"]) : null, several: rows.length > 1 };
}

/** What kind of thing told the commit of a version; `null` = nothing did. */
export function tellerOf(db: Connection, service: string, version: string): Teller | null {
  const kinds = new Set(db.all(KINDS, service, versionKey(version)).map((row) => row["kind"]));
  return TELLS_COMMIT.find((_, at) => kinds.has(at)) ?? null;
}
