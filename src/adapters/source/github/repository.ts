/** The repository that a GitHub delivery is about, and the keys of the things in it. */
import type { ObjectKey } from "../../../domain/transition.ts";
import type { Reading } from "../../../ports/source.ts";
import { text, webHost, webUrl } from "../shaping.ts";
import type { BaseBody } from "./schema.ts";

export interface Repository {
  instance: string;
  /** GitHub's number, which stays when the repository is renamed. */
  id: string;
  /** `octo/app`. */
  name: string | null;
  url: string | null;
}

/** @returns the repository, or `null` when the body does not name it */
export function repositoryOf(body: BaseBody, reading: Reading): Repository | null {
  const name = text(body.repository?.full_name);
  const id = text(body.repository?.id) ?? name?.toLowerCase() ?? null;
  if (id === null) return null;
  const url = webUrl(body.repository?.html_url);
  const host = webHost(url) ?? text(reading.headers["x-github-enterprise-host"])?.toLowerCase();
  return { instance: reading.instance ?? host ?? "github", id, name, url };
}

const keyOf = (repository: Repository, identityKind: string, externalId: string, attempt = 1): ObjectKey => ({
  identityKind,
  source: "github",
  instance: repository.instance,
  externalId,
  attempt,
});

/** `186853002/145988746`: repository id and deployment id. */
export const deploymentKey = (repository: Repository, id: string): ObjectKey =>
  keyOf(repository, "deployment", `${repository.id}/${id}`);

/** `run/<repository id>/<run id>`; a re-run keeps the id and is the next attempt. */
export const runKey = (repository: Repository, id: string, attempt: number): ObjectKey =>
  keyOf(repository, "pipeline", `run/${repository.id}/${id}`, attempt);

/** `job/<repository id>/<job id>`; a re-run job has a new id, the attempt is that of its run. */
export const jobKey = (repository: Repository, id: string, attempt: number): ObjectKey =>
  keyOf(repository, "stage", `job/${repository.id}/${id}`, attempt);

/** `pull/<repository id>/<number>`. */
export const pullRequestKey = (repository: Repository, number: string): ObjectKey =>
  keyOf(repository, "change", `pull/${repository.id}/${number}`);

/** `issue/<repository id>/<number>`. */
export const issueKey = (repository: Repository, number: string): ObjectKey =>
  keyOf(repository, "ticket", `issue/${repository.id}/${number}`);

/** `run_attempt`, from 1. */
export const attemptOf = (value: unknown): number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 1 ? value : 1;

/** `refs/heads/main` as `main`, `refs/tags/v1` as `v1`. */
export const shortRef = (value: unknown): string | null =>
  text(value)?.replace(/^refs\/(heads|tags)\//, "") ?? null;
