/** Keys of things in Azure DevOps, and the words for how they stand. */
import type { ObjectKey, Step } from "../../../domain/transition.ts";
import { lookUp, text } from "../shaping.ts";
import type { Envelope } from "./schema.ts";

const EMPTY_GUID = /^[0-]*$/;

/** An id that means something: sample payloads have one of zeros. */
const real = (value: unknown): string | null => {
  const id = text(value);
  return id === null || EMPTY_GUID.test(id) ? null : id;
};

export const keyOf = (
  identityKind: string,
  externalId: string,
  instance: string | null,
  attempt = 1,
): ObjectKey => ({
  identityKind,
  source: "azure-devops",
  instance: instance ?? "azure-devops",
  externalId,
  attempt,
});

/** Numbers of builds and runs are unique in their project. */
export const projectOf = ({ resourceContainers: held }: Envelope): string | null =>
  real(held?.project?.id) ?? real(held?.collection?.id) ?? real(held?.account?.id);

/** Numbers of release stages are unique in their organization; not every event names the project. */
export const organizationOf = ({ resourceContainers: held }: Envelope): string | null =>
  real(held?.collection?.id) ?? real(held?.account?.id) ?? real(held?.project?.id);

/** Results of builds, runs, stages and jobs; `partiallySucceeded` is a success with a tag. */
const STEP_OF_RESULT: Readonly<Record<string, Step>> = {
  succeeded: "succeeded",
  partiallysucceeded: "succeeded",
  succeededwithissues: "succeeded",
  failed: "failed",
  rejected: "failed",
  stopped: "canceled",
  canceled: "canceled",
  skipped: "canceled",
  abandoned: "canceled",
};

/** States of what has not ended. */
const STEP_OF_STATE: Readonly<Record<string, Step>> = {
  notstarted: "queued",
  waiting: "waiting",
  inprogress: "running",
  running: "running",
  canceling: "running",
  cancelling: "running",
};

const folded = (value: unknown): string | null => text(value)?.toLowerCase() ?? null;

/** @param result counts where there is one; older events have it in `state` */
export const stepOf = (state: unknown, result: unknown): Step =>
  lookUp(STEP_OF_RESULT, folded(result)) ??
  lookUp(STEP_OF_RESULT, folded(state)) ??
  lookUp(STEP_OF_STATE, folded(state)) ??
  "observed";
