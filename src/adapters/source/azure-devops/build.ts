/** Finished builds, and the runs, stages and jobs of YAML pipelines: a run has the number of its build. */
import type { Facts, Transition } from "../../../domain/transition.ts";
import { isTerminal } from "../../../domain/transition.ts";
import { activityId } from "../../../kit/ids.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { actorOf, repositoryUrl, sha, tagsOf, text, versionOfRef, webUrl } from "../shaping.ts";
import { keyOf, projectOf, stepOf } from "./keys.ts";
import { buildSchema, type PipelineResource, pipelineSchema } from "./schema.ts";

/** `LG:refs/heads/master:<sha>`: what was built, in version 1.0. */
function sourceOf(value: unknown): { ref: string | null; commit: string | null } {
  const [, ref = null, commit = null] = /^[^:]*:(.+):([0-9a-f]+)$/i.exec(text(value) ?? "") ?? [];
  return { ref, commit };
}

const shortRef = (value: unknown): string | null => text(value)?.replace(/^refs\/(heads|tags)\//, "") ?? null;

/** @returns transitions, or what the body lacks */
export function readBuild({ body, instance }: Reading): Transition[] | string {
  const parsed = buildSchema.safeParse(body);
  const id = text(parsed.data?.resource.id);
  if (!parsed.success || id === null) return "resource.id";
  const { resource } = parsed.data;
  const project = projectOf(parsed.data);
  if (project === null) return "resourceContainers.project.id";
  const step = stepOf(resource.status, resource.result);
  const source = sourceOf(resource.sourceGetVersion);
  const { commitSha, shortSha } = sha(resource.sourceVersion ?? source.commit);
  const who = resource.requestedFor ?? resource.requests?.[0]?.requestedFor;
  const facts: Facts = {
    kind: "build",
    service: text(resource.definition?.name),
    repository: repositoryUrl(resource.repository?.url),
    version: versionOfRef(text(resource.buildNumber)),
    commitSha,
    ref: shortRef(resource.sourceBranch ?? source.ref),
    createdAt: toIso(resource.queueTime),
    startedAt: toIso(resource.startTime),
    actor: actorOf(who?.displayName, who?.uniqueName),
    url: webUrl(resource._links?.web?.href),
    tags: tagsOf({
      buildNumber: resource.buildNumber,
      "azure.reason": resource.reason,
      "azure.result": text(resource.result) ?? resource.status,
      shortSha,
    }),
  };
  const at = toIso(resource.finishTime) ?? toIso(parsed.data.createdDate);
  return [{ object: keyOf("build", `${project}/${id}`, instance), step, at, facts }];
}

interface Run {
  project: string;
  id: string;
  resource: PipelineResource;
  /** When the event was made: the only time that a state has. */
  at: string | null;
  instance: string | null;
}

/** @returns the run that an event is about, or what the body lacks */
function runOf({ body, instance }: Reading): Run | string {
  const parsed = pipelineSchema.safeParse(body);
  const id = text(parsed.data?.resource.run?.id);
  if (!parsed.success || id === null) return "resource.run.id";
  const project = projectOf(parsed.data);
  if (project === null) return "resourceContainers.project.id";
  return { project, id, resource: parsed.data.resource, at: toIso(parsed.data.createdDate), instance };
}

const runKey = ({ project, id, instance }: Run) => keyOf("build", `${project}/${id}`, instance);

/** @returns transitions, or what the body lacks */
export function readRun(reading: Reading): Transition[] | string {
  const run = runOf(reading);
  if (typeof run === "string") return run;
  const { run: said, pipeline } = run.resource;
  const step = stepOf(said?.state, said?.result);
  return [
    {
      object: runKey(run),
      step,
      at: (isTerminal(step) ? toIso(said?.finishedDate) : null) ?? run.at,
      facts: {
        kind: "pipeline",
        service: text(pipeline?.name),
        createdAt: toIso(said?.createdDate),
        url: webUrl(said?._links?.web?.href),
        tags: tagsOf({ buildNumber: said?.name, "azure.result": said?.result }),
      },
    },
  ];
}

/** @returns transitions, or what the body lacks */
export function readStage(reading: Reading): Transition[] | string {
  const run = runOf(reading);
  if (typeof run === "string") return run;
  const { stage, pipeline } = run.resource;
  const name = text(stage?.name);
  if (!stage || name === null) return "resource.stage.name";
  return [
    {
      object: keyOf("stage", `${run.project}/${run.id}/${name}`, run.instance),
      step: stepOf(stage.state, stage.result),
      at: run.at,
      facts: {
        kind: "stage",
        service: text(pipeline?.name),
        parentId: activityId(runKey(run)),
        url: webUrl(stage._links?.web?.href),
        tags: tagsOf({ name: text(stage.displayName) ?? name, "azure.result": stage.result }),
      },
    },
  ];
}

/** @returns transitions, or what the body lacks */
export function readJob(reading: Reading): Transition[] | string {
  const run = runOf(reading);
  if (typeof run === "string") return run;
  const { job, stage, pipeline } = run.resource;
  const name = text(job?.name);
  if (!job || name === null) return "resource.job.name";
  const above = text(stage?.name);
  const stageId = `${run.project}/${run.id}/${above}`;
  const step = stepOf(job.state, job.result);
  return [
    {
      object: keyOf("stage", `${run.project}/${run.id}/${above ?? ""}/${name}`, run.instance),
      step,
      at: (isTerminal(step) ? toIso(job.finishTime) : null) ?? run.at,
      facts: {
        kind: "stage",
        service: text(pipeline?.name),
        startedAt: toIso(job.startTime),
        parentId: activityId(above === null ? runKey(run) : keyOf("stage", stageId, run.instance)),
        url: webUrl(job._links?.web?.href),
        tags: tagsOf({ name, "azure.result": job.result }),
      },
    },
  ];
}
