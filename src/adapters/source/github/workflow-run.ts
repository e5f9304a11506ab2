/** GitHub Actions workflow runs, from hooks and from the REST API, to transitions of a pipeline. */
import { type Facts, isTerminal, type Step, type Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { actorOf, sha, tagsOf, text, versionOfRef, webUrl } from "../shaping.ts";
import { attemptOf, type Repository, repositoryOf, runKey } from "./repository.ts";
import { type RunBody, runEventSchema } from "./schema.ts";
import { errorOf, runStep } from "./steps.ts";

/** Conclusions of runs of which nothing ever ran. */
const NEVER_RAN = ["skipped", "stale", "startup_failure", "action_required"];

const ran = (run: RunBody): boolean => !NEVER_RAN.includes(text(run.conclusion) ?? "");

/** `created_at` stays that of the first attempt; `run_started_at` is that of this one. */
function timeOf(run: RunBody, step: Step): string | null {
  const startedAt = toIso(run.run_started_at);
  if (step === "running") return startedAt ?? toIso(run.updated_at);
  if (step === "queued") return attemptOf(run.run_attempt) === 1 ? toIso(run.created_at) : startedAt;
  return toIso(run.updated_at);
}

function factsOf(repository: Repository, run: RunBody, workflow: string | null, step: Step): Facts {
  const { commitSha, shortSha } = sha(run.head_sha);
  const ref = text(run.head_branch);
  const began = step === "running" || (isTerminal(step) && ran(run));
  return {
    kind: "pipeline",
    service: repository.name,
    repository: repository.url,
    version: versionOfRef(ref),
    commitSha,
    ref,
    createdAt: toIso(run.created_at),
    startedAt: began ? toIso(run.run_started_at) : null,
    actor: actorOf(null, run.triggering_actor?.login ?? run.actor?.login),
    url: webUrl(run.html_url),
    error: errorOf(step, run.conclusion),
    tags: tagsOf({
      name: workflow ?? run.name,
      title: run.display_title,
      "github.event": run.event,
      "github.conclusion": run.conclusion,
      shortSha,
    }),
  };
}

/** The state that the run is in, as one transition; `null` for a run without an id. */
function runTransition(
  repository: Repository,
  run: RunBody,
  workflow: string | null = null,
): Transition | null {
  const id = text(run.id);
  if (id === null) return null;
  const step = runStep(run.status, run.conclusion);
  return {
    object: runKey(repository, id, attemptOf(run.run_attempt)),
    step,
    at: timeOf(run, step),
    facts: factsOf(repository, run, workflow, step),
  };
}

/** The states that the run must have gone through, as its hooks would have told them. */
export function runHistory(repository: Repository, run: RunBody): Transition[] {
  const now = runTransition(repository, run);
  if (now === null) return [];
  const began = now.step === "running" || (isTerminal(now.step) && ran(run));
  const queued = { ...run, status: "queued", conclusion: null };
  const running = { ...run, status: "in_progress", conclusion: null };
  const former = [
    ...(now.step === "queued" ? [] : [queued]),
    ...(isTerminal(now.step) && began ? [running] : []),
  ];
  return [...former.flatMap((one) => runTransition(repository, one) ?? []), now];
}

/** @returns transitions, or what the body lacks */
export function readWorkflowRun(reading: Reading): Transition[] | string {
  const parsed = runEventSchema.safeParse(reading.body);
  if (!parsed.success) return "workflow_run";
  const { workflow_run: run, workflow, ...body } = parsed.data;
  const repository = repositoryOf(body, reading);
  if (repository === null) return "repository.id";
  if (text(run.status) === null) return "workflow_run.status";
  const transition = runTransition(repository, run, text(workflow?.name));
  return transition === null ? "workflow_run.id" : [transition];
}
