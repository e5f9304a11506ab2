/** Shapes of the answers about questions: saved queries, their results, comparisons. */

export type Cell = string | number | null;

export interface QueryResult {
  columns: string[];
  rows: Cell[][];
  truncated: boolean;
  elapsedMs: number;
}

export interface SavedQuery {
  name: string;
  about: string;
  sql: string;
  params: string[];
  builtIn: boolean;
  at: string | null;
  by: string | null;
}

export interface QueryView {
  name: string;
  about: string;
  columns: Array<{ name: string; type: string; about: string }>;
}

export interface QueriesAnswer {
  items: SavedQuery[];
  views: QueryView[];
}

export interface Release {
  version: string;
  commitSha: string | null;
  deployment: string;
  at: string;
}

export interface Difference {
  service: string | null;
  team: string | null;
  environment: string | null;
  tenant: string | null;
  change: "same" | "changed" | "added" | "removed";
  from: Release | null;
  to: Release | null;
  deployments: { count: number; ahead: "from" | "to" } | null;
  commits: number | null;
  reason: string | null;
}

export interface CompareSide {
  environment: string | null;
  at: string | null;
}

export interface CompareAnswer {
  from: CompareSide;
  to: CompareSide;
  items: Difference[];
  same: number;
}
