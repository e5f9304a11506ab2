/** Classic releases: the deployment of a release to a stage started, or completed. */
import { type Facts, isTerminal, type Step, type Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { actorOf, sha, tagsOf, text, webUrl } from "../shaping.ts";
import { keyOf, organizationOf, stepOf } from "./keys.ts";
import { type ReleaseResource, releaseSchema } from "./schema.ts";

/** A stage that partially succeeded did not get everything there; a build that did has still made what was asked for. */
const stepOfCompleted = (status: unknown): Step =>
  text(status)?.toLowerCase() === "partiallysucceeded" ? "failed" : stepOf(null, status);

/** The same release may be deployed to the same stage again: only `attempt` differs. */
function attemptOf({ environment, deployment }: ReleaseResource): number {
  const told = [deployment?.attempt, ...(environment.deploySteps ?? []).map((step) => step?.attempt)];
  const attempts = told.filter((one): one is number => typeof one === "number" && Number.isSafeInteger(one));
  return Math.max(1, ...attempts);
}

/** Commit and branch of the main artifact. */
function artifactOf(resource: ReleaseResource): Pick<Facts, "commitSha" | "ref"> {
  const releases = [resource.deployment?.release, resource.release, resource.environment.release];
  const artifacts = releases.flatMap((release) => release?.artifacts ?? []);
  const main = artifacts.find((artifact) => artifact?.isPrimary === true)?.definitionReference;
  return {
    commitSha: sha(main?.sourceVersion?.id).commitSha,
    ref: text(main?.branch?.id)?.replace(/^refs\/(heads|tags)\//, "") ?? null,
  };
}

function factsOf(resource: ReleaseResource): Facts {
  const { environment, deployment, release, project } = resource;
  const named = [environment.release, deployment?.release, release].find((one) => text(one?.name) !== null);
  const definition = [
    environment.releaseDefinition,
    deployment?.releaseDefinition,
    deployment?.release?.releaseDefinition,
    release?.releaseDefinition,
    environment.release?.releaseDefinition,
  ].find((one) => text(one?.name) !== null);
  const who = deployment?.requestedFor ?? named?.createdBy;
  return {
    kind: "deployment",
    service: text(definition?.name),
    environment: text(environment.name),
    version: text(named?.name),
    ...artifactOf(resource),
    startedAt: toIso(deployment?.startedOn),
    actor: actorOf(who?.displayName, who?.uniqueName),
    url: webUrl(named?._links?.web?.href),
    tags: tagsOf({ "azure.project": project?.name, "azure.result": environment.status }),
  };
}

/** In minutes, as `Time to deploy: 0.11 minutes` in the event's text. */
const durationOf = (minutes: unknown): number | null =>
  typeof minutes === "number" && minutes > 0 && minutes < 1e6 ? Math.round(minutes * 60_000) : null;

function transitionsOf({ body, instance }: Reading, started: boolean): Transition[] | string {
  const parsed = releaseSchema.safeParse(body);
  const id = text(parsed.data?.resource.environment.id);
  if (!parsed.success || id === null) return "resource.environment.id";
  const { resource, createdDate } = parsed.data;
  const { environment, deployment } = resource;
  const step = started ? "running" : stepOfCompleted(environment.status);
  const facts = factsOf(resource);
  const ended = isTerminal(step) ? toIso(deployment?.completedOn) : null;
  return [
    {
      object: keyOf(
        "deployment",
        `${organizationOf(parsed.data) ?? "-"}/${id}`,
        instance,
        attemptOf(resource),
      ),
      step,
      at: ended ?? toIso(createdDate),
      facts: started ? facts : { ...facts, durationMs: durationOf(environment.timeToDeploy) },
    },
  ];
}

/** @returns transitions, or what the body lacks */
export const readStarted = (reading: Reading): Transition[] | string => transitionsOf(reading, true);

/** @returns transitions, or what the body lacks */
export const readCompleted = (reading: Reading): Transition[] | string => transitionsOf(reading, false);
