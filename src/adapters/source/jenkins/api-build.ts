/** From a build of Jenkins' remote API to the same transitions that its webhooks give. */
import type { Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import type { Connection } from "../../../ports/source.ts";
import { actorOf } from "../shaping.ts";
import { type JenkinsRun, stepOfResult, transitionOfRun } from "./run.ts";
import type { ApiBuild } from "./schema.ts";

/** A build at work gives its start; one that is over gives start and end. `timestamp` is its start in milliseconds. */
export function transitionsOfApiBuild(build: ApiBuild, job: string, connection: Connection): Transition[] {
  const startedAt = toIso(build.timestamp);
  const common = commonOf(build, job, connection.url);
  const started = transitionOfRun(
    { ...common, step: "running", at: startedAt, startedAt },
    instanceOf(connection),
  );
  const step = build.building === true ? "observed" : stepOfResult(build.result);
  if (step === "observed") return [started];
  return [started, transitionOfRun({ ...common, step, at: endOf(build), startedAt }, instanceOf(connection))];
}

const instanceOf = (connection: Connection): string | null =>
  connection.instance === "" ? null : connection.instance;

const endOf = ({ timestamp, duration }: ApiBuild): string | null =>
  typeof timestamp === "number" && typeof duration === "number" ? toIso(timestamp + duration) : null;

function commonOf(build: ApiBuild, job: string, root: string): Omit<JenkinsRun, "step" | "at"> {
  const actions = build.actions ?? [];
  const causes = actions.flatMap((action) => action?.causes ?? []);
  const person = causes.find((cause) => cause?.userId || cause?.userName);
  const scm = actions.find((action) => action?.lastBuiltRevision);
  const parameters = actions.flatMap((action) => action?.parameters ?? []);
  return {
    root,
    job,
    number: build.number,
    duration: build.duration,
    result: build.result,
    parameters: Object.fromEntries(
      parameters.flatMap((one) => (one === null ? [] : [[one.name, one.value]])),
    ),
    scm: {
      url: scm?.remoteUrls?.[0],
      commit: scm?.lastBuiltRevision?.SHA1,
      branch: scm?.lastBuiltRevision?.branch?.[0]?.name,
    },
    actor: actorOf(person?.userName, person?.userId),
    url: build.url,
    tags: { "jenkins.cause": causes[0]?.shortDescription, "jenkins.queueId": build.queueId },
  };
}
