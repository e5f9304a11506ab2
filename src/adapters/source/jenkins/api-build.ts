/** From a build of Jenkins' remote API to the same transitions that its webhooks give. */
import type { Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import type { Connection } from "../../../ports/source.ts";
import { actorOf } from "../shaping.ts";
import { type JenkinsRun, stepOfResult, transitionOfRun } from "./run.ts";
import type { ApiBuild } from "./schema.ts";

/** Entry into the queue where that is known, start, and for a build that is over its end. `timestamp` is the start in ms. */
export function transitionsOfApiBuild(build: ApiBuild, job: string, connection: Connection): Transition[] {
  const startedAt = toIso(build.timestamp);
  const queuedAt = queuedAtOf(build);
  const common = commonOf(build, job, connection.url);
  const told = (run: Pick<JenkinsRun, "step" | "at" | "startedAt" | "createdAt">): Transition =>
    transitionOfRun({ ...common, ...run }, instanceOf(connection));
  const queued = queuedAt === null ? [] : [told({ step: "queued", at: queuedAt, createdAt: queuedAt })];
  const started = told({ step: "running", at: startedAt, startedAt });
  const step = build.building === true ? "observed" : stepOfResult(build.result);
  if (step === "observed") return [...queued, started];
  return [...queued, started, told({ step, at: endOf(build), startedAt })];
}

/** Start less the time in the queue; `null` for a Jenkins without the Metrics plugin. */
function queuedAtOf({ timestamp, actions }: ApiBuild): string | null {
  const waited = actions?.find((action) => typeof action?.queuingDurationMillis === "number");
  const ms = waited?.queuingDurationMillis;
  return typeof timestamp === "number" && typeof ms === "number" && ms > 0 ? toIso(timestamp - ms) : null;
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
