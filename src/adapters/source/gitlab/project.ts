/** The project that a GitLab delivery is about, and the keys of the things in it. */
import type { ObjectKey } from "../../../domain/transition.ts";
import type { Reading } from "../../../ports/source.ts";
import { repositoryPath, repositoryUrl, text, webHost, webUrl } from "../shaping.ts";
import type { OriginBody } from "./schema.ts";

export interface Project {
  instance: string;
  id: string;
  /** `group/app`. */
  path: string | null;
  /** `https://gitlab.example.com/group/app`. */
  url: string | null;
}

/** @returns the project, or `null` when the body does not name its id */
export function projectOf(body: OriginBody, reading: Reading, fallbackId: unknown = null): Project | null {
  const id = text(body.project?.id) ?? text(body.project_id) ?? text(fallbackId);
  if (id === null) return null;
  const url = webUrl(body.project?.web_url) ?? repositoryUrl(body.repository?.homepage);
  const instance = reading.instance ?? webHost(url) ?? webHost(reading.headers["x-gitlab-instance"]);
  const path = text(body.project?.path_with_namespace) ?? repositoryPath(url);
  return { instance: instance ?? "gitlab", id, path, url };
}

const keyOf = (project: Project, identityKind: string, externalId: string): ObjectKey => ({
  identityKind,
  source: "gitlab",
  instance: project.instance,
  externalId,
  attempt: 1,
});

/** `4321/15`: project id and deployment id. */
export const deploymentKey = (project: Project, id: string): ObjectKey =>
  keyOf(project, "deployment", `${project.id}/${id}`);

/** `4321/job/99`: GitLab makes no deployment of a job with `environment.action: stop`, so the job's id names it. */
export const teardownKey = (project: Project, jobId: string): ObjectKey =>
  keyOf(project, "deployment", `${project.id}/job/${jobId}`);

/** `pipeline/4321/77`. */
export const pipelineKey = (project: Pick<Project, "instance" | "id">, id: string): ObjectKey =>
  keyOf({ path: null, url: null, ...project }, "pipeline", `pipeline/${project.id}/${id}`);

/** `job/4321/99`; a retried job has a new id. */
export const jobKey = (project: Project, id: string): ObjectKey =>
  keyOf(project, "stage", `job/${project.id}/${id}`);

/** `merge_request/4321/7` with the number that people see (iid). */
export const mergeRequestKey = (project: Project, iid: string): ObjectKey =>
  keyOf(project, "change", `merge_request/${project.id}/${iid}`);

/** `issue/4321/23` with the number that people see (iid). */
export const issueKey = (project: Project, iid: string): ObjectKey =>
  keyOf(project, "ticket", `issue/${project.id}/${iid}`);
