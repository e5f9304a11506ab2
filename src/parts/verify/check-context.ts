/** What checks are run with: what they are about, and what they need of the house. */
import type { Actor } from "../../domain/activity.ts";
import type { Checkers } from "../../ports/check.ts";
import type { LogWriter } from "../../ports/services.ts";

export interface CheckContext {
  /** Folder that paths of checks are seen from. */
  cwd: string;
  /** Values and secrets of the application. */
  env: Readonly<Record<string, string>>;
  /** Texts that never stand in a result. */
  secrets: readonly string[];
  service: string | null;
  environment: string | null;
  /** What should run there. */
  version: string | null;
  commitSha: string | null;
  /** Where it runs. */
  url: string | null;
  signal: AbortSignal;
  /** A line for people, now and then. */
  log?: (line: string) => void;
  /** The activity that they belong to, and its trace. */
  parentId?: string | null;
  traceId?: string | null;
  /** Who asked: the identity, and the person. */
  by?: { id: string; actor: Actor } | null;
}

export interface CheckDeps {
  checks: Checkers;
  /** `null` = nothing is recorded. */
  log: Pick<LogWriter, "append"> | null;
  now: () => number;
}
