/** The shapes of runs: pipelines and deployments that vice carries out itself. */
import type { PlannedKind } from "../../../src/domain/pipeline/pipeline-schema.ts";
import type { RunStatus, StepStatus } from "../../../src/domain/pipeline/run-state.ts";
import type { Wait } from "../../../src/domain/pipeline/waits.ts";

export type { RunStatus, StepStatus, Wait };

/** What a run brings where, when it deploys. */
export interface RunDeployment {
  project: string | null;
  service: string | null;
  environment: string | null;
  version: string | null;
  operation: string | null;
  /** How the deployment stands, which says more than the run: `rolled-back`, `refused`. */
  outcome: string | null;
}

interface RunDeploymentDetail extends RunDeployment {
  /** Version that ran there before. */
  former: string | null;
  /** Why it did not succeed. */
  reason: string | null;
  /** Whether it may have changed what it deploys to, and did not put it back. */
  changed: boolean;
}

interface RunHead {
  id: string;
  /** Of the pipeline. */
  name: string;
  status: RunStatus;
  actor: string | null;
  actorName: string | null;
  deployment: RunDeployment | null;
  plannedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
}

/** One line of the list. */
export interface RunLine extends RunHead {
  steps: number;
  counts: Partial<Record<StepStatus, number>>;
  /** Steps that wait for a person. */
  asks: string[];
  /** Steps that wait until the rules allow it. */
  gates: string[];
}

interface Said {
  by: string | null;
  byName: string | null;
}

export interface RunStep {
  key: string;
  kind: PlannedKind;
  needs: string[];
  does: string;
  status: StepStatus;
  attempt: number;
  attempts: number;
  startedAt: string | null;
  finishedAt: string | null;
  retryAt: string | null;
  outputs: Record<string, string>;
  error: string | null;
  group: string | null;
  asks: { note: string; count: number; self: boolean; checklist: string[] } | null;
  approvals: Array<Said & { at: string; note: string | null }>;
  refused: (Said & { reason: string }) | null;
  waits: (Wait & { why: string | null }) | null;
  /** Id of the run that it is. */
  run: string | null;
}

export interface Run extends RunHead {
  deployment: RunDeploymentDetail | null;
  /** Why it was paused or canceled, and by whom. */
  reason: string | null;
  askedBy: string | null;
  parent: { runId: string; step: string } | null;
  inputs: Record<string, string>;
  steps: RunStep[];
}

export interface LogPart {
  text: string;
  /** Where the next part begins, in bytes. */
  next: number;
}
