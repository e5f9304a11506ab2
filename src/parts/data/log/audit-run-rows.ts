/** Rows of the audit list for runs of pipelines and their steps. */
import type { RunEventType } from "../../../domain/pipeline/run-events.ts";
import type { Tell } from "./audit-row.ts";

const asked = (what: string) => (data: { runId: string; reason: string }) => ({
  what,
  outcome: "done",
  detail: data.reason,
  subject: data.runId,
});

export const RUN_ROWS: { [T in RunEventType]: Tell<T> } = {
  "vice.run.planned.v1": ({ runId, plan: { name, steps } }) => ({
    what: "run planned",
    where: name,
    outcome: "done",
    detail: `${steps.length} steps`,
    subject: runId,
  }),
  "vice.run.started.v1": () => null,
  "vice.run.paused.v1": asked("run paused"),
  "vice.run.resumed.v1": asked("run resumed"),
  "vice.run.cancel-asked.v1": ({ runId, how, reason }) => asked(`run ${how} asked`)({ runId, reason }),
  "vice.run.ended.v1": ({ runId, status }) => ({ what: "run ended", outcome: status, subject: runId }),
  "vice.step.intended.v1": () => null,
  "vice.step.ended.v1": ({ runId, step, outcome, error }) =>
    outcome === "skipped"
      ? null
      : { what: "step ended", where: step, outcome, detail: error, subject: runId },
  "vice.step.approved.v1": ({ runId, step, note }) => ({
    what: "step approved",
    where: step,
    outcome: "done",
    detail: note,
    subject: runId,
  }),
  "vice.step.settled.v1": ({ runId, step, as, reason }) => ({
    what: "step settled",
    where: step,
    outcome: as,
    detail: reason,
    subject: runId,
  }),
  "vice.step.refused.v1": ({ runId, step, reason }) => ({
    what: "step refused",
    where: step,
    outcome: "done",
    detail: reason,
    subject: runId,
  }),
};
