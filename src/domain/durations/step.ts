/** What an ended activity says about durations: which step of which pipeline, how it ended, how long it took. Pure. */
import type { Activity } from "../activity.ts";

/** Kinds that are steps of delivery: what people and machines wait for. */
export const STEP_KINDS = ["pipeline", "build", "stage", "check", "deployment", "action"] as const;
export type StepKind = (typeof STEP_KINDS)[number];
const KINDS: ReadonlySet<string> = new Set(STEP_KINDS);

/** By what durations are gathered. */
export const DIMENSIONS = ["step", "pipeline", "service", "tool"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export type Outcome = "succeeded" | "failed" | "canceled";

export interface Step {
  kind: StepKind;
  name: string;
  /** `null` = no pipeline is named. */
  pipeline: string | null;
  service: string | null;
  tool: string;
  outcome: Outcome;
  /** Milliseconds; `null` = not known, then only the outcome counts. A canceled step has none: it says nothing. */
  ms: number | null;
  commitSha: string | null;
}

type Ended = Pick<
  Activity,
  | "kind"
  | "status"
  | "service"
  | "environment"
  | "source"
  | "durationMs"
  | "commitSha"
  | "tags"
  | "externalId"
>;

/** @returns `null` for what is no step or has not ended */
export function stepOf(activity: Ended): Step | null {
  const { kind, status, service, source, durationMs, commitSha, tags } = activity;
  if (!KINDS.has(kind)) return null;
  if (status !== "succeeded" && status !== "failed" && status !== "canceled") return null;
  return {
    kind: kind as StepKind,
    name: stepNameOf(activity),
    pipeline: tags["pipeline"] ?? tags["workflow"] ?? (kind === "pipeline" ? stepNameOf(activity) : null),
    service,
    tool: source,
    outcome: status,
    ms: status === "canceled" ? null : durationMs,
    commitSha,
  };
}

/**
 * The name that is the same in every run: of a job, a workflow, a command; a deployment is named by where it goes. Never
 * the title, which is that of a commit.
 */
export function stepNameOf({
  kind,
  environment,
  tags,
}: Pick<Ended, "kind" | "environment" | "tags">): string {
  if (kind === "deployment")
    return environment === null ? "deploy" : `deploy to ${environment.toLowerCase()}`;
  return tags["name"] ?? tags["action"] ?? tags["step"] ?? kind;
}

/** Key of a step among all: a job and a local action of one name are two things. */
export const stepKey = ({ kind, name }: Pick<Step, "kind" | "name">): string => `${kind}/${name}`;

export function fromStepKey(key: string): { kind: StepKind; name: string } {
  const at = key.indexOf("/");
  return { kind: key.slice(0, at) as StepKind, name: key.slice(at + 1) };
}

/** The values under which a step is gathered; `null` = under none. */
export const VALUE_OF: Readonly<Record<Dimension, (step: Step) => string | null>> = {
  step: stepKey,
  pipeline: ({ pipeline }) => pipeline,
  service: ({ service }) => service,
  tool: ({ tool }) => tool,
};
