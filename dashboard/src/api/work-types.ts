/** Answers about commits: what a deployment brought, where something is, what happened around a moment. */
import type { ActivityDetail } from "./types.ts";

type Status = ActivityDetail["status"];

export interface ManifestThing {
  name: string;
  title: string | null;
  url: string | null;
  status: Status;
  activity: string | null;
}

export interface ManifestCommit {
  sha: string;
  subject: string;
  author: { name: string | null; login: string | null } | null;
  committedAt: string | null;
  url: string | null;
}

export interface ManifestAnswer {
  from: { sha: string | null; version: string | null } | null;
  to: { sha: string | null; version: string | null } | null;
  commits: ManifestCommit[] | null;
  takenBack: number | null;
  lines: { added: number; deleted: number; files: number } | null;
  changes: ManifestThing[];
  tickets: ManifestThing[];
  authors: Array<{ name: string; commits: number }>;
  reason: string | null;
  hint: string | null;
}

export interface WherePlace {
  service: string | null;
  environment: string | null;
  tenant: string | null;
  state: "there" | "partly" | "not-yet" | "no-longer" | "taken-back" | "unknown";
  isThere: boolean | null;
  commitsThere: number;
  commitsOf: number;
  since: string | null;
  until: string | null;
  deployment: string | null;
  version: string | null;
  takenBackBy: { name: string; sha: string; activity: string | null; url: string | null } | null;
  reason: string | null;
}

export interface WhereAnswer {
  kind: "commit" | "change" | "ticket";
  name: string;
  title: string | null;
  url: string | null;
  activity: string | null;
  commits: string[];
  places: WherePlace[];
  unsure: number;
  hint: string | null;
}

export interface ChangedItem {
  at: string;
  event: "began" | "ended" | "said";
  kind: string;
  name: string;
  service: string | null;
  environment: string | null;
  status: Status;
  actor: string | null;
  id: string | null;
  isAfter: boolean;
  why: string[];
}

export interface ChangedAnswer {
  at: string;
  from: string;
  to: string;
  items: ChangedItem[];
  total: number;
}
