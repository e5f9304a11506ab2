/** Executions of pipelines, and their stages: a stage that deploys is a deployment. */
import type { DeploymentKind } from "../../../domain/activity.ts";
import {
  type Facts,
  isTerminal,
  type ObjectKey,
  type Step,
  type Transition,
} from "../../../domain/transition.ts";
import { activityId } from "../../../kit/ids.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { ignored, type Readout } from "../by-event.ts";
import { environmentIn, versionIn } from "../parameters.ts";
import { actorOf, lookUp, sha, tagsOf, text } from "../shaping.ts";
import { type Execution, type OrcaEvent, orcaSchema } from "./schema.ts";

/** Statuses that differ from what the event's own word says (spinnaker/orca `ExecutionStatus`). */
const STEP_OF_STATUS: Readonly<Record<string, Step>> = {
  CANCELED: "canceled",
  SKIPPED: "canceled",
  SUCCEEDED: "succeeded",
  TERMINAL: "failed",
  FAILED_CONTINUE: "failed",
  STOPPED: "failed",
};

/** `orca:pipeline:complete`: the last word. A status of the execution refines an end, and never a start. */
const STEP_OF_PHASE: Readonly<Record<string, Step>> = {
  starting: "running",
  complete: "succeeded",
  failed: "failed",
  skipped: "canceled",
};

function stepOf(type: unknown, status: unknown): Step {
  const step = lookUp(STEP_OF_PHASE, text(type)?.split(":").at(-1) ?? null) ?? "observed";
  return isTerminal(step) ? (lookUp(STEP_OF_STATUS, text(status)?.toUpperCase() ?? null) ?? step) : step;
}

/** Types of stages that change what runs. */
const DEPLOYING: Readonly<Record<string, DeploymentKind | null>> = {
  deploy: null,
  deployManifest: null,
  deployService: null,
  deployCloudFormation: null,
  createServerGroup: null,
  cloneServerGroup: null,
  rollbackServerGroup: "rollback",
  rollbackCluster: "rollback",
  undoRolloutManifest: "rollback",
  destroyServerGroup: "teardown",
  deleteManifest: "teardown",
};

const keyOf = (identityKind: string, externalId: string, instance: string | null): ObjectKey => ({
  ...{ identityKind, source: "spinnaker", instance: instance ?? "spinnaker" },
  ...{ externalId, attempt: 1 },
});

/** Who and what began it. */
function triggerFacts(execution: Execution): Facts {
  const trigger = execution?.trigger;
  const scm = trigger?.buildInfo?.scm?.[0];
  const parameters = trigger?.parameters ?? {};
  const user = text(execution?.authentication?.user) ?? text(trigger?.user);
  return {
    version: text(trigger?.tag) ?? versionIn(parameters),
    commitSha: sha(trigger?.hash ?? scm?.sha1).commitSha,
    ref: text(trigger?.branch) ?? text(scm?.branch),
    actor: user === "anonymous" ? null : actorOf(null, user),
  };
}

const executionIdOf = ({ content }: OrcaEvent): string | null =>
  text(content.executionId) ?? text(content.execution?.id);

/** @returns transitions, or what the body lacks */
export function readPipeline({ body, instance }: Reading): Transition[] | string {
  const parsed = orcaSchema.safeParse(body);
  if (!parsed.success) return "content";
  const { details, content } = parsed.data;
  const id = executionIdOf(parsed.data);
  if (id === null) return "content.executionId";
  const { execution } = content;
  const step = stepOf(details.type, execution?.status);
  const said = isTerminal(step) ? execution?.endTime : execution?.startTime;
  return [
    {
      object: keyOf("pipeline", id, instance),
      step,
      at: toIso(said) ?? toIso(details.created),
      facts: {
        kind: "pipeline",
        service: text(details.application) ?? text(execution?.application),
        createdAt: toIso(execution?.buildTime),
        startedAt: toIso(execution?.startTime),
        ...triggerFacts(execution),
        tags: tagsOf({ name: execution?.name, "spinnaker.trigger": execution?.trigger?.type }),
      },
    },
  ];
}

function placeOf({ content: { context, execution } }: OrcaEvent): string | null {
  const accounts = [
    context?.["deploy.account.name"],
    context?.account,
    context?.credentials,
    context?.clusters?.[0]?.account,
  ];
  const named = environmentIn(execution?.trigger?.parameters ?? {});
  return accounts.map((one) => text(one)).find((one) => one !== null) ?? named;
}

function stageFacts(event: OrcaEvent, type: string | null, step: Step): Facts {
  const { details, content } = event;
  const deploys = type !== null && Object.hasOwn(DEPLOYING, type);
  const deploymentKind = deploys ? lookUp(DEPLOYING, type) : null;
  return {
    kind: deploys ? "deployment" : "stage",
    ...(deploymentKind ? { deploymentKind } : {}),
    service: text(details.application),
    environment: deploys ? placeOf(event) : null,
    startedAt: toIso(content.startTime),
    ...triggerFacts(content.execution),
    error: step === "failed" ? text(content.context?.failureMessage) : null,
    tags: tagsOf({
      name: content.name,
      "spinnaker.pipeline": content.execution?.name,
      "spinnaker.type": type,
    }),
  };
}

/** Stages that Spinnaker adds by itself (before and after another) are parts of that one. */
export function readStage({ body, instance }: Reading): Readout {
  const parsed = orcaSchema.safeParse(body);
  if (!parsed.success) return "content";
  const { details, content } = parsed.data;
  if (content.isSynthetic === true) return ignored("a synthetic stage is part of another");
  const execution = executionIdOf(parsed.data);
  const id = text(content.stageId);
  if (execution === null || id === null) return "content.executionId or stageId";
  const stage = content.execution?.stages?.find((one) => text(one?.id) === id);
  const step = stepOf(details.type, stage?.status);
  const said = isTerminal(step) ? content.endTime : content.startTime;
  return [
    {
      object: keyOf("stage", `${execution}/${id}`, instance),
      step,
      at: toIso(said) ?? toIso(details.created),
      facts: {
        ...stageFacts(parsed.data, text(stage?.type), step),
        parentId: activityId(keyOf("pipeline", execution, instance)),
      },
    },
  ];
}
