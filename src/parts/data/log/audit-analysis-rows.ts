/** Rows of the audit list for what people ask and find out: queries, dashboards, series, experiments, what is not as usual. */
import type { EventType } from "../../../domain/event.ts";
import type { Tell } from "./audit-row.ts";

export const ANALYSIS_ROWS = {
  "vice.query.saved.v1": ({ name, sql }) => ({
    what: "query saved",
    outcome: "done",
    detail: sql,
    subject: name,
  }),
  "vice.query.removed.v1": ({ name }) => ({ what: "query removed", outcome: "done", subject: name }),
  "vice.dashboard.saved.v1": ({ name }) => ({ what: "dashboard saved", outcome: "done", subject: name }),
  "vice.dashboard.removed.v1": ({ name }) => ({ what: "dashboard removed", outcome: "done", subject: name }),
  "vice.series.pushed.v1": ({ series }) => ({
    what: "points pushed",
    outcome: "done",
    detail: [...new Set(series.map(({ name }) => name))].join(", "),
  }),
  "vice.experiment.started.v1": ({ name, hypothesis, service }) => ({
    what: "experiment started",
    where: service,
    outcome: "done",
    detail: hypothesis,
    subject: name,
  }),
  "vice.experiment.stopped.v1": ({ name, reason }) => ({
    what: "experiment stopped",
    outcome: "done",
    detail: reason,
    subject: name,
  }),
  "vice.abnormal.found.v1": ({ said, service, activity }) => ({
    what: "not as usual",
    where: service,
    outcome: "done",
    detail: said,
    subject: activity,
  }),
  "vice.abnormal.settled.v1": ({ said }) => ({ what: "as usual again", outcome: "done", detail: said }),
} satisfies { [T in EventType]?: Tell<T> };
