/** From CircleCI's workflows and jobs to transitions. Only ends are told, so each carries all that is known of its run. */
import type { Facts, ObjectKey, Step, Transition } from "../../../domain/transition.ts";
import { activityId } from "../../../kit/ids.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { actorOf, lookUp, repositoryUrl, sha, tagsOf, text, versionOfRef, webUrl } from "../shaping.ts";
import { type CircleDelivery, deliverySchema } from "./schema.ts";

/** Statuses of workflows and jobs (CircleCI docs "Outbound webhooks"). */
const STEP_OF_STATUS: Readonly<Record<string, Step>> = {
  success: "succeeded",
  failed: "failed",
  error: "failed",
  unauthorized: "failed",
  canceled: "canceled",
};

const ERROR_OF_STATUS: Readonly<Record<string, string>> = {
  error: "The workflow could not be run.",
  unauthorized: "The user who started it may not run it.",
};

const keyOf = (identityKind: string, externalId: string, instance: string | null): ObjectKey => ({
  identityKind,
  source: "circleci",
  instance: instance ?? "circleci",
  externalId,
  attempt: 1,
});

/** What workflow and job share. */
function commonFacts({ pipeline, project }: CircleDelivery): Facts {
  const { vcs, trigger_parameters: given } = pipeline ?? {};
  const { git, gitlab, github_app: app } = given ?? {};
  const tag = text(vcs?.tag) ?? text(git?.tag);
  const { commitSha, shortSha } = sha(vcs?.revision ?? git?.checkout_sha);
  return {
    service: text(project?.name),
    repository:
      repositoryUrl(vcs?.target_repository_url) ??
      webUrl(gitlab?.web_url) ??
      repositoryUrl(app?.repo_url) ??
      repositoryUrl(git?.checkout_url),
    commitSha,
    ref: text(vcs?.branch) ?? text(git?.branch) ?? tag,
    version: versionOfRef(tag),
    actor: actorOf(gitlab?.user_name, gitlab?.user_username ?? app?.user_username),
    tags: tagsOf({
      "circleci.pipeline": pipeline?.number,
      "circleci.project": project?.slug,
      "circleci.trigger": pipeline?.trigger?.type,
      shortSha,
    }),
  };
}

const stepOf = (status: unknown): Step => lookUp(STEP_OF_STATUS, text(status)) ?? "observed";

/** @returns transitions, or what the body lacks */
export function readWorkflow({ body, instance }: Reading): Transition[] | string {
  const parsed = deliverySchema.safeParse(body);
  const workflow = parsed.data?.workflow;
  const id = text(workflow?.id);
  if (!parsed.success || !workflow || id === null) return "workflow.id";
  const common = commonFacts(parsed.data);
  const step = stepOf(workflow.status);
  return [
    {
      object: keyOf("pipeline", id, instance),
      step,
      at: toIso(workflow.stopped_at) ?? toIso(parsed.data.happened_at),
      facts: {
        ...common,
        kind: "pipeline",
        // A workflow begins when it is created; CircleCI's own figures count its duration from there.
        startedAt: toIso(workflow.created_at),
        url: webUrl(workflow.url),
        error: step === "failed" ? (lookUp(ERROR_OF_STATUS, text(workflow.status)) ?? null) : null,
        tags: { ...common.tags, ...tagsOf({ name: workflow.name }) },
      },
    },
  ];
}

/** The page of a job stands below that of its workflow. */
function jobUrl({ workflow, job }: CircleDelivery): string | null {
  const above = webUrl(workflow?.url);
  const number = text(job?.number);
  return above === null || number === null ? above : `${above}/jobs/${encodeURIComponent(number)}`;
}

/** @returns transitions, or what the body lacks */
export function readJob({ body, instance }: Reading): Transition[] | string {
  const parsed = deliverySchema.safeParse(body);
  const job = parsed.data?.job;
  const id = text(job?.id);
  if (!parsed.success || !job || id === null) return "job.id";
  const common = commonFacts(parsed.data);
  const workflow = text(parsed.data.workflow?.id);
  return [
    {
      object: keyOf("stage", id, instance),
      step: stepOf(job.status),
      at: toIso(job.stopped_at) ?? toIso(parsed.data.happened_at),
      facts: {
        ...common,
        kind: "stage",
        startedAt: toIso(job.started_at),
        url: jobUrl(parsed.data),
        parentId: workflow === null ? null : activityId(keyOf("pipeline", workflow, instance)),
        tags: {
          ...common.tags,
          ...tagsOf({ name: job.name, "circleci.workflow": parsed.data.workflow?.name }),
        },
      },
    },
  ];
}
