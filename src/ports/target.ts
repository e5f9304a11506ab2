/**
 * Port: what releases are brought onto. One adapter for each kind of target; one that cannot do all says what it lacks.
 * Every verb may be asked again with the same key after a crash and then does nothing twice.
 */
import type { z } from "zod";
import type { Release } from "../domain/deploy/release.ts";
import type { Outcome, Recovered } from "../domain/pipeline/decide.ts";

export type { Release } from "../domain/deploy/release.ts";

/** In the order in which a deployment uses them. */
export const VERBS = [
  "plan",
  "prepare",
  "start",
  "health",
  "switch",
  "stop",
  "status",
  "logs",
  "rollback",
  "cleanup",
] as const;
export type Verb = (typeof VERBS)[number];
/** Those that change something, or wait until something is so: each is a step of its own, noted before and after. */
export type ActingVerb = Exclude<Verb, "plan" | "status" | "logs">;

export interface TargetPlace {
  project: string;
  service: string;
  environment: string;
}

/** What every verb is told. `Spec` = what stands behind the kind in `target:`, read by the adapter's schema. */
export interface TargetCall<Spec = unknown> {
  place: TargetPlace;
  spec: Spec;
  /** Folder of the project. */
  cwd: string;
  /** The release that it is about. */
  release: Release;
  /** What ran there healthily before: a rollback goes back to it. `null` = nothing did. */
  former: Release | null;
  /** Values and secrets of the application. Never in arguments, never in logs. */
  env: Readonly<Record<string, string>>;
  /** Texts that never stand in a log, an output or an error. */
  secrets: readonly string[];
  /** Rises with each holder of the lock; a target that keeps state refuses a smaller one than it has seen. */
  fencingToken: number;
  /** Names the logs and, outside, this very action: the same after a crash. */
  run: string;
  step: string;
  attempt: number;
  key: string;
  /** Aborted with the reason `cancel`, `kill`, `timeout` or `stop`. */
  signal: AbortSignal;
  /** A line for the log of the step; secrets are masked behind it. */
  log: (line: string) => void;
}

export interface RunningRelease {
  /** `null` = the target does not know our ids. */
  releaseId: string | null;
  version: string | null;
  commitSha: string | null;
  since: string | null;
  healthy: boolean | null;
  url: string | null;
}

export interface TargetStatus {
  /** `null` = nothing runs. */
  running: RunningRelease | null;
  /** Releases that are kept there, newest first. */
  releases: ReadonlyArray<{ id: string; version: string | null; state: "running" | "kept" | "broken" }>;
  /** A sentence for people. */
  detail: string;
}

export interface TargetPlan {
  /** What each verb will do there, in words; a verb that is not named does nothing there. */
  does: Partial<Record<ActingVerb, string>>;
  /** What would make it fail, as far as it can be seen now. */
  problems: readonly string[];
}

export interface TargetAdapter<Spec = unknown> {
  /** The key below `target:` in vice.yaml. */
  kind: string;
  /** One line for docs/targets.md. */
  about: string;
  schema: z.ZodType<Spec>;
  /** It brings files there: when the project names no artifact, the folder of the service is one. */
  takesFiles?: true;
  acts: { readonly [V in ActingVerb]?: (call: TargetCall<Spec>) => Promise<Outcome> };
  /** After a crash: the intent is in the log, the outcome is not. */
  recover: (verb: ActingVerb, call: TargetCall<Spec>) => Promise<Recovered>;
  /** Changes nothing. */
  plan: (call: TargetCall<Spec>) => Promise<TargetPlan>;
  status?: (call: TargetCall<Spec>) => Promise<TargetStatus>;
  /** The newest lines of what runs there. */
  logs?: (call: TargetCall<Spec>, lines: number) => Promise<string>;
  /** Why a verb is not there, for docs and errors. With the verbs above every verb is named once. */
  lacks: Partial<Record<Verb, string>>;
}

export interface Targets {
  kinds(): readonly string[];
  /** `null` = there is none. */
  get(kind: string): TargetAdapter | null;
}
