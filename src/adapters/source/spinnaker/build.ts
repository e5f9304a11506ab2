/** Builds that igor saw. Only the last build of a job is looked at now and then, so starts and ends get lost. */
import type { Step, Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { ignored, type Readout } from "../by-event.ts";
import { lookUp, tagsOf, text, webUrl } from "../shaping.ts";
import { buildSchema } from "./schema.ts";

/** Results of Jenkins; `UNSTABLE` counts as succeeded and is tagged, as from Jenkins itself. */
const STEP_OF_RESULT: Readonly<Record<string, Step>> = {
  SUCCESS: "succeeded",
  UNSTABLE: "succeeded",
  FAILURE: "failed",
  ABORTED: "canceled",
  NOT_BUILT: "canceled",
};

/** A number, also as text. */
const amount = (value: unknown): number | null => {
  const number = Number(text(value) ?? Number.NaN);
  return Number.isFinite(number) && number > 0 && number < 1e11 ? number : null;
};

/** `building` counts before `result`: a build that runs may carry the result of the one before. */
export function readBuild({ body, instance }: Reading): Readout {
  const parsed = buildSchema.safeParse(body);
  const { project, master } = parsed.data?.content ?? {};
  const build = project?.lastBuild;
  if (!parsed.success || !project) return "content.project";
  if (!build) return ignored("the job has no build yet");
  const job = text(project.name);
  const number = text(build.number);
  if (job === null || number === null) return "content.project.name or lastBuild.number";
  const result = text(build.result)?.toUpperCase() ?? null;
  const step = build.building === true ? "running" : (lookUp(STEP_OF_RESULT, result) ?? "observed");
  const startedAt = toIso(build.timestamp);
  // While it is building the duration is 0, which is none.
  const durationMs = step === "running" ? null : amount(build.duration);
  const ended = startedAt === null || durationMs === null ? null : toIso(Date.parse(startedAt) + durationMs);
  const transition: Transition = {
    object: {
      identityKind: "build",
      source: "spinnaker",
      instance: instance ?? "spinnaker",
      externalId: `${text(master) ?? "-"}/${job}/${number}`,
      attempt: 1,
    },
    step,
    at: step === "running" ? startedAt : (ended ?? toIso(parsed.data.details.created)),
    facts: {
      kind: "build",
      service: job,
      startedAt,
      durationMs,
      url: webUrl(build.url),
      tags: tagsOf({
        buildNumber: number,
        "spinnaker.master": master,
        unstable: result === "UNSTABLE" && step !== "running" ? "true" : null,
      }),
    },
  };
  return [transition];
}
