/** Port: people's SQL, run apart from the server's own connection, over documented views only. */

/** What one query may cost. */
export interface QueryLimits {
  timeoutMs: number;
  rows: number;
  /** Bytes of the answer as JSON; rows beyond are left out. */
  bytes: number;
}

/** How the views see the present: it decides what is `abandoned`. */
export interface QueryMoment {
  nowMs: number;
  abandonAfterMs: number;
}

/** A value as SQLite gives it; bytes come as lower-case hex. */
export type Cell = string | number | null;

export interface QueryRequest {
  sql: string;
  /** By name, without the `:`. */
  params: Readonly<Record<string, string | number | boolean | null>>;
  limits: QueryLimits;
  moment: QueryMoment;
  /** Gives how it would be read, step by step, and reads nothing. */
  explain?: boolean;
}

export interface QueryResult {
  columns: string[];
  rows: Cell[][];
  /** Rows were left out because of the limits. */
  truncated: boolean;
  elapsedMs: number;
}

export interface QueryColumn {
  name: string;
  type: "text" | "integer" | "boolean" | "json";
  about: string;
}

/** A view that people may read. */
export interface QueryView {
  name: string;
  about: string;
  columns: readonly QueryColumn[];
}

export interface QueryRunner {
  /** What may be read, for the reference page. */
  views: readonly QueryView[];
  /** What there is beside SQLite's own functions. */
  functions: ReadonlyArray<{ call: string; about: string }>;
  /**
   * Runs one reading statement and ends it at its time limit.
   * @throws ViceError `query.refused`, `query.timeout`, `rate.limited`
   */
  run(storeFile: string, request: QueryRequest): Promise<QueryResult>;
}
